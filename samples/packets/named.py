"""The named sample packets: what the demonstration drops, and what tests speak of by name."""

from dataclasses import dataclass
from datetime import date

from samples.packets.building import BuiltPacket, Delivery, Packet, Shelf, build
from samples.packets.case_values import Circumstances

_PLAIN = Circumstances()


@dataclass(frozen=True)
class Sample:
    """A packet without its day."""

    carrier: str
    seed: int
    defects: tuple[str, ...] = ()
    delivery: Delivery = Delivery.FILLABLE
    circumstances: Circumstances = _PLAIN
    language: str = "en"


NAMED = {
    "clean-aldermoor": Sample("aldermoor", 1, (), Delivery.FILLABLE, Circumstances(with_history=True)),
    "clean-quillhaven": Sample("quillhaven", 2, (), Delivery.FILLABLE, Circumstances(existing=True)),
    "missing-signature": Sample("aldermoor", 3, ("missing-signature",)),
    "missing-beneficiary": Sample("quillhaven", 4, ("missing-beneficiary",)),
    "shares-not-100": Sample("aldermoor", 5, ("shares-not-100",)),
    "yes-without-details": Sample("quillhaven", 6, ("yes-without-details",)),
    "wrong-edition": Sample("aldermoor", 7, ("wrong-edition",)),
    "replacement-without-notice": Sample("quillhaven", 8, ("replacement-without-notice",)),
    "missing-page": Sample("aldermoor", 9, ("missing-page",)),
    "hipaa-missing": Sample("quillhaven", 10, ("hipaa-missing",)),
    "several-defects": Sample(
        "aldermoor",
        11,
        ("shares-not-100", "missing-signature", "unanswered-question", "bank-number-wrong"),
    ),
    "flattened": Sample("aldermoor", 12, (), Delivery.FLATTENED, Circumstances(other_owner=True, with_history=True)),
    "flattened-quillhaven": Sample("quillhaven", 13, ("shares-not-100",), Delivery.FLATTENED),
    "scanned": Sample("aldermoor", 14, ("missing-signature",), Delivery.SCANNED),
    "scanned-quillhaven": Sample("quillhaven", 15, (), Delivery.SCANNED, Circumstances(with_history=True)),
    "french": Sample("aldermoor", 16, ("shares-not-100",), Delivery.FLATTENED, language="fr"),
    "scanned-swedish": Sample("aldermoor", 17, ("missing-signature",), Delivery.SCANNED, language="sv"),
    "malay": Sample("aldermoor", 18, language="ms"),
}


def named_packet(name: str, today: date, shelf: Shelf | None = None) -> BuiltPacket:
    """One of :data:`NAMED`, signed a few days before ``today``; raises ``KeyError`` for another name."""
    sample = NAMED[name]
    packet = Packet(
        name,
        sample.carrier,
        sample.seed,
        today,
        sample.defects,
        sample.delivery,
        sample.circumstances,
        language=sample.language,
    )
    return build(packet, shelf)
