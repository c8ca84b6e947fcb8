"""Where a document belongs: only what is sure is filed, and a person is told what speaks for each case."""

import hashlib
from dataclasses import replace
from decimal import Decimal
from difflib import SequenceMatcher
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from schemas.codes import CaseState, FilingWay
from services.intake.filing import Arrival, KnownCase, NewCase, ToAPerson, ToCase, decide
from services.intake.identity import Figures, Fit, Identity, Likeness, figures

CASE, OTHER = "GO-0000-0000-0001", "GO-0000-0000-0002"
PAGE_5 = ("ald-tl-101-2026-01", 5)


def shown(written: str) -> Figures:
    """Figures as they are compared, without a key."""
    return figures(written, lambda said: hashlib.sha256(said.encode()).hexdigest())


JORDAN = Identity(
    carrier="aldermoor",
    names=("jordan lee pruitt",),
    born=(shown("19840517"),),
    numbers=(shown("812440193"),),
    product="ALD-LEVEL",
    term_years=20,
    face_amount=Decimal(500_000),
)
NIGO = KnownCase(CASE, "AG-1", CaseState.NIGO, JORDAN, frozenset({PAGE_5}))
BY_KEY = ((FilingWay.REFERENCE, CASE),)


def said(**other: Any) -> Identity:
    return JORDAN.model_copy(update=other)


def late(identity: Identity | None = JORDAN, **other: Any) -> Arrival:
    return replace(Arrival("AG-1", identity), **other)


def packet(identity: Identity = JORDAN, **other: Any) -> Arrival:
    return late(identity, opens_a_case=True, is_whole=True, **other)


NAME_ALONE = Identity(carrier="aldermoor", names=("jordan pruitt",))
NOBODY = Identity(carrier="aldermoor")
TWIN = said(names=("jorden lee pruitt",), numbers=())
LAST_FOUR = Identity(carrier="aldermoor", names=("jordan pruitt",), numbers=(shown("0193"),))

FILED = [
    ("a form that names the insured in full", late(said(product=None)), NIGO),
    ("name and the last four figures", late(LAST_FOUR), NIGO),
    ("name and birthday, the middle name left out", late(said(names=("jordan pruitt",), numbers=())), NIGO),
    ("the same packet, corrected", packet(), NIGO),
    ("a packet that now says what the first left open", packet(), replace(NIGO, identity=said(face_amount=None))),
    ("a packet sent again before the first was judged", packet(), replace(NIGO, state=None)),
    ("a packet that the carrier sent back", packet(), replace(NIGO, state=CaseState.CARRIER_NIGO)),
    ("page 1 alone, after the submission", late(opens_a_case=True), replace(NIGO, state=CaseState.UNDERWRITING)),
]


@pytest.mark.parametrize(("what", "arrival", "case"), FILED, ids=[what for what, _, _ in FILED])
def test_it_is_filed_by_what_its_pages_say(what: str, arrival: Arrival, case: KnownCase) -> None:
    stranger = KnownCase(
        OTHER, "AG-1", CaseState.NIGO, said(names=("kim oda",), born=(), numbers=(shown("899112222"),))
    )
    assert decide(arrival, [stranger, case]) == ToCase(CASE, FilingWay.IDENTITY)


NEW = [
    ("nobody knows the insured", packet(said(names=("kim oda",), born=(shown("19900102"),), numbers=())), NIGO),
    ("another amount", packet(said(face_amount=Decimal(250_000))), NIGO),
    ("another term: a ladder of two policies", packet(said(term_years=10)), NIGO),
    ("another carrier", packet(said(carrier="quillhaven")), NIGO),
    ("another agent", replace(packet(), agent_code="AG-2"), NIGO),
    ("the carrier has the first already", packet(), replace(NIGO, state=CaseState.UNDERWRITING)),
    ("the first is over", packet(), replace(NIGO, state=CaseState.DECLINED)),
    ("nobody says whose folder it is", replace(packet(), agent_code=None), replace(NIGO, agent_code=None)),
]


@pytest.mark.parametrize(("what", "arrival", "case"), NEW, ids=[what for what, _, _ in NEW])
def test_another_application_opens_a_case_of_its_own(what: str, arrival: Arrival, case: KnownCase) -> None:
    assert decide(arrival, [case]) == NewCase()


