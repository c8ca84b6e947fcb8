"""Which calendar day an instant is: at a carrier, and at the latest where something was signed.

A signature bears a day and no hour. It is the day where the pen was; a deadline is counted by the carrier's own days;
and instants are UTC. ``schemas/data/time_zones.csv`` has the zones of each state.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta, timezone
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from schemas.state_tables import rows_of

_ZONES = Path(__file__).parent / "data" / "time_zones.csv"
_FIRST_OF_ALL = timezone(timedelta(hours=14))
"""Where each day begins first on earth."""


@cache
def zones_of(state: str) -> tuple[ZoneInfo, ...]:
    """The time zones of a state; none when the table does not know it, or it may be anywhere (``AE``, ``AP``)."""
    rows = (row for row in rows_of(_ZONES) if row["state"] == state)
    return tuple(ZoneInfo(name) for row in rows for name in (row["zones"] or "").split())


def day_in(zone: str, at: datetime) -> date:
    """The day that it is in a zone (IANA name). Raises :class:`zoneinfo.ZoneInfoNotFoundError`."""
    return at.astimezone(ZoneInfo(zone)).date()


def latest_day(states: Iterable[str], at: datetime) -> date:
    """The latest day that it is anywhere in these states; anywhere on earth, when one is unknown or there is none."""
    held = [zones_of(state) for state in states]
    if not held or not all(held):
        return at.astimezone(_FIRST_OF_ALL).date()
    return max(at.astimezone(zone).date() for zones in held for zone in zones)
