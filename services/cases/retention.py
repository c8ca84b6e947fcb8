"""When a case has been kept for long enough; pure."""

from dataclasses import dataclass
from datetime import datetime

from schemas.codes import CaseState
from schemas.retention import ENDINGS, Ending, Retention


@dataclass(frozen=True)
class Clock:
    """When a case and the pictures beside its packets are to be forgotten; ``None``: its time has not begun."""

    ending: Ending | None = None
    case_at: datetime | None = None
    pictures_at: datetime | None = None


def clock_of(state: CaseState | None, since: datetime | None, retention: Retention | None) -> Clock:
    """The clock of a case that has been in a state ``since`` then."""
    ending = ENDINGS.get(state) if state else None
    if ending is None or since is None or retention is None:
        return Clock()
    edition = retention.on(since.date())
    case_at, pictures_at = edition.of(ending).until(since), edition.pictures.until(since)
    # What goes with the case needs no time of its own.
    return Clock(ending, case_at, pictures_at if pictures_at < case_at else None)


def why(ending: Ending, since: datetime) -> str:
    """The reason that is on record for a case that goes by the clock."""
    return f"Its time is over: {ending.value} since {since:%Y-%m-%d}."
