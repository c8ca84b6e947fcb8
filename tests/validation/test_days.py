"""Days and instants: a signature's day is that of where the pen was, a deadline's that of the carrier."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.carrier import Carrier, CarrierFile
from schemas.days import day_in, latest_day, zones_of
from services.validation.can_sell import AppointmentStatus, Sale, Standing, appointment_for
from services.validation.judging import Judged, findings_on
from services.validation.zip_prefixes import STATES
from tests import producers
from tests.builders import brackwater, clean_application

ANYWHERE = {"AA", "AE", "AP"}
"""Where the armed forces' post goes: no place on the map."""
KNOWN = sorted(STATES.keys() - ANYWHERE)
CARRIER_ZONES = ("America/Chicago", "America/New_York", "Pacific/Honolulu", "UTC", "Pacific/Guam")

_TURNS = [
    datetime(2026, 3, 8, 7, 30, tzinfo=UTC),  # the night the clocks go forward
    datetime(2026, 11, 1, 6, 30, tzinfo=UTC),  # and back
    datetime(2028, 2, 29, 4, 0, tzinfo=UTC),
    datetime(2028, 3, 1, 1, 0, tzinfo=UTC),
    datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC),
]
_FIRST, _LAST = (int(datetime(year, 1, 1, tzinfo=UTC).timestamp()) for year in (2026, 2033))
INSTANTS = st.integers(_FIRST, _LAST).map(lambda second: datetime.fromtimestamp(second, UTC)) | st.sampled_from(_TURNS)


def rules_found(carrier: Carrier, signed: date, state: str | None, received: datetime, now: datetime) -> set[str]:
    """What is found on dates when the application is signed in a state, arrives, and is judged."""
    lines = ("application.insured", "application.agent", "hipaa.insured")
    dated: dict[str, Any] = {f"signatures.{line}.signed_on": signed for line in lines}
    application = clean_application({**dated, "signatures.application.insured.state": state})
    day = day_in(carrier.file.time_zone, received)
    judged = Judged("GO-0000-0000-0001", 1, application, day, (), Standing(True))
    return {finding.rule for finding in findings_on(judged, carrier, now)} & {"V-75", "V-76"}


def carrier_in(zone: str) -> Carrier:
    limits = brackwater().file.limits[0].model_copy(update={"received_within_days": 30})
    return brackwater(time_zone=zone, limits=(limits,))


@given(INSTANTS, st.sampled_from(KNOWN), st.sampled_from(CARRIER_ZONES))
def test_who_signs_and_sends_at_once_has_not_signed_in_the_future(at: datetime, state: str, zone: str) -> None:
    for local in zones_of(state):
        assert rules_found(carrier_in(zone), at.astimezone(local).date(), state, at, at) == set()


@given(INSTANTS, st.sampled_from(KNOWN))
def test_the_day_after_the_latest_in_the_state_lies_in_the_future_until_it_comes(at: datetime, state: str) -> None:
    tomorrow = latest_day([state], at) + timedelta(1)
    # The carrier is where the day ends last, so that its own day excuses nothing.
    carrier = carrier_in("Pacific/Pago_Pago")
    assert "V-75" in rules_found(carrier, tomorrow, state, at, at)
    assert "V-75" not in rules_found(carrier, tomorrow, state, at, at + timedelta(days=1, hours=1))


@given(INSTANTS, st.sampled_from([None, "ZZ", *sorted(ANYWHERE)]))
def test_where_the_place_is_unknown_any_place_on_earth_is_granted(at: datetime, state: str | None) -> None:
    first_of_all = day_in("Pacific/Kiritimati", at)
    assert latest_day([state] if state else [], at) == first_of_all
    assert first_of_all - at.date() in (timedelta(0), timedelta(1))


@given(INSTANTS, st.integers(25, 35), st.sampled_from(CARRIER_ZONES), st.sampled_from(KNOWN))
def test_a_packet_is_late_from_the_carriers_midnight_on(at: datetime, days: int, zone: str, state: str) -> None:
    signed = day_in(zone, at) - timedelta(days)
    found = rules_found(carrier_in(zone), signed, state, at, at)
    assert found == ({"V-76"} if days > 30 else set())


@given(INSTANTS, st.integers(0, 60 * 24), st.integers(1, 45), st.sampled_from(CARRIER_ZONES))
def test_an_appointment_clock_loses_a_day_at_each_midnight_of_the_carrier(
    arrived: datetime, hours: int, days: int, zone: str
) -> None:
    now = arrived + timedelta(hours=hours)
    held = producers.carrier(producers.clock("from_received", days))
    received, today = day_in(zone, arrived), day_in(zone, now)
    sale = Sale(held, None, "CO", received - timedelta(1), received, today)
    answer = appointment_for(producers.producer(appointments=()), sale)
    assert answer.last_day == received + timedelta(days)
    assert answer.days_left == days - (today - received).days
    midnights = sum(_is_midnight(zone, received + timedelta(n), arrived, now) for n in range(1, 64))
    assert days - (answer.days_left or 0) == midnights
    assert (answer.status is AppointmentStatus.TOO_LATE) is (midnights > days)


def _is_midnight(zone: str, day: date, since: datetime, until: datetime) -> bool:
    """The day began in the zone after one instant and not after the other."""
    began = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    return since < began <= until


def test_every_state_that_has_zip_codes_has_time_zones() -> None:
    assert [state for state in sorted(STATES) if not zones_of(state)] == sorted(ANYWHERE)


def test_a_carriers_zone_has_to_be_one() -> None:
    with pytest.raises(ValueError, match="write it like America/Chicago"):
        CarrierFile.model_validate({**brackwater().file.model_dump(), "time_zone": "Central"})
