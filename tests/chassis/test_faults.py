"""What ends other streams does not end ours: the probe as a real process on a real broker, one fault a test."""

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from services.chassis.dead_letters import dead_letter_id
from services.chassis.record import Record
from tests.chassis.events import cases, discard, reported
from tests.chassis.house import House, eventually
from tests.stack import RunningStack

pytestmark = [pytest.mark.stack, pytest.mark.timeout(120)]

OpenHouse = Callable[[str], House]


@pytest.fixture
def open_house(stack: RunningStack, tmp_path: Path) -> Iterator[OpenHouse]:
    """A probe service on the shared broker with SQLite; its processes end with the test."""
    houses: list[House] = []

    def open_one(name: str) -> House:
        houses.append(House(stack.run.kafka, tmp_path, name, f"sqlite:///{tmp_path / name}.db"))
        return houses[-1]

    try:
        yield open_one
    finally:
        for house in houses:
            house.close()


def test_an_event_that_makes_the_handler_raise_becomes_a_dead_letter_and_holds_its_case_alone(
    open_house: OpenHouse, figures: Callable[..., None]
) -> None:
    house = open_house("probe_raise")
    many = cases(8)
    sent = house.send(
        reported(number, case, "raise" if (number, place) == (2, 3) else None)
        for number in (1, 2, 3)
        for place, case in enumerate(many)
    )
    worker = house.start_ready()
    eventually(lambda: house.acknowledged() == sent, "everything is acknowledged")
    told, (letter,) = house.told(), house.records(house.dead_letters)
    headers = dict(letter.headers)
    assert letter.key == many[3].encode()
    assert headers["dlq-reason-code"] == b"unexpected"
    assert headers["dlq-attempts"] == b"4"
    assert told.by_case[many[3]] == ["report 1"]
    assert all(told.by_case[case] == ["report 1", "report 2", "report 3"] for case in many if case != many[3])

    house.send([discard(headers["dlq-id"].decode())], house.commands)
    eventually(lambda: house.told().reports == sent - 1, "what waited behind it is let go")
    assert house.told().by_case[many[3]] == ["report 1", "report 3"]
    assert worker.process.poll() is None
    figures("handler raises", sent=sent, lost=sent - 1 - house.told().reports, dead_letters=1)


def test_bytes_that_are_no_event_are_kept_as_they_came_and_the_rest_goes_on(
    open_house: OpenHouse, figures: Callable[..., None]
) -> None:
    house = open_house("probe_poison")
    as_large_as_kafka_takes = b"x" * 1_048_400
    poison = [b"\x00\xff\xfe", b"", b"{", b'{"type": "x"}', b"[" * 5000, as_large_as_kafka_takes, None]
    good = cases(6)
    house.send(reported(1, case) for case in good)
    for number, value in enumerate(poison):
        house.send_bytes(f"poison {number}".encode(), value)
    house.send(reported(2, case) for case in good)
    worker = house.start_ready()
    eventually(lambda: house.acknowledged() == 12 + len(poison), "everything is acknowledged")
    letters = house.records(house.dead_letters)
    # {"type": "x"} is an event, though none of ours.
    assert {letter.value for letter in letters} == set(poison) - {b'{"type": "x"}'}
    kept = {bytes(letter.key): dict(letter.headers) for letter in letters}
    for record in house.records(house.incoming):
        if record.key in kept:
            original = Record(record.topic, record.partition, record.offset, record.timestamp, record.key, record.value)
            assert kept[record.key]["dlq-id"].decode() == dead_letter_id(house.name, original)
    told = house.told()
    assert all(told.by_case[case] == ["report 1", "report 2"] for case in good)
    assert worker.process.poll() is None
    figures("poison bytes", sent=12 + len(poison), lost=12 - told.reports, dead_letters=len(letters))


