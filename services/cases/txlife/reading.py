"""Reads a 1122, and the answer to a 103 or 121: what it says in our words where its numbers are verified, else raw.

The bytes are from outside: no entity is expanded, no file or address is opened, and a message of more than a few
megabytes is refused unread.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from schemas.codes import CarrierDecisionKind, RequirementKind, VendorStatus
from services.cases.txlife import codes

LARGEST = 4_000_000
"""Bytes."""


class UnreadableMessage(Exception):
    """No TXLife message, or none that may be read; says why."""


@dataclass(frozen=True)
class Coded:
    """A code as it came."""

    number: str | None
    words: str | None


@dataclass(frozen=True)
class RequirementSaid:
    """What the message says of one requirement; ``kind`` and ``status`` only where the numbers are verified."""

    requirement_id: str | None
    kind: RequirementKind | None
    status: VendorStatus | None
    raw_kind: Coded
    raw_status: Coded


@dataclass(frozen=True)
class Message:
    """What a message says."""

    transaction: str
    reference: str | None
    executed_at: datetime | None
    case_id: str | None
    policy_number: str | None
    decision: CarrierDecisionKind | None
    raw_status: Coded | None
    requirements: tuple[RequirementSaid, ...]
    unmapped: tuple[str, ...]
    """Codes that have no verified meaning here, as they came."""


def read(content: bytes) -> Message:
    """The message. Raises :class:`UnreadableMessage`."""
    if len(content) > LARGEST:
        raise UnreadableMessage(f"The message has {len(content)} bytes; more than {LARGEST} are not read.")
    try:
        root = fromstring(content, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise UnreadableMessage(f"Not XML that may be read ({type(error).__name__}).") from error
    if _name(root) != "TXLife":
        raise UnreadableMessage("The outermost element is not TXLife.")
    body = next((each for each in root if _name(each) in ("TXLifeRequest", "TXLifeResponse")), None)
    kind = _first(body, "TransType")
    number = kind.get("tc") if kind is not None else None
    if body is None or number is None:
        raise UnreadableMessage("It has no transaction type.")
    if _name(body) == "TXLifeRequest" and _first(body, "Holding") is None and _first(body, "Party") is None:
        raise UnreadableMessage("It has neither a Holding nor a Party: it is about nobody.")
    status = _coded(_first(body, "PolicyStatus"))
    requirements = tuple(_requirement(each) for each in body.iter() if _name(each) == "RequirementInfo")
    decision = codes.POLICY_STATUSES.get(status.number or "") if status else None
    return Message(
        transaction=number,
        reference=_text(body, "TransRefGUID"),
        executed_at=_moment(_text(body, "TransExeDate"), _text(body, "TransExeTime")),
        case_id=_text(body, "TrackingID"),
        policy_number=_text(body, "PolNumber"),
        decision=decision,
        raw_status=status,
        requirements=requirements,
        unmapped=tuple(_unmapped(status, decision, requirements)),
    )


def _requirement(found: Element) -> RequirementSaid:
    kind = _coded(_first(found, "ReqCode")) or Coded(None, None)
    status = _coded(_first(found, "ReqStatus")) or Coded(None, None)
    return RequirementSaid(
        requirement_id=_text(found, "RequirementInfoUniqueID"),
        kind=codes.REQUIREMENT_KINDS.get(kind.number or ""),
        status=codes.REQUIREMENT_STATUSES.get(status.number or ""),
        raw_kind=kind,
        raw_status=status,
    )


def _unmapped(
    status: Coded | None, decision: CarrierDecisionKind | None, requirements: tuple[RequirementSaid, ...]
) -> list[str]:
    told = [f"PolicyStatus {status.number}"] if status and decision is None else []
    told += [f"ReqCode {each.raw_kind.number}" for each in requirements if each.kind is None]
    told += [f"ReqStatus {each.raw_status.number}" for each in requirements if each.status is None]
    return list(dict.fromkeys(told))


def _name(element: Element) -> str:
    """Without its namespace: senders differ in whether they give one."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _first(within: Element | None, name: str) -> Element | None:
    return None if within is None else next((each for each in within.iter() if _name(each) == name), None)


def _text(within: Element, name: str) -> str | None:
    found = _first(within, name)
    return (found.text or "").strip() or None if found is not None else None


def _coded(found: Element | None) -> Coded | None:
    return None if found is None else Coded(found.get("tc"), (found.text or "").strip() or None)


def _moment(day: str | None, time: str | None) -> datetime | None:
    """Without a time zone it is taken for UTC; what is no time is none."""
    if day is None:
        return None
    try:
        moment = datetime.fromisoformat(f"{day}T{time}" if time else day)
    except ValueError:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
