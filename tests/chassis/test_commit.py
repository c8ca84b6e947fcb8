"""Group commit: many pieces share a transaction, each is all or nothing, and a database that is down is waited for."""

import asyncio
import logging
import threading
from collections.abc import AsyncIterator, Callable

import pytest
import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DBAPIError, IntegrityError

from services.chassis.commit import GroupCommit
from services.chassis.private.vault import KeysWanted
from services.chassis.tables import inbox
from tests.chassis.events import NOON
from tests.chassis.probe import counted
from tests.chassis.workshop import count_of, open_database, until


@pytest.fixture
def engine(database_url: str) -> Engine:
    return open_database(database_url)


@pytest.fixture
async def commit(engine: Engine) -> AsyncIterator[GroupCommit]:
    group = GroupCommit(engine, "probe", largest_group=8)
    try:
        yield group
    finally:
        await group.close()


def note(case: str, after: Callable[[], None] = lambda: None) -> Callable[[Connection], str]:
    def work(db: Connection) -> str:
        db.execute(counted.insert().values(case_id=case, times=1))
        after()
        return case

    return work


def kept(engine: Engine) -> set[str]:
    with engine.begin() as db:
        return set(db.execute(sa.select(counted.c.case_id)).scalars())


def fail() -> None:
    raise KeyError("this piece fails")


async def test_a_piece_that_fails_leaves_the_others(commit: GroupCommit, engine: Engine) -> None:
    pieces = [note("a"), note("b", fail), note("a"), note("c")]
    results = await asyncio.gather(*(commit.run(piece) for piece in pieces), return_exceptions=True)
    assert results[0] == "a"
    assert isinstance(results[1], KeyError)
    assert isinstance(results[2], IntegrityError)
    assert results[3] == "c"
    assert kept(engine) == {"a", "c"}


async def test_pieces_that_want_keys_come_again_with_them_and_the_others_need_no_savepoint(
    commit: GroupCommit, engine: Engine
) -> None:
    at_hand: set[str] = set()

    def sealed(case: str) -> Callable[[Connection], str]:
        def work(db: Connection) -> str:
            note(case)(db)
            if case not in at_hand:
                raise KeysWanted(lambda: at_hand.add(case), [case])
            return case

        return work

    savepoints = []
    event.listen(engine, "savepoint", lambda *_: savepoints.append(1))
    pieces = [sealed("a"), note("b"), sealed("c"), note("d")]
    results = await asyncio.gather(*(commit.run(piece) for piece in pieces))
    assert results == ["a", "b", "c", "d"]
    assert kept(engine) == {"a", "b", "c", "d"}
    assert not savepoints


async def test_pieces_that_wait_share_transactions(commit: GroupCommit, engine: Engine) -> None:
    commits = []
    event.listen(engine, "commit", lambda _: commits.append(1))
    await asyncio.gather(*(commit.run(note(f"case {number}")) for number in range(40)))
    assert len(kept(engine)) == 40
    assert len(commits) <= 7, "40 pieces, 8 a group, and the counting itself"


async def test_a_wrong_statement_is_its_own_fault_and_not_the_databases(commit: GroupCommit) -> None:
    with pytest.raises(DBAPIError):
        await asyncio.wait_for(commit.run(lambda db: db.execute(sa.text("SELECT * FROM no_such_table"))), 5)


async def test_a_piece_given_up_by_its_caller_disturbs_nobody(commit: GroupCommit, engine: Engine) -> None:
    gate = threading.Event()
    first = asyncio.create_task(commit.run(note("a", lambda: gate.wait(10) and None)))
    second = asyncio.create_task(commit.run(note("b")))
    await asyncio.sleep(0)
    first.cancel()
    gate.set()
    assert await second == "b"
    assert await commit.run(note("c")) == "c"
    assert {"b", "c"} <= kept(engine)


async def test_a_locked_database_is_waited_for(sqlite_url: str, caplog: pytest.LogCaptureFixture) -> None:
    engine = open_database(sqlite_url)
    event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA busy_timeout=1"))
    engine.dispose()  # the pool's connection has the long time-out still
    commit = GroupCommit(engine, "probe")
    with sa.create_engine(sqlite_url, connect_args={"isolation_level": None}).connect() as other:
        other.exec_driver_sql("BEGIN EXCLUSIVE")
        waiting = asyncio.create_task(commit.run(note("a")))
        with caplog.at_level(logging.WARNING):
            await until(lambda: "database is down" in caplog.text, "the log says that the database is down")
        assert "SQLITE_BUSY" in caplog.text
        assert not waiting.done()
        other.exec_driver_sql("ROLLBACK")
    assert await asyncio.wait_for(waiting, 10) == "a"
    await commit.close()
    assert kept(open_database(sqlite_url)) == {"a"}


async def test_a_lost_connection_repeats_the_whole_group_once(postgres_database: str) -> None:
    """The server ends the session in the middle of a transaction, as a fail-over does."""
    engine, outside = open_database(postgres_database), sa.create_engine(postgres_database)
    commit = GroupCommit(engine, "probe")
    lost = []

    def cut() -> None:
        if not lost:
            lost.append(1)
            with outside.begin() as db:
                db.exec_driver_sql(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )

    def piece(db: Connection) -> int:
        db.execute(inbox.insert().values(source="s", event_id="e", received_at=NOON))
        cut()
        return count_of(db, inbox)

    results = await asyncio.wait_for(asyncio.gather(commit.run(note("a")), commit.run(piece)), 20)
    assert results == ["a", 1]
    assert kept(engine) == {"a"}
    await commit.close()
    outside.dispose()
