"""The runner: every record is dealt with once, in the order of its case, or lies in the dead letters."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterable
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy.engine import Connection

from schemas.codes import DeadLetterCause
from schemas.requirement_events import VendorStatusReported
from services.chassis.dead_letters import dead_letter_id
from services.chassis.errors import Outgoing, Permanent, Stopped, Transient
from services.chassis.record import Record
from services.chassis.runner import Handler, Received
from services.chassis.tables import dead_letter, parked
from tests.chassis.conftest import PROBE
from tests.chassis.events import CASE, NOON, cases, correct, discard, headers_of, record, replay, reported, to_bytes
from tests.chassis.probe import IN, OUT, count
from tests.chassis.workshop import COMMANDS, DEAD, OPEN, Broker, Workshop, until, workshop


class Scripted:
    """The probe's counting, failing on some reports until they are taken off the list, or so many times."""

    def __init__(self) -> None:
        self.broken: set[str] = set()
        self.faults: dict[str, list[Exception]] = {}

    def __call__(
        self, db: Connection, received: Received[VendorStatusReported], prepared: Any, now: datetime
    ) -> Iterable[Outgoing]:
        yield from count(db, received, prepared, now)
        report = received.data.requirement_id
        if report in self.broken:
            raise Permanent(DeadLetterCause.UNKNOWN_CASE, f"{report} is not known here.")
        if self.faults.get(report):
            raise self.faults[report].pop(0)


@pytest.fixture
def script() -> Scripted:
    return Scripted()


@pytest.fixture
async def scripted(sqlite_url: str, broker: Broker, script: Scripted) -> AsyncIterator[Workshop]:
    async with workshop(sqlite_url, broker, scripted_handlers(script)) as shop:
        yield shop


def scripted_handlers(script: Scripted) -> tuple[Handler[Any, Any], ...]:
    return (Handler(VendorStatusReported, script),)


def letter_of(taken: Record) -> str:
    return dead_letter_id("probe", taken)


async def test_an_event_is_counted_and_told(shop: Workshop, broker: Broker) -> None:
    await shop.take(reported(1))
    assert shop.times(CASE) == 1
    assert broker.notes() == ["report 1"]
    out = broker.taken[0]
    assert out.key == CASE.encode()
    assert out.event["causationid"] == reported(1).id
    assert out.headers["ce_id"] == out.event["id"]
    assert out.headers["traceparent"] == out.event["traceparent"]


async def test_an_event_delivered_twice_is_counted_once(shop: Workshop, broker: Broker) -> None:
    await shop.take(reported(1), offset=1)
    await shop.take(reported(1), offset=1)
    await shop.take(reported(1), offset=2)
    assert shop.times(CASE) == 1
    assert len({taken.headers["ce_id"] for taken in broker.taken}) == 1


async def test_a_duplicate_is_not_prepared_again(sqlite_url: str, broker: Broker) -> None:
    prepared = []

    async def prepare(received: Received[VendorStatusReported]) -> None:
        prepared.append(received.event.id)

    async with workshop(sqlite_url, broker, (Handler(VendorStatusReported, count, prepare),)) as shop:
        await shop.take(reported(1), offset=1)
        await shop.take(reported(1), offset=1)
    assert prepared == [reported(1).id]


@pytest.mark.parametrize(
    ("value", "says"),
    [
        (b"\xff\xfe\x00", "the record is no JSON"),
        (b"[1, 2]", "the record is no object"),
        (b'{"type": 7}', "type is no text"),
        (b"", "the record is no JSON"),
        (None, "no value"),
        (to_bytes(reported(1)).replace(b'"contacting"', b'"dancing"'), "data.status is none of the codes"),
        (to_bytes(reported(1)).replace(b'"1.0"', b'"0.3"'), "specversion"),
    ],
)
@pytest.mark.parametrize("with_headers", [True, False])
async def test_a_record_that_holds_no_event_is_kept_byte_for_byte(
    shop: Workshop, broker: Broker, value: bytes | None, says: str, with_headers: bool
) -> None:
    headers = (*headers_of(reported(1)), ("x", b"1"), ("x", b"2")) if with_headers else ()
    await shop.runner.process(Record(OPEN.name, 3, 17, 1_772_366_400_000, b"\x00key", value, headers))
    (letter,) = broker.taken
    assert (letter.topic, letter.key, letter.value) == (DEAD, b"\x00key", value)
    assert letter.headers["dlq-reason-code"] == "malformed"
    assert letter.headers["dlq-reason-class"] == "decode"
    assert says in letter.headers["dlq-message"]
    assert (letter.headers["dlq-original-topic"], letter.headers["dlq-original-partition"]) == (OPEN.name, "3")
    assert (letter.headers["dlq-original-offset"], letter.headers["dlq-consumer"]) == ("17", "probe")
    (kept,) = shop.rows(dead_letter)
    assert kept.value == value
    assert len(kept.headers) == len(headers)


