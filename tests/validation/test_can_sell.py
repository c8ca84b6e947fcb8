"""May this producer sell this here: answers as of the signed date, and clocks over month ends and leap years."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.carrier import TrainingRule
from services.validation.can_sell import (
    AppointmentStatus,
    Sale,
    SellStatus,
    Standing,
    appointment_for,
    can_sell,
    missing_training,
    plain_code,
    plain_npn,
)
from tests.producers import appointed, carrier, clock, insured, licensed, producer, trained

SIGNED = date(2026, 3, 2)


def sale(*clocks: object, signed: date = SIGNED, received: date | None = None, today: date | None = None) -> Sale:
    arrived = received or signed
    return Sale(carrier(*clocks), "bw-term", "CO", signed, arrived, today or arrived)  # type: ignore[arg-type]


def test_the_first_thing_in_the_way_is_the_answer() -> None:
    answers = {
        SellStatus.OK: producer(),
        SellStatus.NOT_LICENSED: producer(licenses=(), appointments=(), training=()),
        SellStatus.NOT_APPOINTED: producer(appointments=(appointed(since=date(2026, 9, 1)),), training=()),
        SellStatus.TRAINING_GAP: producer(training=()),
        SellStatus.JIT_IN_PROGRESS: producer(appointments=()),
    }
    for status, held in answers.items():
        today = SIGNED + timedelta(days=31) if status is SellStatus.NOT_APPOINTED else SIGNED
        assert can_sell(held, sale(clock(), today=today)).status is status
    assert can_sell(producer(appointments=()), sale()).status is SellStatus.CLOCK_UNKNOWN


@pytest.mark.parametrize(
    "held",
    [
        licensed("KS"),
        licensed(line="health"),
        licensed(since=SIGNED + timedelta(days=1)),
        licensed(to=SIGNED - timedelta(days=1)),
    ],
)
def test_a_licence_of_another_state_line_or_time_is_none(held: object) -> None:
    assert can_sell(producer(licenses=(held,)), sale(clock())).status is SellStatus.NOT_LICENSED


def test_first_and_last_day_count() -> None:
    held = producer(
        licenses=(licensed(since=SIGNED, to=SIGNED),),
        appointments=(appointed(since=SIGNED, to=SIGNED),),
        training=(trained(on=SIGNED, to=SIGNED),),
        errors_and_omissions=(insured(since=SIGNED, to=SIGNED),),
    )
    answer = can_sell(held, sale(clock()))
    assert (answer.status, answer.is_insured) == (SellStatus.OK, True)


def test_a_licence_that_ended_after_the_signing_does_not_matter() -> None:
    held = producer(licenses=(licensed(to=SIGNED),))
    assert can_sell(held, sale(clock(), today=SIGNED + timedelta(days=200))).status is SellStatus.OK


def test_another_carriers_appointment_is_none() -> None:
    held = producer(appointments=(appointed(carrier="elsewhere"), appointed("KS")))
    assert appointment_for(held, sale(clock())).status is AppointmentStatus.CLOCK_OPEN


def test_a_pre_appointment_state_wants_it_on_the_signed_date() -> None:
    before = clock("pre_appointment", 0)
    assert appointment_for(producer(), sale(before)).status is AppointmentStatus.APPOINTED
    late = producer(appointments=(appointed(since=SIGNED + timedelta(days=1)),))
    assert appointment_for(late, sale(before)).status is AppointmentStatus.NEEDED_BEFORE
    assert can_sell(late, sale(before)).status is SellStatus.NOT_APPOINTED


def test_training_is_asked_for_by_product_state_and_day() -> None:
    def asked(**rule: object) -> bool:
        course = TrainingRule(**{"course": "x", "name": "X", "effective_from": date(2020, 1, 1), **rule})  # type: ignore[arg-type]
        asks = Sale(carrier(training=(course,)), "bw-term", "CO", SIGNED, SIGNED, SIGNED)
        return bool(missing_training(producer(), asks))

    assert asked()
    assert asked(products=("bw-term",), states=("CO",))
    assert not asked(products=("bw-whole",))
    assert not asked(states=("KS",))
    assert not asked(effective_from=SIGNED + timedelta(days=1))
    assert not asked(effective_to=SIGNED - timedelta(days=1))


def test_training_must_be_complete_and_unexpired_at_signing() -> None:
    for done, missing in (
        (trained(on=SIGNED + timedelta(days=1)), True),
        (trained(to=SIGNED - timedelta(days=1)), True),
        (trained(to=SIGNED), False),
    ):
        assert bool(missing_training(producer(training=(done,)), sale(clock()))) is missing


def test_codes_and_numbers_are_found_however_they_are_written() -> None:
    standing = Standing(True, (producer(),))
    assert standing.by_code(" a-100 ") == producer()
    assert standing.by_npn("004 411 223") == producer()
    assert standing.by_code(None) is standing.by_npn(None) is standing.by_npn("") is None
    assert plain_code("a - 1") == "A-1"
    assert plain_npn("NPN 0012") == "12"


DAYS = st.dates(date(2020, 1, 1), date(2104, 12, 31))
LENGTHS = st.integers(0, 60)
DELAYS = st.integers(0, 45)
KINDS = st.sampled_from(["from_written", "from_received"])


@given(signed=DAYS, length=LENGTHS, delay=DELAYS, kind=KINDS, asked_after=st.integers(0, 120))
def test_a_clock_counts_calendar_days_whatever_the_month_or_year(
    signed: date, length: int, delay: int, kind: str, asked_after: int
) -> None:
    received = signed + timedelta(days=delay)
    today = received + timedelta(days=asked_after)
    answer = appointment_for(
        producer(appointments=()), sale(clock(kind, length), signed=signed, received=received, today=today)
    )
    start = signed if kind == "from_written" else received
    assert answer.last_day is not None
    assert answer.last_day.toordinal() - start.toordinal() == length
    assert answer.days_left == answer.last_day.toordinal() - today.toordinal()
    assert (answer.status is AppointmentStatus.CLOCK_OPEN) == (today <= answer.last_day)


@given(signed=DAYS, length=LENGTHS, kind=KINDS, after=st.integers(-30, 90))
def test_an_appointment_counts_up_to_the_clocks_last_day_and_not_a_day_later(
    signed: date, length: int, kind: str, after: int
) -> None:
    held = producer(appointments=(appointed(since=signed + timedelta(days=after)),))
    answer = appointment_for(held, sale(clock(kind, length), signed=signed, today=signed + timedelta(days=365)))
    expected = AppointmentStatus.APPOINTED if after <= length else AppointmentStatus.TOO_LATE
    assert answer.status is expected


@given(signed=DAYS, length=LENGTHS, kind=KINDS, first=st.integers(0, 120), later=st.integers(0, 120))
def test_a_clock_that_ran_out_never_opens_again(signed: date, length: int, kind: str, first: int, later: int) -> None:
    def open_after(days: int) -> bool:
        answer = appointment_for(
            producer(appointments=()), sale(clock(kind, length), signed=signed, today=signed + timedelta(days=days))
        )
        return answer.status is AppointmentStatus.CLOCK_OPEN

    sooner, last = sorted((first, later))
    assert open_after(sooner) or not open_after(last)


def test_the_29th_of_february_is_a_day_of_the_clock() -> None:
    for year, last in ((2027, date(2027, 3, 2)), (2028, date(2028, 3, 1)), (2100, date(2100, 3, 2))):
        answer = appointment_for(producer(appointments=()), sale(clock(days=15), signed=date(year, 2, 15)))
        assert answer.last_day == last