def test_an_event_that_the_broker_rejects_waits_and_others_go_on(
    open_house: OpenHouse, figures: Callable[..., None]
) -> None:
    house = open_house("probe_rejected")
    house.configure(house.outgoing, max_message_bytes="2000")
    many = cases(24)
    house.send(reported(1, case, "large 4000" if place == 0 else None) for place, case in enumerate(many))
    worker = house.start_ready()
    house.send(reported(2, case) for case in many)
    # Cases that share their partition with the refused event are behind it, as Kafka's order has it; others pass.
    held = {record.partition for record in house.records(house.incoming) if record.key == many[0].encode()}
    behind = {record.key.decode() for record in house.records(house.incoming) if record.partition in held}
    free = len(many) - len(behind)
    assert free > 0
    eventually(lambda: sum(map(len, house.told().by_case.values())) >= 2 * free, "the others go on")
    assert many[0] not in house.told().by_case
    assert worker.process.poll() is None
    assert "Kafka does not take a record" in worker.said
    assert not worker.is_ready()

    house.configure(house.outgoing, max_message_bytes="1000000")
    eventually(lambda: house.told().reports == 48, "the waiting event is taken")
    told = house.told()
    assert all(told.by_case[case] == ["report 1", "report 2"] for case in many)
    assert set(house.times().values()) == {2}
    eventually(worker.is_ready, "the worker is ready again")
    figures("rejected send", sent=48, lost=48 - told.reports, repeated=told.repeated)


@pytest.mark.kills
def test_a_slow_event_is_not_lost_when_others_behind_it_are_done_and_the_worker_is_killed(
    open_house: OpenHouse, tmp_path: Path, figures: Callable[..., None]
) -> None:
    house = open_house("probe_slow_head")
    gate = tmp_path / "gate"
    many = cases(30)
    sent = house.send(reported(1, case, f"wait {gate}" if place == 0 else None) for place, case in enumerate(many))
    house.start_ready()
    slow = {record.partition for record in house.records(house.incoming) if record.key == many[0].encode()}
    done = sum(record.partition not in slow for record in house.records(house.incoming))
    eventually(lambda: house.acknowledged() == done, "the other partitions are done")
    house.workers["one"].kill()
    assert many[0] not in house.told().by_case
    gate.touch()
    house.start_ready()
    eventually(lambda: house.acknowledged() == sent, "everything is acknowledged")
    told = house.told()
    assert sorted(told.by_case) == sorted(many)
    assert set(house.times().values()) == {1}
    figures("slow head, SIGKILL", sent=sent, lost=sent - told.reports, repeated=told.repeated)


def test_a_worker_told_to_stop_finishes_what_it_has_begun(
    open_house: OpenHouse, tmp_path: Path, figures: Callable[..., None]
) -> None:
    house = open_house("probe_sigterm")
    gate = tmp_path / "gate"
    many = cases(10)
    sent = house.send(reported(1, case, f"wait {gate}") for case in many)
    worker = house.start_ready()
    eventually(lambda: Path(f"{gate}.begun").exists(), "a handler is at work")
    worker.terminate()
    assert worker.process.poll() is None
    gate.touch()
    assert worker.ended() == 0
    before = house.told()
    assert before.reports >= 1
    assert house.acknowledged() == before.reports
    house.start_ready()
    eventually(lambda: house.acknowledged() == sent, "everything is acknowledged")
    told = house.told()
    assert set(house.times().values()) == {1}
    assert told.repeated == 0
    figures("SIGTERM mid-handler", sent=sent, lost=sent - told.reports, repeated=told.repeated)


def test_a_second_worker_joins_during_slow_work_and_nothing_is_done_twice(
    open_house: OpenHouse, tmp_path: Path, figures: Callable[..., None]
) -> None:
    house = open_house("probe_join")
    gate = tmp_path / "gate"
    many = cases(40)
    house.send(reported(1, case, f"wait {gate}" if place % 4 == 0 else None) for place, case in enumerate(many))
    house.start_ready("one")
    eventually(lambda: Path(f"{gate}.begun").exists(), "a handler is at work")
    house.start("two")
    eventually(lambda: house.group_state() == "PreparingRebalance", "the group waits for the slow handlers")
    gate.touch()
    eventually(house.workers["two"].is_ready, "the second worker has partitions")
    house.send(reported(2, case) for case in many)
    eventually(lambda: house.acknowledged() == 80, "everything is acknowledged")
    told = house.told()
    assert all(told.by_case[case] == ["report 1", "report 2"] for case in many)
    assert set(house.times().values()) == {2}
    figures("join during slow work", sent=80, lost=80 - told.reports, repeated=told.repeated)


