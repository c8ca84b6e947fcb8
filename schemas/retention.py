"""How long cases and uploads are kept: dated editions, in a YAML file that the agency edits."""

from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from pathlib import Path

import yaml
from pydantic import Field, ValidationError, model_validator

from schemas.base import Contract
from schemas.codes import CaseState


class RetentionError(Exception):
    """The file cannot be used; the message names the fault."""


class Ending(StrEnum):
    """How a case came to its end, as far as keeping it goes."""

    PLACED = "placed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    INCOMPLETE = "incomplete"
    """Closed by the carrier, not taken by the client, a duplicate."""
    UNFINISHED = "unfinished"
    """Never sent to a carrier, and nothing has come for so long."""


class Keep(Contract):
    """A span: calendar years begin on the January 1 after the day that they are counted from."""

    calendar_years: int | None = Field(None, ge=0, le=100)
    days: int | None = Field(None, ge=0, le=40_000)

    @model_validator(mode="after")
    def _one_of_both(self) -> "Keep":
        if (self.calendar_years is None) == (self.days is None):
            raise ValueError("give either calendar_years or days")
        return self

    def until(self, since: datetime) -> datetime:
        """The first moment at which what dates from ``since`` need not be kept any more."""
        if self.calendar_years is not None:
            return datetime(since.astimezone(UTC).year + self.calendar_years + 1, 1, 1, tzinfo=UTC)
        return since + timedelta(days=self.days or 0)


class Edition(Contract):
    """The spans for what ended, or came, on or after a day."""

    applies_from: date
    placed: Keep
    declined: Keep
    withdrawn: Keep
    incomplete: Keep
    unfinished: Keep
    pictures: Keep
    """Pictures of pages and fields, beside the packets that they can be drawn from again: after the case's end."""
    uploads_without_case: Keep

    def of(self, ending: Ending) -> Keep:
        keep: Keep = getattr(self, ending.value)
        return keep


class Retention(Contract):
    editions: tuple[Edition, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _in_order(self) -> "Retention":
        days = [edition.applies_from for edition in self.editions]
        if days != sorted(set(days)):
            raise ValueError("editions go by applies_from, the oldest first, each day once")
        return self

    def on(self, day: date) -> Edition:
        """The edition for what dates from a day; what is older than all falls under the first."""
        in_force = [edition for edition in self.editions if edition.applies_from <= day]
        return in_force[-1] if in_force else self.editions[0]


ENDINGS: dict[CaseState, Ending] = {
    CaseState.PLACED: Ending.PLACED,
    CaseState.FREE_LOOK_CANCELLED: Ending.PLACED,
    CaseState.RESCINDED: Ending.PLACED,
    CaseState.DECLINED: Ending.DECLINED,
    CaseState.WITHDRAWN_BY_CLIENT: Ending.WITHDRAWN,
    CaseState.WITHDRAWN_BY_PRODUCER: Ending.WITHDRAWN,
    CaseState.WITHDRAWN_BY_CARRIER: Ending.WITHDRAWN,
    CaseState.CLOSED_INCOMPLETE: Ending.INCOMPLETE,
    CaseState.NOT_TAKEN: Ending.INCOMPLETE,
    CaseState.DUPLICATE: Ending.INCOMPLETE,
    CaseState.NIGO: Ending.UNFINISHED,
    CaseState.IGO: Ending.UNFINISHED,
    CaseState.READY_TO_SUBMIT: Ending.UNFINISHED,
}
"""Cases in any other state are with a carrier, or in a worker's hands for this moment: their time has not begun."""


def policy_of(named: Path | None, carriers: Path) -> Retention | None:
    """The file that is named, else ``retention.yaml`` in the carriers' folder; ``None``, and nothing is forgotten by
    the clock, where there is none. Raises :class:`RetentionError`."""
    usual = carriers / "retention.yaml"
    return load_retention(named or usual) if named or usual.exists() else None


def load_retention(file: Path) -> Retention:
    """Raises :class:`RetentionError`."""
    try:
        return Retention.model_validate(yaml.safe_load(file.read_text(encoding="utf-8")))
    except (OSError, yaml.YAMLError, ValidationError) as error:
        raise RetentionError(f"{file}: {error}") from error
