"""Triggers beside the grid: what asks for more, what withholds, and that every requirement says why it is there."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from schemas.carrier import Carrier, load_carriers
from schemas.codes import AgeBasis, ReasonSource
from schemas.underwriting import Trigger
from services.requirements.asking import Asked, asked_of, months_before
from services.requirements.facts import Condition, Facts, facts_of, latest_day
from tests.builders import book, brackwater, trigger
from tests.requirements.cases import read

CARRIERS = load_carriers(Path(__file__).parents[2] / "carriers")
DAY = date(2026, 3, 2)


def facts(age: int = 40, face: object = 250_000, **more: Any) -> Facts:
    return Facts(ages=dict.fromkeys(AgeBasis, age), face=Decimal(str(face)), day=DAY, **more)


def asked(carrier: Carrier, known: Facts) -> dict[str, Asked]:
    return {f"{each.kind.value} {each.about}".strip(): each for each in asked_of(carrier, known)}


def with_triggers(*triggers: Trigger) -> Carrier:
    return brackwater(book=book(*triggers))


FLYING = trigger("q", "answer", "questionnaire", yes=["lifestyle.aviation"], about="flying", name="On flying")
KEEL: dict[str, Any] = {"product": "QM-KEEL"}


def test_an_answer_asks_for_its_questionnaire_and_the_reason_says_which() -> None:
    found = asked(with_triggers(FLYING), facts(yes=frozenset({"lifestyle.aviation"})))["questionnaire flying"]
    assert (found.name, [reason.source for reason in found.reasons]) == ("On flying", [ReasonSource.TRIGGER])
    assert found.why == "answered yes: aviation (fictional sample guide 2026)"
    assert found.reasons[0].where == "carriers/brackwater/triggers.csv, line 0"


def test_a_questionnaire_that_came_with_the_application_is_not_asked_for() -> None:
    carrier, flies = with_triggers(FLYING), frozenset({"lifestyle.aviation"})
    assert "questionnaire flying" not in asked(carrier, facts(yes=flies, answered_on_forms=flies))


def test_what_grid_and_trigger_both_ask_for_is_one_requirement_with_both_reasons() -> None:
    carrier = with_triggers(trigger("driving", "answer", "mvr", yes=["lifestyle.driving"]))
    found = asked(carrier, facts(yes=frozenset({"lifestyle.driving"})))["mvr"]
    assert [reason.source for reason in found.reasons] == [ReasonSource.GRID, ReasonSource.TRIGGER]


@pytest.mark.parametrize(
    ("text", "is_named"),
    [("coronary artery disease, stent", True), ("ca", False), ("CANCER of the skin", True), ("cancerous?", False)],
)
def test_an_impairment_is_named_by_whole_words(text: str, is_named: bool) -> None:
    carrier = with_triggers(trigger("i", "impairment", "aps", words=["cancer", "coronary artery disease"]))
    assert ("aps" in asked(carrier, facts(conditions=(Condition(text.lower(), None),)))) is is_named


@pytest.mark.parametrize(
    ("began", "withheld"),
    [(date(2026, 1, 31), True), (date(2025, 9, 2), True), (date(2025, 8, 31), False), (None, True)],
)
def test_what_is_on_the_list_do_not_order_is_asked_for_and_withheld(began: date | None, withheld: bool) -> None:
    carrier = with_triggers(
        trigger("i", "impairment", "aps", words=["heart attack"]),
        trigger("no", "withhold", "aps", words=["heart attack"], within_months=6, note="the carrier postpones"),
    )
    found = asked(carrier, facts(conditions=(Condition("heart attack", began),)))["aps"]
    assert bool(found.withheld) is withheld
    assert withheld is (found.withheld is not None and "the carrier postpones" in found.withheld.text)


def test_an_instruction_goes_with_the_order_and_asks_for_nothing_itself() -> None:
    aldermoor = CARRIERS["aldermoor"]
    older, younger = (asked(aldermoor, facts(age))["blood_urine"] for age in (50, 49))
    assert (older.instructions, younger.instructions) == (("NT-proBNP with the blood profile",), ())
    assert len(older.reasons) == 1


@pytest.mark.parametrize(
    ("age", "face", "seen", "due"),
    [
        # 18 to 39: over 3 million when seen in 2 years, over 3.5 million in 5.
        (39, 3_000_000, date(2026, 1, 1), False),
        (39, "3000000.01", date(2024, 3, 2), True),
        (39, 3_400_000, date(2024, 1, 31), False),
        (39, 3_600_000, date(2022, 1, 1), True),
        (39, 3_600_000, date(2020, 12, 31), False),
        # 40 to 59: 3 years.
        (40, 3_200_000, date(2023, 4, 1), True),
        (59, 3_200_000, date(2022, 12, 31), False),
        # 60 to 70: over 1 million in 5 years; 71 to 80 any amount in 2; from 81 any in 1.
        (60, 1_000_000, date(2026, 1, 1), False),
        (70, "1000000.01", date(2021, 4, 1), True),
        (71, 100_000, date(2024, 3, 15), True),
        (80, 100_000, date(2023, 12, 31), False),
        (81, 100_000, date(2025, 3, 31), True),
        (81, 100_000, date(2024, 12, 31), False),
        (81, 100_000, None, True),
    ],
)
def test_statements_by_age_amount_and_last_visit(age: int, face: object, seen: date | None, due: bool) -> None:
    assert ("aps" in asked(CARRIERS["aldermoor"], facts(age, face, last_seen=seen))) is due


def test_who_has_no_physician_has_no_records() -> None:
    assert "aps" not in asked(CARRIERS["aldermoor"], facts(72, 100_000, sees_physician=False))


@pytest.mark.parametrize(
    ("known", "kind", "due"),
    [
        (facts(15, 50_000, **KEEL), "mvr", False),
        (facts(16, 50_000, **KEEL), "mvr", True),
        (facts(70, 1_000_000, **KEEL), "financial_questionnaire", False),
        (facts(70, "1000000.01", **KEEL), "financial_questionnaire", True),
        (facts(69, 2_000_000, **KEEL), "financial_questionnaire", False),
        (facts(30, 100_000, **KEEL), "tele_interview", True),
        (facts(30, 100_000, paper=False, **KEEL), "tele_interview", False),
        (facts(30, 100_000), "tele_interview", False),
        (facts(5, 30_000, **KEEL), "prescription_check", True),
        (facts(5, 30_000, **KEEL), "claims_check", True),
        (facts(17, 500_000, **KEEL), "aps", False),
        (facts(17, "500000.01", **KEEL), "aps", True),
        (facts(70, 5_000_000, **KEEL), "aps", False),
        (facts(71, 25_000, **KEEL), "aps", True),
    ],
)
def test_the_footnotes_of_the_whole_life_grid(known: Facts, kind: str, due: bool) -> None:
    carrier = CARRIERS["quillhaven"] if known.product else with_triggers()
    assert (kind in asked(carrier, known)) is due


def test_a_footnote_is_the_reason_that_is_given() -> None:
    found = asked(CARRIERS["quillhaven"], facts(30, 100_000, **KEEL))["tele_interview"]
    assert found.reasons[0].source is ReasonSource.FOOTNOTE
    assert found.why.startswith("paper application: tele-interview; application on paper")


def test_a_trigger_holds_between_its_dates_for_its_grid_and_its_states_only() -> None:
    old = trigger("old", "footnote", "credit", effective_to=date(2025, 12, 31))
    elsewhere = trigger("grid", "footnote", "ekg", grids=["other"])
    state = trigger("state", "footnote", "inspection", states=["CO"])
    assert asked(with_triggers(old, elsewhere, state), facts(state="CO")).keys() >= {"inspection"}
    assert not asked(with_triggers(old, elsewhere, state), facts(state="TX")).keys() & {"credit", "ekg", "inspection"}


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("11/2025", date(2025, 11, 30)),
        ("2019", date(2019, 12, 31)),
        ("3/14/2024", date(2024, 3, 31)),
        ("first 2010, again 02/2016", date(2016, 2, 29)),
        ("last spring", None),
        (None, None),
    ],
)
def test_a_loosely_written_date_is_taken_at_its_latest(written: str | None, day: date | None) -> None:
    assert latest_day(written) == day


def test_months_are_rounded_up() -> None:
    days = (date(2026, 2, 2), date(2026, 2, 1), date(2026, 3, 3))
    assert [months_before(day, DAY) for day in days] == [1, 2, 0]


def test_an_application_is_asked_with_what_it_says() -> None:
    changes = {
        "medical.heart": "yes",
        "lifestyle.aviation": "yes",
        "insured.tobacco": "yes",
        "existing.policies": [{"company": "Brackwater", "face_amount": 300_000, "year_issued": 2026}],
        "existing.pending_elsewhere": "yes",
        "existing.pending_elsewhere_amount": 100_000,
    }
    found = facts_of(read(changes=changes), brackwater())
    assert (found.ages[AgeBasis.LAST], found.ages[AgeBasis.NEAREST], found.day, found.state) == (41, 42, DAY, "CO")
    assert found.yes == {"medical.heart", "medical.lungs", "lifestyle.aviation", "insured.tobacco"}
    assert [(cover.amount, cover.pending) for cover in found.other] == [(300_000, False), (100_000, True)]
    assert found.conditions == (Condition("asthmatique-x inhaler, well", date(2011, 12, 31)),)
    assert found.last_seen == date(2025, 11, 30)