async def test_an_event_of_a_type_that_is_not_ours_is_left_alone(shop: Workshop, broker: Broker) -> None:
    foreign = reported(1).model_copy(update={"type": "org.example.other.v1"})
    await shop.take(foreign)
    await shop.runner.process(Record(IN.name, 0, 9, 0, b"k", to_bytes(foreign), headers_of(reported(1))))
    assert broker.taken == []
    assert shop.sizes == {"inbox": 0, "outbox": 0, "dead_letter": 0, "parked": 0}


async def test_what_the_value_says_counts_and_not_the_header(shop: Workshop, broker: Broker) -> None:
    misnamed = headers_of(replay("a dead letter"))
    await shop.runner.process(Record(IN.name, 0, 1, 0, CASE.encode(), to_bytes(reported(1)), misnamed))
    assert broker.notes() == ["report 1"]


async def test_an_event_that_can_never_succeed_goes_to_the_dead_letters_at_once(shop: Workshop, broker: Broker) -> None:
    await shop.take(reported(1, note="permanent"))
    (letter,) = broker.taken
    assert letter.headers["dlq-reason-code"] == "unknown_case"
    assert letter.headers["dlq-reason-class"] == "permanent"
    assert letter.headers["dlq-attempts"] == "1"
    assert CASE in letter.headers["dlq-message"]
    assert shop.times(CASE) == 0


async def test_an_unforeseen_failure_gets_four_tries_and_no_more(
    scripted: Workshop, broker: Broker, script: Scripted
) -> None:
    script.faults["report 1"] = [KeyError("four")] * 4
    script.faults["report 2"] = [KeyError("three")] * 3
    one, two = cases(2)
    await scripted.take(reported(1, one))
    await scripted.take(reported(2, two))
    assert broker.notes() == ["report 2"]
    letter = broker.taken[0].headers
    assert (letter["dlq-reason-code"], letter["dlq-reason-class"]) == ("unexpected", "exhausted")
    assert (letter["dlq-attempts"], letter["dlq-exception"]) == ("4", "KeyError")
    assert "test_runner.py" in letter["dlq-stacktrace"]
    assert scripted.times(one) == 0
    assert scripted.times(two) == 1


async def test_what_waits_on_a_dependency_waits_as_long_as_it_takes(
    scripted: Workshop, broker: Broker, script: Scripted
) -> None:
    script.faults["report 1"] = [Transient("the mail server is down")] * 8
    taking = asyncio.create_task(scripted.take(reported(1)))
    await until(lambda: scripted.runner.waiting, "the runner says that it waits")
    await taking
    assert broker.notes() == ["report 1"]
    assert scripted.times(CASE) == 1
    assert scripted.runner.waiting == set()
    assert scripted.runner.under_way == {}


async def test_later_events_of_a_case_wait_behind_its_dead_letter_and_other_cases_go_on(
    scripted: Workshop, broker: Broker, script: Scripted
) -> None:
    held, free = cases(2)
    script.broken = {"report 1"}
    await scripted.take(reported(1, held))
    for number in (2, 3):
        await scripted.take(reported(number, held))
        await scripted.take(reported(number + 10, free))
    assert broker.notes() == ["report 12", "report 13"]
    assert scripted.sizes["parked"] == 2


async def test_on_a_topic_without_order_nothing_waits(scripted: Workshop, broker: Broker, script: Scripted) -> None:
    script.broken = {"report 1"}
    await scripted.take(reported(1), OPEN)
    await scripted.take(reported(2), OPEN)
    assert broker.notes() == ["report 2"]


