"""A carrier's list against ours: differences are found, what was missed is asked for again and puts things right."""

from typing import Any

from schemas import topics
from schemas.case_events import CarrierAsked, CarrierListed, DifferenceFound, ListedCase
from schemas.codes import CarrierAskKind, CarrierDecisionKind, CaseState, DifferenceKind
from services.cases import lists, store
from services.cases.worker import describe_service
from tests.cases.stories import CARRIERS, CASE, NOW, at, judged, read, said
from tests.offline import Worker, worker

SERVICE = describe_service(CARRIERS)
DECISIONS = topics.decisions("brackwater")
OTHER = "GO-0000-0000-0000"


def lists_(decision: str, minute: float, name: str = "list 1", case: str = CASE, **more: Any) -> CarrierListed:
    """A list of one case, made a day after all else."""
    listed = ListedCase(
        case_id=case,
        decision=CarrierDecisionKind(decision),
        effective_at=at(minute),
        carrier_reference=more.pop("reference", None),
    )
    return CarrierListed(list_id=name, as_of=at(60 * 24 * 60), cases=(listed,), **more)


async def submitted(cases: Worker) -> None:
    await cases.take(read(), topics.INTAKE_APPLICATIONS, "application", CASE)
    await cases.take(judged("igo"), topics.VALIDATION_VERDICTS, "verdict", CASE)
    await cases.take(said("acknowledged", 90, carrier_reference="BW-7"), DECISIONS, "acknowledged", CASE)


async def test_a_word_that_got_lost_is_found_asked_for_and_puts_the_case_right(database_url: str) -> None:
    async with worker(SERVICE, database_url, clock=lambda: NOW) as cases:
        await submitted(cases)
        await cases.take(lists_("approved", 100), DECISIONS, "list 1", "list 1")
        (found,) = cases.published(DifferenceFound)
        assert (found.kind, found.heard, found.said) == (DifferenceKind.MISSED_WORD, "acknowledged", "approved")
        (question,) = cases.published(CarrierAsked)
        assert (question.ask, question.since, question.case_id) == (CarrierAskKind.RESEND, at(90), CASE)
        assert await cases.read(lambda db: lists.standing(db, CASE)) == (found,)
        await cases.take(said("approved", 100), DECISIONS, "sent again", CASE)
        assert (await cases.read(lambda db: store.find(db, CASE))).state is CaseState.APPROVED
        again = lists_("approved", 100, "list 2").model_copy(update={"as_of": at(61 * 24 * 60)})
        await cases.take(again, DECISIONS, "list 2", "list 2")
        assert await cases.read(lambda db: lists.standing(db)) == ()
        assert len(cases.published(DifferenceFound)) == 1


async def test_a_list_in_parts_is_compared_when_all_are_here_in_any_order(database_url: str) -> None:
    async with worker(SERVICE, database_url, clock=lambda: NOW) as cases:
        await submitted(cases)
        second = lists_("placed", 100, case=OTHER, part=2, parts=2)
        await cases.take(second, DECISIONS, "part 2", "list 1")
        assert cases.published(DifferenceFound) == []
        await cases.take(lists_("acknowledged", 90, part=1, parts=2), DECISIONS, "part 1", "list 1")
        (found,) = cases.published(DifferenceFound)
        assert (found.kind, found.case_id) == (DifferenceKind.UNKNOWN_HERE, OTHER)


async def test_what_is_not_listed_and_what_has_another_number_is_found(database_url: str) -> None:
    async with worker(SERVICE, database_url, clock=lambda: NOW) as cases:
        await submitted(cases)
        await cases.take(lists_("acknowledged", 90, reference="BW-9"), DECISIONS, "list 1", "list 1")
        assert [each.kind for each in cases.published(DifferenceFound)] == [DifferenceKind.REFERENCE]
        empty = CarrierListed(list_id="list 2", as_of=at(62 * 24 * 60), cases=())
        await cases.take(empty, DECISIONS, "list 2", "list 2")
        assert cases.published(DifferenceFound)[-1].kind is DifferenceKind.NOT_LISTED
        assert cases.published(CarrierAsked)[-1].ask is CarrierAskKind.RESEND


async def test_a_list_older_than_our_last_word_or_than_the_last_list_says_nothing(database_url: str) -> None:
    async with worker(SERVICE, database_url, clock=lambda: NOW) as cases:
        await submitted(cases)
        await cases.take(lists_("acknowledged", 80), DECISIONS, "list 1", "list 1")
        older = lists_("declined", 100, "list 0").model_copy(update={"as_of": at(1000)})
        await cases.take(older, DECISIONS, "list 0", "list 0")
        assert cases.published(DifferenceFound) == []


async def test_a_carrier_cannot_ask_about_anothers_case_by_its_list(database_url: str) -> None:
    async with worker(SERVICE, database_url, clock=lambda: NOW) as cases:
        await submitted(cases)
        await cases.take(lists_("declined", 100), topics.decisions("tarnside"), "list 1", "list 1")
        (found,) = cases.published(DifferenceFound)
        assert (found.kind, found.carrier) == (DifferenceKind.UNKNOWN_HERE, "tarnside")
        assert cases.published(CarrierAsked) == []