TWO = [NIGO, replace(NIGO, case_id=OTHER, identity=said(product="ALD-SWIFT"))]
UNSURE = [
    ("a name alone", late(NAME_ALONE), [NIGO], "do not say surely", [CASE]),
    ("a page that names nobody, where one lacks it", late(NOBODY, pages=frozenset({PAGE_5})), [NIGO], "surely", [CASE]),
    ("a twin: name nearly the same", late(TWIN), [NIGO], "do not say surely", [CASE]),
    ("two cases on one insured", late(said(product=None)), TWO, "Several cases", [CASE, OTHER]),
    (
        "most of an application without its first page",
        late(NOBODY, pages=frozenset({PAGE_5}), opens_a_case=True),
        [NIGO],
        "lacks pages",
        [CASE],
    ),
    ("no form on file, and no case named", late(None), [NIGO], "no page of it", []),
    (
        "it names a case that is not on file",
        late(references=((FilingWay.REFERENCE, OTHER),)),
        [NIGO],
        "no such",
        [CASE],
    ),
    ("it names another agent's case", replace(late(references=BY_KEY), agent_code="AG-2"), [NIGO], "agent", [CASE]),
    ("it names two cases", late(references=(*BY_KEY, (FilingWay.COVER_SHEET, OTHER))), TWO, "several", [CASE, OTHER]),
    (
        "its pages name somebody else",
        late(said(names=("kim oda",), born=(), numbers=(shown("899112222"),)), references=BY_KEY),
        [NIGO],
        "another insured",
        [CASE],
    ),
    (
        "its forms are another carrier's",
        late(said(carrier="quillhaven"), references=BY_KEY),
        [NIGO],
        "another carrier",
        [CASE],
    ),
]


@pytest.mark.parametrize(("what", "arrival", "cases", "why", "likely"), UNSURE, ids=[each[0] for each in UNSURE])
def test_what_is_not_sure_goes_to_a_person_with_the_likely_cases(
    what: str, arrival: Arrival, cases: list[KnownCase], why: str, likely: list[str]
) -> None:
    decision = decide(arrival, cases)
    assert isinstance(decision, ToAPerson)
    assert why.lower() in decision.reason.lower()
    assert sorted(candidate.case_id for candidate in decision.candidates) == likely
    assert all(candidate.reasons for candidate in decision.candidates)


def test_a_case_that_is_named_gets_what_names_nobody_and_what_is_a_little_otherwise() -> None:
    for arrival in (late(None), late(NOBODY), packet(said(numbers=(shown("812440194"),))), packet(said(term_years=10))):
        assert decide(replace(arrival, references=BY_KEY), [NIGO]) == ToCase(CASE, FilingWay.REFERENCE)
    over = replace(NIGO, state=CaseState.PLACED)
    assert decide(late(None, references=BY_KEY), [over]) == ToCase(CASE, FilingWay.REFERENCE)


def test_the_likeliest_case_comes_first_with_its_reasons_and_no_values() -> None:
    other = replace(NIGO, case_id=OTHER, identity=NAME_ALONE, lacks=frozenset())
    names = {"ald-tl-101-2026-01": "Application for Term Life Insurance (ALD-TL-101)"}
    decision = decide(late(said(numbers=(), born=()), pages=frozenset({PAGE_5}), names=names), [other, NIGO])
    assert isinstance(decision, ToAPerson)
    first, second = decision.candidates
    assert (first.case_id, second.case_id) == (CASE, OTHER)
    assert first.reasons == ("the same name", "it lacks page 5 of the Application for Term Life Insurance (ALD-TL-101)")
    assert "pruitt" not in str(decision).lower()


NAME = st.lists(st.text("abcde", min_size=1, max_size=6), min_size=1, max_size=4).map(" ".join)


@given(one=NAME, other=NAME)
@example("jordan lee pruitt", "jorden pruitt")
@example("jordan lee pruitt", "pruett jordan l")
def test_names_are_told_apart_quickly_and_as_by_comparing_them_whole(one: str, other: str) -> None:
    here, there = sorted(set(one.split())), sorted(set(other.split()))
    if set(here) <= set(there) or set(there) <= set(here):
        expected = Fit.SAME
    else:
        share = SequenceMatcher(None, " ".join(here), " ".join(there), autojunk=False).ratio()
        expected = Fit.LIKE if share >= 0.75 else Fit.OTHER
    assert Likeness(said(names=(one,)), said(names=(other,))).name is expected


def test_of_people_with_other_figures_no_names_are_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object) -> Fit:
        raise AssertionError("a packet of somebody else needs no look at names")

    monkeypatch.setattr("services.intake.identity._names", never)
    others = [replace(NIGO, identity=said(born=(shown(f"1990{day}"),))) for day in range(1001, 1020)]
    assert decide(packet(), others) == NewCase()