async def test_a_replay_that_succeeds_lets_go_what_waited_in_order(
    scripted: Workshop, broker: Broker, script: Scripted
) -> None:
    script.broken = {"report 1"}
    head = await scripted.take(reported(1))
    for number in (2, 3, 4):
        await scripted.take(reported(number))
    script.broken = set()
    await scripted.take(replay(letter_of(head)), COMMANDS)
    await scripted.take(reported(5))
    assert broker.notes() == [f"report {number}" for number in (1, 2, 3, 4, 5)]
    assert [row.status for row in scripted.rows(dead_letter)] == ["resolved"]
    assert resolutions(broker) == [(letter_of(head), "replayed")]
    assert scripted.times(CASE) == 5
    assert scripted.sizes["parked"] == 0


async def test_a_replay_that_fails_again_leaves_everything_waiting(
    scripted: Workshop, broker: Broker, script: Scripted
) -> None:
    script.broken = {"report 1"}
    head = await scripted.take(reported(1))
    await scripted.take(reported(2))
    await scripted.take(replay(letter_of(head)), COMMANDS)
    letters = [taken.headers for taken in broker.taken if taken.topic == DEAD]
    assert [(letter["dlq-id"], letter["dlq-replay-count"]) for letter in letters] == [
        (letter_of(head), "0"),
        (letter_of(head), "1"),
    ]
    assert resolutions(broker) == [(letter_of(head), "failed_again")]
    assert broker.notes() == []
    assert [row.status for row in scripted.rows(dead_letter)] == ["open"]
    assert scripted.sizes["parked"] == 1


async def test_a_corrected_value_takes_the_failed_ones_place_and_what_waited_follows(
    scripted: Workshop, broker: Broker, script: Scripted
) -> None:
    script.broken = {"report 1"}
    head = await scripted.take(reported(1))
    await scripted.take(reported(2))
    await scripted.take(correct(letter_of(head), "{}"), COMMANDS)
    assert resolutions(broker) == [(letter_of(head), "failed_again")]
    letters = [taken for taken in broker.taken if taken.topic == DEAD]
    assert [letter.value for letter in letters] == [head.value, b"{}"], "the topic keeps what was tried"
    right = to_bytes(reported(1)).decode().replace("report 1", "report 7")
    await scripted.take(correct(letter_of(head), right, 2), COMMANDS)
    assert broker.notes() == ["report 7", "report 2"]
    assert [
        taken.event["data"].get("detail") for taken in broker.taken if taken.topic == "dead-letters.resolutions"
    ] == ["with a corrected value"] * 2


async def test_one_that_fails_while_it_is_let_go_holds_the_rest(
    scripted: Workshop, broker: Broker, script: Scripted
) -> None:
    script.broken = {"report 1", "report 3"}
    head = await scripted.take(reported(1))
    behind = [await scripted.take(reported(number)) for number in (2, 3, 4)]
    script.broken = {"report 3"}
    await scripted.take(replay(letter_of(head)), COMMANDS)
    assert broker.notes() == ["report 1", "report 2"]
    assert {row.id: row.status for row in scripted.rows(dead_letter)} == {
        letter_of(head): "resolved",
        letter_of(behind[1]): "open",
    }
    script.broken = set()
    await scripted.take(replay(letter_of(behind[1]), 2), COMMANDS)
    assert broker.notes() == [f"report {number}" for number in (1, 2, 3, 4)]


async def test_what_is_discarded_is_gone_and_the_rest_goes_on(
    scripted: Workshop, broker: Broker, script: Scripted
) -> None:
    script.broken = {"report 1"}
    head = await scripted.take(reported(1))
    await scripted.take(reported(2))
    await scripted.take(discard(letter_of(head)), COMMANDS)
    assert broker.notes() == ["report 2"]
    assert resolutions(broker) == [(letter_of(head), "discarded")]
    await scripted.take(reported(1), offset=head.offset)
    assert broker.notes() == ["report 2"], "a second delivery brings back what was discarded"


async def test_a_command_done_twice_is_done_once(scripted: Workshop, broker: Broker, script: Scripted) -> None:
    script.broken = {"report 1"}
    head = await scripted.take(reported(1))
    script.broken = set()
    await scripted.take(replay(letter_of(head)), COMMANDS)
    await scripted.take(replay(letter_of(head)), COMMANDS)
    await scripted.take(replay(letter_of(head), 2), COMMANDS)
    await scripted.take(replay("no such letter", 3), COMMANDS)
    assert broker.notes() == ["report 1"]
    assert resolutions(broker) == [(letter_of(head), "replayed")]


