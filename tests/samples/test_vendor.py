"""The scripted vendor: what it reports and commits; as a process on the real Kafka, killed on the way."""

import os
import signal
import subprocess
import sys
from datetime import timedelta

import pytest

from goodorder.broker import Broker
from infra.stack.run import RunInfo, stack_environment
from samples.vendor.book import Book
from samples.vendor.script import load_scripts, reports_on
from schemas.codes import RequirementKind
from schemas.envelope import CloudEvent
from schemas.events import BY_DATA
from schemas.requirement_events import OrderCancelled, RequirementOrdered, VendorStatusReported
from schemas.topics import VENDORS_ORDERS, VENDORS_STATUSES
from tests.chassis.events import NOON
from tests.samples.conftest import publish, until_holds

CASE = "GO-7K3M-9QXT-2B4F"
PACE = timedelta(minutes=1)
EXAM = ["acknowledged", "contacting", "scheduled", "exam_done", "specimen_at_lab", "results_out"]


def order(event_id: str, kind: str = "paramed") -> CloudEvent[RequirementOrdered]:
    data = {
        "case_id": CASE,
        "requirement_id": f"requirement of {event_id}",
        "kind": kind,
        "vendor": "Larkfield Exams",
        "carrier": "aldermoor",
        "party": {"name": "Jordan Pell", "date_of_birth": "1984-05-20", "address": {}},
        "ordered_at": NOON,
        "order": 1,
    }
    return CloudEvent[RequirementOrdered].model_validate(
        {"id": event_id, "source": "/tests", "type": BY_DATA[RequirementOrdered].type, "time": NOON, "data": data}
    )


def open_book() -> Book:
    return Book(load_scripts(), PACE)


@pytest.mark.parametrize("kind", RequirementKind)
def test_every_order_ends_with_results(kind: RequirementKind) -> None:
    steps = [report.step.status.value for report in reports_on(kind, load_scripts())]
    assert steps[0] == "acknowledged"
    assert steps[-1] == "results_out"
    assert kind is not RequirementKind.PARAMED or steps == EXAM


def test_reports_are_made_at_their_pace_and_an_order_is_done_with_its_last_one() -> None:
    book = open_book()
    book.take((3, 7), order("one"), NOON)
    book.skip((3, 8))
    said = []
    for minute in range(7):
        said += [event.data.status.value for event in book.due(NOON + PACE * minute)]
        assert book.done_up_to() == {3: 9 if minute == 6 else 7}
    assert (said, book.next_due()) == (EXAM, None)


def test_an_order_that_is_taken_up_anew_is_reported_on_under_the_same_ids() -> None:
    def reports() -> list[str]:
        book = open_book()
        book.take((0, 0), order("one"), NOON)
        return [event.id for event in book.due(NOON + timedelta(hours=1))]

    assert reports() == reports()
    assert len(set(reports())) == len(EXAM)


def test_nothing_more_is_said_of_an_order_that_was_cancelled() -> None:
    book = open_book()
    book.take((0, 0), order("one"), NOON)
    book.due(NOON + PACE)
    book.cancel(
        (0, 1),
        OrderCancelled(
            case_id=CASE, requirement_id="requirement of one", vendor="Larkfield Exams", order=1, cancelled_at=NOON
        ),
    )
    assert (book.due(NOON + timedelta(hours=1)), book.done_up_to()) == ([], {0: 2})


@pytest.mark.stack
def test_the_process_reports_every_step_of_every_order_though_it_is_killed_on_the_way(kafka: RunInfo) -> None:
    broker = Broker(kafka.kafka)

    def said() -> dict[str, CloudEvent[VendorStatusReported]]:
        records = broker.read([VENDORS_STATUSES.name])
        events = [CloudEvent[VendorStatusReported].model_validate_json(record.value or b"") for record in records]
        return {event.id: event for event in events}

    command = [sys.executable, "-m", "samples.vendor", "--pace", "0.2"]
    environment = stack_environment(kafka)
    vendor = subprocess.Popen(command, env=environment)
    try:
        for number, kind in enumerate(("paramed", "aps")):
            publish(kafka, VENDORS_ORDERS.name, CASE, order(f"order {number}", kind))
        until_holds(lambda: len(said()) >= 3)
        os.kill(vendor.pid, signal.SIGKILL)
        vendor.wait()
        publish(kafka, VENDORS_ORDERS.name, CASE, order("order 2", "inspection"))
        vendor = subprocess.Popen(command, env=environment)
        until_holds(lambda: sum(event.data.status.value == "results_out" for event in said().values()) == 3)
    finally:
        vendor.terminate()
        vendor.wait(timeout=20)
    reports = sorted(said().values(), key=lambda event: event.data.effective_at)
    by_order = {
        number: [each.data.status.value for each in reports if each.causationid == f"order {number}"]
        for number in range(3)
    }
    assert by_order[0] == EXAM
    assert [len(each) for each in by_order.values()] == [6, 5, 3]
