"""What holds of any date, share, number or clock: leap days, ends of months, and years that have neither."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import assume, given
from hypothesis import strategies as st

from schemas.ages import age_last, age_nearest, age_on, next_age_change
from schemas.carrier import Carrier
from schemas.codes import AgeBasis
from services.validation.numbers import can_be_itin, can_be_routing_number, can_be_ssn
from services.validation.zip_prefixes import STATES, disagree
from tests.builders import RECEIVED, brackwater
from tests.validation.judging import faults

BIRTHS = st.dates(date(1900, 1, 1), date(2026, 1, 1)) | st.sampled_from(
    [date(year, 2, 29) for year in (1904, 1984, 2000)]
)
DAYS = st.dates(date(2000, 1, 1), date(2060, 12, 31)) | st.sampled_from([date(2024, 2, 29), date(2028, 2, 29)])
BASES = st.sampled_from(AgeBasis)


@given(BIRTHS, DAYS)
def test_the_nearest_age_is_the_last_or_one_more(born: date, day: date) -> None:
    assume(born <= day)
    assert age_nearest(born, day) - age_last(born, day) in (0, 1)


@given(BIRTHS, DAYS, BASES)
def test_an_age_never_falls_and_rises_by_one_on_its_day(born: date, day: date, basis: AgeBasis) -> None:
    assume(born <= day)
    change = next_age_change(basis, born, day)
    assert day < change <= day + timedelta(367)
    assert age_on(basis, born, change) == age_on(basis, born, day) + 1
    assert age_on(basis, born, change - timedelta(1)) == age_on(basis, born, day)


@given(BIRTHS, DAYS)
def test_the_half_birthday_lies_half_a_year_from_the_birthday(born: date, day: date) -> None:
    assume(born <= day)
    half = next_age_change(AgeBasis.NEAREST, born, day)
    whole = next_age_change(AgeBasis.LAST, born, half)
    assert 179 <= (whole - half).days <= 186


@given(
    st.integers(0, 999), st.integers(0, 99), st.integers(0, 9999), st.sampled_from(["{}-{}-{}", "{}{}{}", "{} {} {}"])
)
def test_an_ssn_is_judged_by_its_parts_however_it_is_written(area: int, group: int, serial: int, shape: str) -> None:
    written = shape.format(f"{area:03}", f"{group:02}", f"{serial:04}")
    possible = area not in (0, 666) and area < 900 and group != 0 and serial != 0
    assert can_be_ssn(written) is possible
    assert not (can_be_ssn(written) and can_be_itin(written))


@given(st.text(max_size=12))
def test_no_text_breaks_the_numbers(written: str) -> None:
    for judged in (can_be_ssn(written), can_be_itin(written), can_be_routing_number(written)):
        assert judged in (True, False)


@given(st.sampled_from(sorted(STATES)), st.integers(0, 99_999))
def test_a_zip_code_that_no_state_has_is_held_against_nobody(state: str, number: int) -> None:
    prefix = number // 100
    assume(all(prefix not in held for held in STATES.values()))
    assert not disagree(state, f"{number:05}")


@given(st.lists(st.integers(1, 100), min_size=1, max_size=3))
def test_whole_shares_are_faulted_exactly_when_they_do_not_make_the_whole(shares: list[int]) -> None:
    rows = [
        {"beneficiary_class": "primary", "name": f"P {n}", "relationship": "child", "share": Decimal(share)}
        for n, share in enumerate(shares)
    ]
    contingent = {"beneficiary_class": "contingent", "name": "Lee", "relationship": "brother", "share": "100"}
    expected = [] if sum(shares) == 100 else ["V-25"]
    assert faults({"beneficiaries": [*rows, contingent]}) == expected


@given(DAYS, st.integers(0, 60))
def test_the_days_to_receipt_are_counted_over_any_month_and_leap_day(signed: date, days: int) -> None:
    received = signed + timedelta(days)
    changes = {
        f"signatures.{line}.signed_on": signed for line in ("application.insured", "application.agent", "hipaa.insured")
    }
    # Ages and editions are other rules' business.
    found = [rule for rule in faults(changes, carrier=_timeless(), received_on=received) if rule == "V-76"]
    assert found == (["V-76"] if days > 30 else [])


def _timeless() -> Carrier:
    carrier = brackwater()
    limits = carrier.file.limits[0].model_copy(update={"effective_from": date(1990, 1, 1)})
    return brackwater(limits=(limits,))


@given(st.integers(-400, 400))
def test_limits_are_those_of_the_signing_and_end_with_their_last_day(days: int) -> None:
    first = brackwater().file.limits[0]
    turn = RECEIVED - timedelta(200)
    old = first.model_copy(update={"effective_to": turn, "received_within_days": 1000, "application_valid_days": 1000})
    new = first.model_copy(update={"effective_from": turn + timedelta(1), "received_within_days": 0})
    signed = min(turn + timedelta(days), RECEIVED)
    changes = {"signatures.application.insured.signed_on": signed}
    found = "V-76" in faults(changes, carrier=brackwater(limits=(old, new)))
    assert found is (signed > turn and signed < RECEIVED)