async def test_a_dead_letter_delivered_again_is_not_its_own_follower(
    scripted: Workshop, broker: Broker, script: Scripted
) -> None:
    script.broken = {"report 1"}
    head = await scripted.take(reported(1))
    await scripted.take(reported(1), offset=head.offset)
    assert scripted.sizes["parked"] == 0
    assert [row.replay_count for row in scripted.rows(dead_letter)] == [0]


async def test_a_record_at_the_place_of_an_old_dead_letter_is_a_record_of_its_own(
    scripted: Workshop, broker: Broker, script: Scripted
) -> None:
    """A topic made anew counts its offsets from 0 again."""
    script.broken = {"report 1"}
    head = await scripted.take(reported(1), OPEN)
    later = record(reported(2), OPEN, head.offset)
    await scripted.runner.process(Record(OPEN.name, 0, head.offset, head.timestamp_ms + 1, later.key, later.value))
    assert broker.notes() == ["report 2"]


async def test_a_malformed_record_does_not_overtake_the_dead_letter_of_its_case(
    scripted: Workshop, broker: Broker, script: Scripted
) -> None:
    script.broken = {"report 1"}
    head = await scripted.take(reported(1))
    await scripted.runner.process(Record(IN.name, 0, 50, 0, CASE.encode(), b"rubbish"))
    await scripted.take(reported(3), offset=51)
    assert [row.offset for row in scripted.rows(parked)] == [50, 51]
    script.broken = set()
    await scripted.take(replay(letter_of(head)), COMMANDS)
    assert broker.notes() == ["report 1"]
    letters = [taken.headers["dlq-reason-code"] for taken in broker.taken if taken.topic == DEAD]
    assert letters == ["unknown_case", "malformed"]
    assert [row.offset for row in scripted.rows(parked)] == [51]


class Crash(BaseException):
    """The process ends here: nothing may catch it."""


@pytest.mark.parametrize("at", range(1, 6))
async def test_a_release_goes_on_where_a_crash_ended_it(
    sqlite_url: str, broker: Broker, script: Scripted, at: int
) -> None:
    """Crashes at each publication of the release in turn; a second worker on the same database does the rest."""
    script.broken = {"report 1", "report 3"}
    async with workshop(sqlite_url, broker, scripted_handlers(script)) as first:
        head = await first.take(reported(1), offset=1)
        behind = [await first.take(reported(number), offset=number) for number in (2, 3, 4)]
        script.broken = {"report 3"}
        broker.taken.clear()
        sends = iter(range(1, 100))

        def crash(topic: str, key: bytes | None) -> None:
            if next(sends) == at:
                raise Crash

        broker.before = crash
        command = record(replay(letter_of(head)), COMMANDS, 1)
        with contextlib.suppress(Crash):
            await first.runner.process(command)
        broker.before = lambda topic, key: None
    async with workshop(sqlite_url, broker, scripted_handlers(script)) as second:
        await second.runner.process(command)
        sweeping = asyncio.create_task(second.relay.sweep())
        await until(lambda: resolutions(broker) and len(broker.notes()) > 1, "everything is told")
        sweeping.cancel()
        assert first_told(broker) == ["report 1", "report 2"], "the fourth stays behind the third"
        assert set(resolutions(broker)) == {(letter_of(head), "replayed")}
        assert {row.id: row.status for row in second.rows(dead_letter)} == {
            letter_of(head): "resolved",
            letter_of(behind[1]): "open",
        }
        assert [row.offset for row in second.rows(parked)] == [4]
        assert second.times(CASE) == 2


async def test_a_flood_of_our_own_failures_stops_the_consumer(sqlite_url: str, broker: Broker) -> None:
    async with workshop(
        sqlite_url, broker, PROBE, unexpected_error_attempts=1, flood_window=20, flood_minimum=5
    ) as shop:
        many = cases(8)
        for number in range(4):
            await shop.take(reported(number, many[number], "raise"))
        with pytest.raises(Stopped):
            await shop.take(reported(4, many[4], "raise"))
        with pytest.raises(Stopped):
            await shop.take(reported(5, many[5]))
        assert shop.runner.stopped.is_set()
        assert shop.sizes["dead_letter"] == 4
        assert broker.notes() == []


async def test_bad_data_of_others_is_no_flood(sqlite_url: str, broker: Broker) -> None:
    async with workshop(sqlite_url, broker, PROBE, flood_window=20, flood_minimum=5) as shop:
        for number, case in enumerate(cases(12)):
            await shop.take(reported(number, case, "permanent"))
        assert not shop.runner.stopped.is_set()
        assert shop.sizes["dead_letter"] == 12


