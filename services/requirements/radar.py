"""What has a date over all cases: what is looked at next, and what runs out before the carrier has decided."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from schemas.codes import Owing, RequirementStatus
from services.requirements.state import CaseRequirements


@dataclass(frozen=True)
class Blip:
    """One date of one requirement."""

    case_id: str
    carrier: str
    agent_code: str | None
    name: str
    at: datetime
    owed_by: Owing | None
    """``None`` for results that run out."""
    what: str
    expires: bool = False


def blips(cases: Iterable[CaseRequirements], until: datetime) -> tuple[Blip, ...]:
    """Every date up to ``until``, the nearest first; a case that is over has none."""
    found = [blip for case in cases if not case.ended for blip in _of_case(case) if blip.at <= until]
    return tuple(sorted(found, key=lambda blip: (blip.at, blip.case_id, blip.name)))


def _of_case(case: CaseRequirements) -> Iterable[Blip]:
    sheet = case.sheet
    if sheet is None:
        return
    for requirement in case.requirements:
        whose = (case.case_id, sheet.carrier, sheet.agent_code, requirement.name)
        if requirement.next_at is not None:
            yield Blip(*whose, requirement.next_at, requirement.owed_by, requirement.next_step or "")
        if requirement.status is RequirementStatus.SATISFIED and requirement.expires_on and not case.decided:
            ends = datetime.combine(requirement.expires_on + timedelta(days=1), time(), UTC)
            yield Blip(*whose, ends, None, f"good until {requirement.expires_on}", expires=True)
