"""The corpus of packets whose findings rest on more than values: the agent's record, other cases, other data, ink."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from pypdf import PdfWriter
from pypdf.generic import DecodedStreamObject, NameObject

from samples.packets import load_shelf
from schemas.codes import FormKind, SignerRole
from schemas.licensing import ProducerRecord
from services.validation.can_sell import Standing
from services.validation.rule_input import OtherCase
from tests import producers
from tests.corpus.example import SIGNED, TODAY

Row = tuple[dict[str, Any], dict[str, Any]]
_CODE, _NPN = "AG-7", "18820777"
_APPOINTED = tuple(producers.appointed("IA", carrier) for carrier in ("aldermoor", "quillhaven"))


def _producer(**changes: Any) -> ProducerRecord:
    """Who may sell everything of both carriers in Iowa."""
    usual: dict[str, Any] = {"agent_code": _CODE, "npn": _NPN, "licenses": (producers.licensed("IA"),)}
    return producers.producer(**{**usual, "appointments": _APPOINTED, **changes})


_AGENT = _producer()
_OTHER = producers.producer(agent_code="AG-8", npn="18820888", name="Kim Other")


def _sold(carrier: str, *directory: ProducerRecord, days: int = 0, **report: Any) -> Row:
    """A packet of the agent, of whom the directory holds this; judged so many days after the receipt."""
    named = {"agent_code": _CODE, "npn": _NPN if carrier == "aldermoor" else None, **report}
    known = Standing(True, directory, None)
    changes = {f"agent_report.{name}": value for name, value in named.items()}
    return changes, {"carrier": carrier, "standing": known, "looked_at": TODAY + timedelta(days)}


def _beside(carrier: str, product: str, days: int) -> Row:
    other = OtherCase("GO-0000-0000-0000", carrier, product, TODAY - timedelta(days))
    return {}, {"carrier": carrier, "other_cases": (other,)}


def _living_in(state: str, city: str, zip_code: str, carrier: str, **rest: Any) -> Row:
    home = {"state": state, "city": city, "zip": zip_code}
    changes = {f"insured.residence.{part}": value for part, value in home.items()}
    consent = (FormKind.HIV_CONSENT,) if state == "NY" else ()
    return changes, {"carrier": carrier, "sold_everywhere": True, "extra": consent, **rest}


def _touched(carrier: str, role: SignerRole, points: float) -> Row:
    """Nobody signed on a line of the application, but a pen touched it: a stroke of so many points."""
    path = f"signatures.application.{role}.mark"
    forms = (held.form for held in load_shelf().carriers[carrier].forms)
    names = {name for form in forms for name, field in form.fields.items() if field.means == path}

    def touch(writer: PdfWriter) -> None:
        for page in writer.pages:
            for annotation in page.get("/Annots", ()):
                widget = annotation.get_object()
                if _full_name(widget) in names:
                    left, bottom, *_ = (float(side) for side in widget["/Rect"])
                    stroke = f"q 1 w 0 0 0.5 RG {left + 40} {bottom + 6} m {left + 40 + points} {bottom + 10} l S Q"
                    ink = DecodedStreamObject()
                    ink.set_data(page.get_contents().get_data() + b"\n" + stroke.encode())
                    page[NameObject("/Contents")] = writer._add_object(ink)

    return {path: "empty"}, {"carrier": carrier, "rearranged": touch}


def _full_name(widget: Any) -> str:
    parts = []
    while widget is not None:
        parts.append(str(widget.get("/T", "")))
        parent = widget.get("/Parent")
        widget = parent.get_object() if parent else None
    return ".".join(part for part in reversed(parts) if part)


ROWS: dict[str, tuple[list[Row], list[Row]]] = {
    # By rule: what breaks it, and what comes near.
    "V-33": (
        [
            _living_in("NY", "Albany", "12207", "aldermoor"),
            _living_in("NY", "Buffalo", "14202", "quillhaven"),
        ],
        [
            _living_in("NJ", "Newark", "07102", "aldermoor"),
            # The insured lives in New York, the owner, whose state governs, does not.
            _living_in("NY", "Albany", "12207", "quillhaven", circumstances={"other_owner": True}),
        ],
    ),
    "V-50": (
        [_sold("aldermoor", _OTHER), _sold("quillhaven", _AGENT, agent_code="AG-99")],
        [_sold("aldermoor", _AGENT, _OTHER), _sold("quillhaven", _AGENT, agent_code="ag - 7")],
    ),
    "V-51": (
        [
            _sold("aldermoor", _producer(licenses=(producers.licensed("IA", line="health"),))),
            _sold("quillhaven", _producer(licenses=(producers.licensed("IA", since=SIGNED + timedelta(1)),))),
        ],
        [
            _sold("aldermoor", _producer(licenses=(producers.licensed("IA", since=SIGNED),))),
            _sold("quillhaven", _producer(licenses=(producers.licensed("IA", to=SIGNED),))),
        ],
    ),
    "V-52": (
        [
            _sold("aldermoor", _producer(appointments=()), days=31),
            _sold("quillhaven", _producer(appointments=_APPOINTED[:1]), days=30),
        ],
        [
            _sold("aldermoor", _producer(appointments=(producers.appointed("IA", "aldermoor", since=SIGNED),))),
            _sold(
                "quillhaven",
                _producer(appointments=(producers.appointed("IA", "quillhaven", since=TODAY + timedelta(30)),)),
            ),
        ],
    ),
    "V-53": (
        [
            _sold("aldermoor", _producer(training=(producers.trained(on=SIGNED + timedelta(1)),))),
            _sold("quillhaven", _producer(training=(producers.trained("other"),))),
        ],
        [
            _sold("aldermoor", _producer(training=(producers.trained(on=SIGNED),))),
            _sold("quillhaven", _producer(training=(producers.trained(to=SIGNED),))),
        ],
    ),
    "V-54": (
        [
            _sold("aldermoor", _AGENT, split_percent=Decimal("99.99")),
            _sold("aldermoor", _AGENT, split_percent=Decimal(50)),
        ],
        [_sold("aldermoor", _AGENT, split_percent=Decimal(100)), _sold("aldermoor", _AGENT, split_percent=None)],
    ),
    "V-55": (
        [
            _sold("aldermoor", _producer(errors_and_omissions=())),
            _sold("quillhaven", _producer(errors_and_omissions=(producers.insured(to=SIGNED - timedelta(1)),))),
        ],
        [
            _sold("aldermoor", _producer(errors_and_omissions=(producers.insured(to=SIGNED),))),
            _sold("quillhaven", _producer(errors_and_omissions=(producers.insured(since=SIGNED),))),
        ],
    ),
    "V-64": (
        [_touched("aldermoor", SignerRole.INSURED, 14), _touched("quillhaven", SignerRole.AGENT, 14)],
        [({}, {"carrier": "aldermoor"}), ({}, {"carrier": "quillhaven", "circumstances": {"other_owner": True}})],
    ),
    "V-80": (
        [_beside("aldermoor", "ALD-LEVEL", 0), _beside("quillhaven", "QM-HARBOR", 90)],
        [_beside("aldermoor", "ALD-LEVEL", 91), _beside("quillhaven", "QM-TIDE", 3)],
    ),
}
