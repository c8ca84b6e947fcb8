"""The scripted carrier: what it tells of a case, what it answers; as a process on the real Kafka, killed on the way."""

import os
import signal
import subprocess
import sys
from datetime import timedelta

import pytest

from goodorder.broker import Broker
from infra.stack.run import RunInfo, stack_environment
from samples.carrier.book import Book
from samples.carrier.script import Letter, Sent, load_scripts, story_of
from schemas.application import Application
from schemas.carrier_events import ApplicationSubmitted
from schemas.codes import CarrierAskKind
from schemas.envelope import CloudEvent
from schemas.events import BY_DATA
from schemas.ids import case_id
from schemas.topics import decisions, submissions
from tests.chassis.events import CASE, NOON
from tests.samples.conftest import publish, until_holds

PACE = timedelta(minutes=1)
MANY = [case_id(f"case {number}") for number in range(400)]


def letter(name: str, ask: CarrierAskKind | None = None, case: str = CASE) -> Letter:
    return Letter(id=name, source="/goodorder/cases", type="any", data=Sent(case_id=case, ask=ask))


def open_book() -> Book:
    return Book("aldermoor", load_scripts(), PACE)


def told(book: Book, minutes: int) -> list[str]:
    """Everything until then, a look a minute."""
    events = [event for minute in range(minutes + 1) for event in book.due(NOON + PACE * minute)]
    return [getattr(event.data, "decision", None) or f"{event.data.status} {event.data.name}" for event in events]


def test_every_story_begins_with_a_word_and_cases_have_all_of_them() -> None:
    scripts = load_scripts()
    assert {id(story_of(case, scripts)) for case in MANY} == {id(story.steps) for story in scripts.stories.values()}
    assert all(story.steps[0].say == "acknowledged" for story in scripts.stories.values())
    assert story_of(CASE, scripts) == story_of(CASE, load_scripts())


def test_a_case_is_told_at_its_pace_and_is_done_with_the_last_word() -> None:
    book = open_book()
    book.submitted((3, 7), letter("submission"), NOON)
    book.skip((3, 8))
    assert book.done_up_to() == {3: 7}
    said = told(book, 60)
    assert (len(said), said[0]) == (len(story_of(CASE, load_scripts())), "acknowledged")
    assert (book.done_up_to(), book.next_due()) == ({3: 9}, None)


def test_a_submission_taken_up_anew_is_told_under_the_same_ids() -> None:
    ids = []
    for _ in range(2):
        book = open_book()
        book.submitted((0, 0), letter("submission"), NOON)
        ids.append([event.id for minute in range(61) for event in book.due(NOON + PACE * minute)])
    assert ids[0] == ids[1]
    assert len(set(ids[0])) == len(ids[0])


@pytest.mark.parametrize(
    ("ask", "answer"),
    [
        (CarrierAskKind.WITHDRAW, ["withdrawn_by_client"]),
        (CarrierAskKind.REFUSE_OFFER, ["not_taken"]),
        (CarrierAskKind.ACCEPT_OFFER, ["offer_accepted", "issued", "placed"]),
    ],
)
def test_an_answer_takes_the_place_of_the_rest_of_the_story(ask: CarrierAskKind, answer: list[str]) -> None:
    book = open_book()
    book.submitted((0, 0), letter("submission"), NOON)
    assert told(book, 1) == ["acknowledged"]
    book.asked((0, 1), letter("question", ask), NOON)
    assert told(book, 60) == answer
    assert book.done_up_to() == {0: 2}


def test_asked_to_resend_it_says_again_what_it_said_and_goes_on() -> None:
    book = open_book()
    book.submitted((0, 0), letter("submission"), NOON)
    first = book.due(NOON + PACE)
    book.asked((0, 1), letter("question", CarrierAskKind.RESEND), NOON)
    assert book.due(NOON + PACE) == first
    assert len(told(book, 60)) == len(story_of(CASE, load_scripts())) - 1


def submission(case: str) -> CloudEvent[ApplicationSubmitted]:
    data = ApplicationSubmitted(
        submission_id=f"submission of {case}",
        case_id=case,
        version=1,
        carrier="aldermoor",
        documents=(),
        application=Application(carrier="aldermoor"),
        submitted_at=NOON,
    )
    return CloudEvent[ApplicationSubmitted](
        id=data.submission_id, source="/tests", type=BY_DATA[ApplicationSubmitted].type, time=NOON, data=data
    )


@pytest.mark.stack
def test_the_process_tells_every_step_of_every_case_though_it_is_killed_on_the_way(kafka: RunInfo) -> None:
    broker, cases = Broker(kafka.kafka), MANY[:4]

    def told_of() -> dict[str, set[str]]:
        """By case the ids of what was told."""
        records = broker.read([decisions("aldermoor").name])
        letters = [Letter.model_validate_json(record.value or b"") for record in records]
        return {case: {each.id for each in letters if each.data.case_id == case} for case in cases}

    def is_told(case: str) -> bool:
        return len(told_of()[case]) == len(story_of(case, load_scripts()))

    command = [sys.executable, "-m", "samples.carrier", "aldermoor", "--pace", "0.1"]
    carrier = subprocess.Popen(command, env=stack_environment(kafka))
    try:
        for case in cases[:3]:
            publish(kafka, submissions("aldermoor").name, case, submission(case))
        until_holds(lambda: all(told_of()[case] for case in cases[:3]))
        os.kill(carrier.pid, signal.SIGKILL)
        carrier.wait()
        publish(kafka, submissions("aldermoor").name, cases[3], submission(cases[3]))
        carrier = subprocess.Popen(command, env=stack_environment(kafka))
        until_holds(lambda: all(is_told(case) for case in cases))
    finally:
        carrier.terminate()
        carrier.wait(timeout=60)
