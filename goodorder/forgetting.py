"""Asks the house to forget, hold or release a case, and waits for its answer; lists what is due."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from time import monotonic

import sqlalchemy as sa

from goodorder.faults import Fault
from goodorder.house import House
from goodorder.records import Records
from goodorder.saying import said
from schemas.codes import CaseState, PrivacyRequestKind
from schemas.envelope import CloudEvent
from schemas.privacy_events import CaseForgotten, PrivacyRequested
from schemas.retention import Ending, Retention, RetentionError, policy_of
from schemas.topics import PRIVATE_FORGOTTEN, PRIVATE_REQUESTS
from services.cases import store as cases
from services.cases.retention import clock_of
from services.chassis import forgetting


def forget(house: House, case_id: str, actor: str, reason: str, now: datetime, patience: float = 60.0) -> CaseForgotten:
    """Ask, and wait until it is done. Raises :class:`goodorder.faults.Fault` for a case on hold or forgotten, and when
    no answer came in time: it is done when the services are up."""
    _require_forgettable(house, case_id)
    with house.broker().listening(PRIVATE_FORGOTTEN.name) as answers:
        ask(house, PrivacyRequestKind.FORGET, case_id, actor, reason, now)
        for record in answers.until(monotonic() + patience):
            if record.key == case_id.encode():
                return CloudEvent[CaseForgotten].model_validate_json(record.value or b"").data
    raise Fault(
        f"{case_id} is to be forgotten, and is not yet: cases or intake did not answer within {patience:g} s.",
        "It is done as soon as they are up: `goodorder status`. `goodorder dead-letters list` tells if it failed.",
    )


def ask(house: House, kind: PrivacyRequestKind, case_id: str, actor: str, reason: str, now: datetime) -> None:
    """Publish what is asked about the keeping of a case."""
    asked = PrivacyRequested(case_id=case_id, request=kind, actor=actor, reason=reason, requested_at=now)
    house.broker().publish(PRIVATE_REQUESTS.name, case_id, said(asked, case_id, now))


def _require_forgettable(house: House, case_id: str) -> None:
    with Records(house.settings).of("cases") as db:
        at, hold = forgetting.when_forgotten(db, case_id), cases.hold_on(db, case_id)
    if at:
        raise Fault(f"{case_id} was forgotten on {at:%Y-%m-%d} already.")
    if hold:
        raise Fault(
            f"{case_id} is on hold since {hold.since:%Y-%m-%d} by {hold.actor}: {hold.reason}",
            f"Release it first: goodorder hold {case_id} --release --reason WORDS",
        )


@dataclass(frozen=True)
class Kept:
    """A case whose time runs."""

    case_id: str
    ending: Ending
    since: datetime
    until: datetime
    hold: str | None
    """Why it stays all the same."""

    def is_due(self, now: datetime) -> bool:
        return self.until <= now and self.hold is None


def clocks(house: House) -> tuple[Kept, ...]:
    """Every case whose time runs, the one that is due first first. Raises :class:`goodorder.faults.Fault`."""
    policy, found = _policy(house), []
    with Records(house.settings).of("cases") as db:
        gone = forgetting.all_forgotten(db)
        held = {row.case_id: row.reason for row in db.execute(sa.select(cases.holds))}
        for row in db.execute(sa.select(cases.cases).where(cases.cases.c.state.is_not(None))):
            since = cases.in_short(row.record).since
            clock = clock_of(CaseState(row.state), since, policy)
            if row.case_id not in gone and clock.ending and clock.case_at and since:
                found.append(Kept(row.case_id, clock.ending, since, clock.case_at, held.get(row.case_id)))
    return tuple(sorted(found, key=lambda kept: (kept.until, kept.case_id)))


def _policy(house: House) -> Retention | None:
    named = house.environment.get("GOODORDER_RETENTION")
    try:
        return policy_of(Path(named) if named else None, house.carriers_folder)
    except RetentionError as error:
        raise Fault(str(error), "Correct the file and try again.") from error
