"""When an open requirement is looked at again, and what is done then: by who owes it and how far it is."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from schemas.codes import Owing, RequirementKind, RequirementStatus, VendorStatus
from schemas.underwriting import Cadence, FollowUps
from services.requirements.lifecycle import (
    APPOINTED,
    CLOSED,
    FAILED_CONTACTS,
    OWED_AFTER,
    LogEntry,
    failed_contacts,
    last_that_counts,
)

_SATURDAY = 5

RECORDS = frozenset({RequirementKind.APS})
"""Kinds that come from a physician or hospital."""


class Stage(StrEnum):
    """Where the ball is; a new stage starts its cadence anew."""

    FIRST_CONTACT = "first contact"
    APPOINTMENT = "appointment"
    EXAM = "exam"
    RESULTS = "results"
    RECORDS = "records"
    AGENT = "agent"
    BGA = "bga"


@dataclass(frozen=True)
class Standing:
    """Who has to act on an open requirement, since when, and what we do if nothing happens."""

    owed_by: Owing
    since: datetime
    stage: Stage | None
    """``None``: it is not ours to follow up."""
    step: str
    """What is to be done next; no medical answer."""


def standing(
    kind: RequirementKind,
    status: RequirementStatus,
    carrier_owned: bool,
    vendor: str | None,
    since: datetime,
    log: Iterable[LogEntry],
    follow_ups: FollowUps,
) -> Standing | None:
    """``None`` when nobody has to do anything. ``since`` is when it was ordered, or asked of the agent."""
    if status in CLOSED:
        return None
    if carrier_owned:
        return Standing(Owing.CARRIER, since, None, "The carrier sees to it itself")
    entries = list(log)
    last = last_that_counts(entries)
    if vendor is None:
        return Standing(Owing.AGENT, since, Stage.AGENT, "The agent sends it in")
    if last is None:
        if status is RequirementStatus.NEEDED:
            return Standing(Owing.BGA, since, Stage.BGA, "To be ordered")
        stage = Stage.RECORDS if kind in RECORDS else Stage.FIRST_CONTACT
        return Standing(Owing.VENDOR, since, stage, f"{vendor} takes up the order")
    return _after(last, kind, vendor, since, failed_contacts(entries) >= follow_ups.failed_contacts)


def _after(last: LogEntry, kind: RequirementKind, vendor: str, ordered: datetime, gave_up: bool) -> Standing:
    at, said = last.effective_at, last.status
    owed_by = OWED_AFTER.get(said, Owing.BGA)
    if said in FAILED_CONTACTS and gave_up:
        return Standing(Owing.AGENT, at, Stage.AGENT, "The agent has the client call back, or names a better time")
    if owed_by is Owing.AGENT:
        return Standing(owed_by, at, Stage.AGENT, _HELP[said])
    if owed_by is Owing.BGA:
        return Standing(owed_by, at, Stage.BGA, _OURS.get(said, "To be ordered anew"))
    if kind in RECORDS:
        return Standing(owed_by, at, Stage.RECORDS, f"{vendor} gets the records")
    if said in APPOINTED:
        return Standing(owed_by, last.scheduled_for or at, Stage.EXAM, "The client keeps the appointment")
    if said in (VendorStatus.EXAM_DONE, VendorStatus.SPECIMEN_AT_LAB):
        return Standing(owed_by, at, Stage.RESULTS, f"{vendor} sends the results")
    if said in (VendorStatus.NO_SHOW, VendorStatus.REDRAW_NEEDED):
        return Standing(owed_by, at, Stage.APPOINTMENT, f"{vendor} makes another appointment")
    return Standing(owed_by, ordered, Stage.APPOINTMENT, f"{vendor} makes an appointment with the client")


_HELP = {
    VendorStatus.REFUSED: "The agent speaks with the client, who refused",
    VendorStatus.AUTHORIZATION_REJECTED: "The agent has the facility’s own authorization signed",
    VendorStatus.NO_RECORDS: "The agent finds out which physician holds the records",
}
_OURS = {VendorStatus.FEE_DUE: "We approve the facility’s fee"}


def next_at(standing: Standing, done: int, follow_ups: FollowUps) -> datetime | None:
    """When it is looked at again, ``done`` times after it came to this stage."""
    if standing.stage is None:
        return None
    return _due(cadence_of(standing.stage, follow_ups), standing.since, done)


def cadence_of(stage: Stage, follow_ups: FollowUps) -> Cadence:
    return {
        Stage.FIRST_CONTACT: follow_ups.first_contact,
        Stage.APPOINTMENT: follow_ups.appointment,
        Stage.EXAM: _DAY_AFTER,
        Stage.RESULTS: follow_ups.results,
        Stage.RECORDS: follow_ups.records,
        Stage.AGENT: follow_ups.agent,
        Stage.BGA: follow_ups.bga,
    }[stage]


_DAY_AFTER = Cadence(days=(1,), then_every=2, business_days=True)
"""After the appointment we ask what came of it."""


def _due(cadence: Cadence, since: datetime, done: int) -> datetime:
    named = len(cadence.days)
    days = cadence.days[done] if done < named else cadence.days[-1] + cadence.then_every * (done - named + 1)
    return business_days_after(since, days) if cadence.business_days else since + timedelta(days=days)


def business_days_after(since: datetime, days: int) -> datetime:
    """So many days later, Saturdays and Sundays not counted; holidays are."""
    reached = since
    while days:
        reached += timedelta(days=1)
        days -= reached.weekday() < _SATURDAY
    return reached
