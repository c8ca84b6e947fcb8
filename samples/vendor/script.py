"""What the scripted vendor says to an order, and when: pure, the same for the same order for ever."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import yaml
from pydantic import ConfigDict, Field, TypeAdapter

from schemas.base import Contract
from schemas.codes import RequirementKind, VendorStatus
from schemas.envelope import CloudEvent, dataschema_of
from schemas.events import BY_DATA
from schemas.ids import derived_id
from schemas.requirement_events import RequirementOrdered, VendorStatusReported

DEFAULT = Path(__file__).with_name("scripts.yaml")
_USUAL = "exam"


class ScriptData(Contract):
    model_config = ConfigDict(extra="forbid")


class Step(ScriptData):
    status: VendorStatus
    code: str
    """The vendor's own."""
    appointment: bool = False


class Script(ScriptData):
    kinds: tuple[RequirementKind, ...]
    steps: tuple[Step, ...] = Field(min_length=1)


Scripts = dict[str, Script]


@dataclass(frozen=True)
class Report:
    """One report, and how many steps after the order it is made."""

    number: int
    step: Step


def load_scripts(path: Path = DEFAULT) -> Scripts:
    """Raises ``pydantic.ValidationError`` for a word that nobody knows."""
    return TypeAdapter(Scripts).validate_python(yaml.safe_load(path.read_text(encoding="utf-8")))


def reports_on(kind: RequirementKind, scripts: Scripts) -> Iterator[Report]:
    """Every report on an order of a kind, in order."""
    script = next((script for script in scripts.values() if kind in script.kinds), scripts[_USUAL])
    return (Report(number, step) for number, step in enumerate(script.steps, start=1))


def event_of(order: CloudEvent[RequirementOrdered], report: Report, now: datetime) -> CloudEvent[VendorStatusReported]:
    """The report as an event; its id follows from the order's, so that one made twice counts once."""
    event_type = BY_DATA[VendorStatusReported].type
    data = VendorStatusReported(
        case_id=order.data.case_id,
        requirement_id=order.data.requirement_id,
        status=report.step.status,
        effective_at=now,
        vendor_reference=reference_of(order),
        vendor_code=report.step.code,
        scheduled_for=now + timedelta(days=2) if report.step.appointment else None,
    )
    return CloudEvent[VendorStatusReported](
        id=derived_id(order.id, "scripted report", report.number),
        source="/vendors/scripted",
        type=event_type,
        subject=order.data.case_id,
        time=now,
        dataschema=dataschema_of(event_type),
        correlationid=order.correlationid,
        causationid=order.id,
        data=data,
    )


def reference_of(order: CloudEvent[RequirementOrdered]) -> str:
    """The vendor's order number."""
    return f"SV-{order.id[:8].upper()}"
