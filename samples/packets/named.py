"""The named sample packets: what the demonstration drops, and what tests speak of by name."""

from datetime import date

from samples.packets.building import BuiltPacket, Delivery, Packet, Shelf, build
from samples.packets.case_values import Circumstances

_PLAIN = Circumstances()

NAMED: dict[str, tuple[str, int, tuple[str, ...], Delivery, Circumstances]] = {
    "clean-aldermoor": ("aldermoor", 1, (), Delivery.FILLABLE, Circumstances(with_history=True)),
    "clean-quillhaven": ("quillhaven", 2, (), Delivery.FILLABLE, Circumstances(existing=True)),
    "missing-signature": ("aldermoor", 3, ("missing-signature",), Delivery.FILLABLE, _PLAIN),
    "missing-beneficiary": ("quillhaven", 4, ("missing-beneficiary",), Delivery.FILLABLE, _PLAIN),
    "shares-not-100": ("aldermoor", 5, ("shares-not-100",), Delivery.FILLABLE, _PLAIN),
    "yes-without-details": ("quillhaven", 6, ("yes-without-details",), Delivery.FILLABLE, _PLAIN),
    "wrong-edition": ("aldermoor", 7, ("wrong-edition",), Delivery.FILLABLE, _PLAIN),
    "replacement-without-notice": ("quillhaven", 8, ("replacement-without-notice",), Delivery.FILLABLE, _PLAIN),
    "missing-page": ("aldermoor", 9, ("missing-page",), Delivery.FILLABLE, _PLAIN),
    "hipaa-missing": ("quillhaven", 10, ("hipaa-missing",), Delivery.FILLABLE, _PLAIN),
    "several-defects": (
        "aldermoor",
        11,
        ("shares-not-100", "missing-signature", "unanswered-question", "bank-number-wrong"),
        Delivery.FILLABLE,
        _PLAIN,
    ),
    "flattened": ("aldermoor", 12, (), Delivery.FLATTENED, Circumstances(other_owner=True, with_history=True)),
    "flattened-quillhaven": ("quillhaven", 13, ("shares-not-100",), Delivery.FLATTENED, _PLAIN),
    "scanned": ("aldermoor", 14, ("missing-signature",), Delivery.SCANNED, _PLAIN),
    "scanned-quillhaven": ("quillhaven", 15, (), Delivery.SCANNED, Circumstances(with_history=True)),
}


def named_packet(name: str, today: date, shelf: Shelf | None = None) -> BuiltPacket:
    """One of :data:`NAMED`, signed a few days before ``today``; raises ``KeyError`` for another name."""
    carrier, seed, defects, delivery, circumstances = NAMED[name]
    return build(Packet(name, carrier, seed, today, defects, delivery, circumstances), shelf)