@pytest.mark.kills
def test_a_broker_killed_and_back_costs_time_and_nothing_else(
    stack: RunningStack, open_house: OpenHouse, figures: Callable[..., None]
) -> None:
    house = open_house("probe_broker")
    many = cases(40)
    sent = house.send(reported(number, case) for number in range(1, 26) for case in many)
    worker = house.start_ready()
    eventually(lambda: house.published(house.outgoing) > 100, "the work is in full swing")
    stack.kill("kafka")
    stack.until_ready("kafka")
    eventually(lambda: house.acknowledged() == sent, "everything is acknowledged", 90)
    told = house.told()
    assert all(told.by_case[case] == [f"report {number}" for number in range(1, 26)] for case in many)
    assert set(house.times().values()) == {25}
    assert worker.process.poll() is None
    figures("broker SIGKILL", sent=sent, lost=sent - told.reports, repeated=told.repeated)


def test_a_worker_without_a_broker_says_so_and_ends(open_house: OpenHouse, figures: Callable[..., None]) -> None:
    house = open_house("probe_nobroker")
    worker = house.start(GOODORDER_KAFKA="127.0.0.1:1")
    assert worker.ended(60) == 1
    figures("no broker at start", exit_code=1)


@pytest.mark.parametrize("task", ["coordination", "sending"])
def test_a_worker_whose_client_of_kafka_has_ended_ends_too_and_loses_nothing(open_house: OpenHouse, task: str) -> None:
    house = open_house(f"probe_{task}")
    sent = house.send(reported(1, case) for case in cases(12))
    worker = house.start(PROBE_LEAVES=task)
    assert worker.ended(60) == 1
    assert f"its {task} " in worker.said
    house.start_ready()
    eventually(lambda: house.acknowledged() == sent, "everything is acknowledged")


def test_a_worker_that_comes_back_at_another_port_under_its_name_goes_on(open_house: OpenHouse) -> None:
    """At once, while Kafka still counts it as the member that it was."""
    house = open_house("probe_moved")
    sent = 0
    for number in (1, 2):
        worker = house.start_ready(GOODORDER_SESSION_TIMEOUT="60")
        sent += house.send(reported(number, case) for case in cases(12))
        eventually(lambda: house.acknowledged() == sent, "everything is acknowledged")  # noqa: B023
        worker.terminate()
        assert worker.ended() == 0
        house.ports.clear()


def test_a_worker_that_comes_back_with_a_topic_more_hears_it(open_house: OpenHouse) -> None:
    """As after an upgrade, at once, while Kafka still counts it as the member that it was."""
    house, other = open_house("probe_upgraded"), open_house("probe_more")
    sent = house.send(reported(1, case) for case in cases(12))
    worker = house.start_ready(GOODORDER_SESSION_TIMEOUT="12")
    eventually(lambda: house.acknowledged() == sent, "everything is acknowledged")
    worker.terminate()
    assert worker.ended() == 0
    house.start(GOODORDER_SESSION_TIMEOUT="12", PROBE_LISTENS=other.incoming.name)
    house.send((reported(2, case) for case in cases(12)), other.incoming)
    eventually(lambda: house.told().reports == 2 * sent, "what came on the other topic is dealt with")


@pytest.mark.kills
def test_a_worker_that_wakes_up_in_the_middle_of_what_another_has_done_since_does_nothing_twice(
    open_house: OpenHouse, tmp_path: Path, figures: Callable[..., None]
) -> None:
    """As when a machine is suspended: its partitions are another's by then, and it does not know."""
    house = open_house("probe_frozen")
    gate = tmp_path / "gate"
    many = cases(12)
    sent = house.send(reported(1, case, f"wait {gate}") for case in many)
    asleep = house.start_ready("one", GOODORDER_SESSION_TIMEOUT="6")
    eventually(lambda: Path(f"{gate}.begun").exists(), "a handler is at work")
    os.kill(asleep.process.pid, signal.SIGSTOP)
    house.start_ready("two", GOODORDER_SESSION_TIMEOUT="6")
    gate.touch()
    eventually(lambda: house.told().reports == sent, "the other worker does everything")
    os.kill(asleep.process.pid, signal.SIGCONT)
    house.send(reported(2, case) for case in many)
    eventually(lambda: house.acknowledged() == 2 * sent, "everything is acknowledged")
    told = house.told()
    assert all(told.by_case[case] == ["report 1", "report 2"] for case in many)
    assert set(house.times().values()) == {2}
    figures("worker asleep, then awake", sent=2 * sent, lost=2 * sent - told.reports, repeated=told.repeated)