async def test_an_event_too_large_to_publish_leaves_no_half_effect(sqlite_url: str, broker: Broker) -> None:
    async with workshop(sqlite_url, broker, PROBE, largest_event=5_000) as shop:
        await shop.take(reported(1, note="large 6000"))
        (letter,) = broker.taken
        assert letter.headers["dlq-reason-code"] == "rejected_send"
        assert "GOODORDER_LARGEST_EVENT" in letter.headers["dlq-message"]
        assert shop.times(CASE) == 0
        assert shop.sizes["inbox"] == 0


async def test_a_refusal_tells_and_keeps_what_it_says_in_one_transaction(sqlite_url: str, broker: Broker) -> None:
    async def prepare(received: Received[VendorStatusReported]) -> None:
        raise Permanent(
            DeadLetterCause.OBJECT_GONE,
            "The object is gone.",
            tell=lambda db: [*count(db, received, None, NOON)],
        )

    async with workshop(sqlite_url, broker, (Handler(VendorStatusReported, count, prepare),)) as shop:
        await shop.take(reported(1))
        assert sorted(taken.topic for taken in broker.taken) == [DEAD, "probe.out"]
        assert shop.times(CASE) == 1


async def test_a_refusal_that_cannot_be_told_is_a_dead_letter_all_the_same(sqlite_url: str, broker: Broker) -> None:
    async def prepare(received: Received[VendorStatusReported]) -> None:
        far_too_long = received.data.model_copy(update={"note": "x" * 6000})
        told = [Outgoing(OUT, CASE, far_too_long)]
        raise Permanent(DeadLetterCause.OBJECT_GONE, "The object is gone.", tell=lambda _: told)

    handlers = (Handler(VendorStatusReported, count, prepare),)
    async with workshop(sqlite_url, broker, handlers, largest_event=5_000) as shop:
        await shop.take(reported(1))
        (letter,) = broker.taken
        assert letter.headers["dlq-reason-code"] == "object_gone"
        assert "could not be written" in letter.headers["dlq-message"]


async def test_handling_longer_than_the_limit_is_given_up(sqlite_url: str, broker: Broker) -> None:
    async with workshop(sqlite_url, broker, PROBE, longest_handler=0.05) as shop:
        await shop.take(reported(1, note="slow 60"))
        (letter,) = broker.taken
        assert "GOODORDER_LONGEST_HANDLER" in letter.headers["dlq-message"]


async def test_a_timeout_of_a_connection_is_not_the_limit_of_the_handler(sqlite_url: str, broker: Broker) -> None:
    faults = [TimeoutError("a socket")] * 2

    async def prepare(received: Received[VendorStatusReported]) -> None:
        if faults:
            raise faults.pop()

    async with workshop(sqlite_url, broker, (Handler(VendorStatusReported, count, prepare),)) as shop:
        await shop.take(reported(1))
        assert broker.notes() == ["report 1"]


async def test_nothing_is_under_way_once_a_replay_is_over(scripted: Workshop, broker: Broker, script: Scripted) -> None:
    """A leftover would let the watchdog end a healthy worker."""
    script.broken = {"report 1"}
    head = await scripted.take(reported(1))
    script.broken = set()
    script.faults["report 1"] = [RuntimeError(), Transient("the vendor is down")]
    await scripted.take(replay(letter_of(head)), COMMANDS)
    assert broker.notes() == ["report 1"]
    assert scripted.runner.under_way == {}
    assert scripted.runner.waiting == set()


async def test_a_cancelled_record_is_not_under_way_any_more(shop: Workshop) -> None:
    taking = asyncio.create_task(shop.take(reported(1, note="slow 60")))
    await until(lambda: shop.runner.under_way, "the record is under way")
    taking.cancel()
    await asyncio.gather(taking, return_exceptions=True)
    assert shop.runner.under_way == {}
    assert shop.sizes["inbox"] == 0


def first_told(broker: Broker) -> list[str | None]:
    """What was published, repetitions left out: a crash may repeat, never reorder."""
    return list(dict.fromkeys(broker.notes()))


def resolutions(broker: Broker) -> list[tuple[str, str]]:
    told = [taken.event["data"] for taken in broker.taken if taken.topic == "dead-letters.resolutions"]
    return [(data["dead_letter_id"], data["outcome"]) for data in told]
