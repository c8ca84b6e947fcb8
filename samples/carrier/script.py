"""What the scripted carrier tells of a case, and when: pure, the same for the same case for ever."""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import yaml
from pydantic import ConfigDict, Field

from schemas.base import CaseId, Contract
from schemas.carrier_events import CarrierDecided
from schemas.case_events import CarrierRequired
from schemas.codes import (
    CarrierAskKind,
    CarrierDecisionKind,
    CarrierRequirementStatus,
    RequirementKind,
    RequirementStage,
)
from schemas.envelope import CloudEvent, dataschema_of
from schemas.events import BY_DATA
from schemas.ids import derived_id

DEFAULT = Path(__file__).with_name("scripts.yaml")


class ScriptData(Contract):
    model_config = ConfigDict(extra="forbid")


class Step(ScriptData):
    """One thing that is told; exactly one of ``say``, ``require`` and ``receive``."""

    after: float = 1
    """Paces after the step before."""
    say: CarrierDecisionKind | None = None
    days_to_answer: int | None = None
    require: str | None = None
    receive: str | None = None
    kind: RequirementKind | None = None
    stage: RequirementStage = RequirementStage.UNDERWRITING


class Story(ScriptData):
    share: int = Field(ge=1)
    steps: tuple[Step, ...] = Field(min_length=1)


class Scripts(ScriptData):
    stories: dict[str, Story] = Field(min_length=1)
    answers: dict[CarrierAskKind, tuple[Step, ...]] = {}


class Sent(Contract):
    """Of what the desk sends, all that the script looks at: nothing private."""

    case_id: CaseId
    ask: CarrierAskKind | None = None


class Letter(Contract):
    """A record on the submissions topic."""

    id: str
    source: str
    type: str
    correlationid: str | None = None
    data: Sent


def load_scripts(path: Path = DEFAULT) -> Scripts:
    """Raises ``pydantic.ValidationError`` for a word that nobody knows."""
    return Scripts.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))


def story_of(case_id: str, scripts: Scripts) -> Sequence[Step]:
    """The story that the case has, by the shares."""
    drawn = int.from_bytes(hashlib.sha256(case_id.encode()).digest()[:8], "big")
    place = drawn % sum(story.share for story in scripts.stories.values())
    for story in scripts.stories.values():
        if place < story.share:
            return story.steps
        place -= story.share
    raise AssertionError("the shares add up to less than themselves")


def event_of(carrier: str, cause: Letter, number: int, step: Step, now: datetime) -> CloudEvent[Any]:
    """The step as an event; its id follows from its cause, so that one made twice counts once."""
    data = _said(carrier, cause.data.case_id, step, now)
    event_type = BY_DATA[type(data)].type
    return CloudEvent[Any](
        id=derived_id(f"{cause.source}|{cause.id}", f"scripted carrier {carrier}", number),
        source=f"/carriers/{carrier}",
        type=event_type,
        subject=cause.data.case_id,
        time=now,
        dataschema=dataschema_of(event_type),
        correlationid=cause.correlationid,
        causationid=cause.id,
        data=data,
    )


def _said(carrier: str, case_id: str, step: Step, now: datetime) -> CarrierDecided | CarrierRequired:
    if step.say is not None:
        days = step.days_to_answer
        return CarrierDecided(
            case_id=case_id,
            decision=step.say,
            effective_at=now,
            carrier_reference=reference_of(carrier, case_id),
            answer_by=now + timedelta(days=days) if days else None,
        )
    name = step.require or step.receive or ""
    return CarrierRequired(
        case_id=case_id,
        requirement_id=derived_id(case_id, f"{carrier} requires {name}"),
        name=name,
        kind=step.kind,
        stage=step.stage,
        status=CarrierRequirementStatus.OUTSTANDING if step.require else CarrierRequirementStatus.RECEIVED,
        effective_at=now,
    )


def reference_of(carrier: str, case_id: str) -> str:
    """The carrier's own number of a case."""
    return f"{carrier[:2].upper()}-{hashlib.sha256(case_id.encode()).hexdigest()[:8].upper()}"
