"""The outbox: what was committed is published, in the order of its lane, whatever crashes between."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.engine import Connection, Engine

from schemas.envelope import Cause
from services.chassis.commit import GroupCommit
from services.chassis.errors import Outgoing, Permanent
from services.chassis.outbox import Relay, Unpublished, add_record, pack, unpack, unpublished_in
from services.chassis.record import Headers, lane_of
from services.chassis.shell import Desk
from services.chassis.tables import outbox
from tests.chassis.events import CASE, NOON, reported
from tests.chassis.probe import OUT, counted
from tests.chassis.workshop import Broker, Clock, Workshop, count_of, open_database, until

TOPIC = "probe.out"


@asynccontextmanager
async def relay_on(engine: Engine, broker: Broker) -> AsyncIterator[tuple[Relay, GroupCommit]]:
    commit = GroupCommit(engine, "probe")
    try:
        yield Relay("probe", commit, broker.publish, Clock()), commit
    finally:
        await commit.close()


@pytest.fixture
def engine(database_url: str) -> Engine:
    return open_database(database_url)


async def write(commit: GroupCommit, *values: tuple[str, str]) -> list[Unpublished]:
    """Commit these (key, value) records; returns what is to be published."""

    def work(db: Connection) -> list[Unpublished]:
        lanes = {add_record(db, "a cause", TOPIC, key.encode(), value.encode(), (), NOON) for key, value in values}
        return unpublished_in(db, lanes)

    return await commit.run(work)


def told(broker: Broker, key: str) -> list[str]:
    """What was published under a key, repetitions left out."""
    return list(dict.fromkeys((t.value or b"").decode() for t in broker.taken if t.key == key.encode()))


async def test_a_lane_is_published_in_the_order_of_its_commits(engine: Engine, broker: Broker) -> None:
    async with relay_on(engine, broker) as (relay, commit):
        batches = [await write(commit, ("k", f"{number}"), ("l", f"{number}")) for number in range(10)]
        await asyncio.gather(*(relay.publish(batch) for batch in reversed(batches)))
    assert told(broker, "k") == told(broker, "l") == [f"{number}" for number in range(10)]
    assert len(broker.taken) == 20, "one relay repeats nothing"


async def test_what_a_crash_left_is_published_before_what_follows_in_its_lane(engine: Engine, broker: Broker) -> None:
    async with relay_on(engine, broker) as (_, commit):
        await write(commit, ("k", "left by a crash"))
    async with relay_on(open_again(engine), broker) as (relay, commit):
        await relay.publish(await write(commit, ("k", "next")))
    assert told(broker, "k") == ["left by a crash", "next"]


async def test_the_sweep_publishes_what_a_crash_left_and_it_is_forgotten(engine: Engine, broker: Broker) -> None:
    async with relay_on(engine, broker) as (_, commit):
        await write(commit, *((key, value) for value in "123" for key in "kl"))
    reopened = open_again(engine)
    async with relay_on(reopened, broker) as (relay, commit):
        tasks = [asyncio.create_task(relay.sweep()), asyncio.create_task(relay.forget_published())]
        left = [6]

        async def look() -> None:
            while left[0]:
                left[0] = await commit.run(lambda db: count_of(db, outbox))

        await asyncio.wait_for(look(), 10)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    assert told(broker, "k") == told(broker, "l") == ["1", "2", "3"]


async def test_the_sweep_keeps_the_order_of_a_lane_when_another_workers_clock_is_ahead(
    engine: Engine, broker: Broker
) -> None:
    ahead = NOON + timedelta(minutes=2)
    async with relay_on(engine, broker) as (relay, commit):
        await commit.run(lambda db: add_record(db, "c", TOPIC, b"k", b"first", (), ahead))
        await commit.run(lambda db: add_record(db, "c", TOPIC, b"k", b"second", (), NOON))
        sweeping = asyncio.create_task(relay.sweep())
        await until(lambda: "second" in told(broker, "k"), "the sweep publishes")
        sweeping.cancel()
        await asyncio.gather(sweeping, return_exceptions=True)
    assert told(broker, "k") == ["first", "second"]


async def test_the_sweep_finds_what_a_crash_left_while_the_clock_was_ahead(engine: Engine, broker: Broker) -> None:
    async with relay_on(engine, broker) as (relay, commit):
        await commit.run(lambda db: add_record(db, "c", TOPIC, b"k", b"left", (), NOON + timedelta(hours=2)))
        sweeping = asyncio.create_task(relay.sweep())
        await until(lambda: "left" in told(broker, "k"), "the sweep publishes")
        sweeping.cancel()
        await asyncio.gather(sweeping, return_exceptions=True)


async def test_two_relays_may_repeat_but_never_put_a_later_one_before_an_earlier(engine: Engine) -> None:
    """Both publish the same lane at once, and each is held up at different sends."""
    broker = Broker()
    slow = iter([3, 0, 0, 2, 5, 0, 1, 0, 4, 0] * 20)

    class Uneven(Broker):
        async def publish(self, topic: str, key: bytes | None, value: bytes | None, headers: Headers) -> None:
            for _ in range(next(slow)):
                await asyncio.sleep(0)
            await broker.publish(topic, key, value, headers)

    async with relay_on(engine, Uneven()) as (one, commit), relay_on(open_again(engine), Uneven()) as (other, commit_2):
        work = []
        for number in range(12):
            first, second = ((one, commit), (other, commit_2))[:: 1 if number % 3 else -1]
            rows = await write(first[1], ("k", f"{number}"))
            work.append(asyncio.create_task(first[0].publish(rows)))
            if number % 2:
                again = await second[1].run(lambda db: unpublished_in(db, [lane_of(TOPIC, b"k")]))
                work.append(asyncio.create_task(second[0].publish(again)))
        await asyncio.gather(*work)
    assert told(broker, "k") == [f"{number}" for number in range(12)]


async def test_a_refused_publication_is_tried_until_it_is_taken(engine: Engine, broker: Broker) -> None:
    broker.faults.extend([ConnectionError("broker is away")] * 2)
    async with relay_on(engine, broker) as (relay, commit):
        rows = await write(commit, ("k", "1"), ("k", "2"))
        publishing = asyncio.create_task(relay.publish(rows))
        await until(lambda: relay.waiting_since, "the relay says that it waits")
        await publishing
        assert relay.waiting_since is None
    assert told(broker, "k") == ["1", "2"]


async def test_an_event_is_told_though_the_worker_dies_between_commit_and_publication(
    shop: Workshop, broker: Broker
) -> None:
    broker.faults.append(asyncio.CancelledError())
    with pytest.raises(asyncio.CancelledError):
        await shop.take(reported(1), offset=1)
    assert broker.taken == []
    await shop.take(reported(1), offset=1)
    assert broker.notes() == ["report 1"]
    assert shop.times(CASE) == 1


async def test_a_services_own_task_writes_state_and_events_together(shop: Workshop, broker: Broker) -> None:
    desk = Desk("probe", shop.commit, shop.relay, shop.clock, 1_000)
    cause = Cause(source="/clock", id="day 1", correlationid="day 1")

    def tell(note: str) -> Callable[[Connection, datetime], list[Outgoing]]:
        def work(db: Connection, now: datetime) -> list[Outgoing]:
            db.execute(counted.insert().values(case_id=note, times=1))
            return [Outgoing(OUT, CASE, reported(1, note=note).data)]

        return work

    await desk.write(cause, tell("short"))
    with pytest.raises(Permanent, match="GOODORDER_LARGEST_EVENT"):
        await desk.write(cause, tell("x" * 2_000))
    assert [taken.event["causationid"] for taken in broker.taken] == ["day 1"]
    assert await desk.read(lambda db: count_of(db, counted)) == 1


@given(st.lists(st.tuples(st.text(max_size=20), st.binary(max_size=40)), max_size=6))
@settings(max_examples=50)
def test_headers_come_back_as_they_went(headers: list[tuple[str, bytes]]) -> None:
    assert unpack(pack(tuple(headers))) == tuple(headers)


@given(st.binary(), st.binary())
def test_lanes_are_told_apart_by_their_keys(one: bytes, other: bytes) -> None:
    assert (lane_of("t", one) == lane_of("t", other)) == (one == other)
    assert lane_of("t", None) != lane_of("t", one)


def open_again(engine: Engine) -> Engine:
    return open_database(engine.url.render_as_string(hide_password=False))
