"""Group commit: everything that waits to be written goes into one transaction, each piece all or nothing."""

import asyncio
import logging
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DBAPIError, OperationalError

from services.chassis import metrics
from services.chassis.database import become_sole_writer
from services.chassis.errors import describe
from services.chassis.private.vault import KeysWanted

T = TypeVar("T")
log = logging.getLogger(__name__)


@dataclass
class _Piece:
    work: Callable[[Connection], Any]
    done: asyncio.Future[Any]


_Result = tuple[Any, Exception | None]


class DatabaseDown(Exception):
    """The database cannot be reached or written; the whole group is tried again."""


class GroupCommit:
    """Runs pieces of work in shared transactions on one thread, so that a fsync serves many events.

    A piece that raises is rolled back and raises for its caller alone; the others of its group are run once more.
    A database that is down is waited for, without end.
    """

    def __init__(self, engine: Engine, service: str, largest_group: int = 64) -> None:
        self._engine = engine
        self._service = service
        self._largest = largest_group
        self._waiting: list[_Piece] = []
        self._wake = asyncio.Event()
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="database")
        self._task: asyncio.Task[None] | None = None

    async def run(self, work: Callable[[Connection], T]) -> T:
        """Run ``work`` in a transaction; returns after the commit. It may be run again, but only one run counts.

        Keys that it wants are fetched between two runs; raises ``Transient`` while they cannot be.
        """
        while True:
            try:
                return await self._run(work)
            except KeysWanted as wanted:
                await asyncio.to_thread(wanted.fetch)

    async def _run(self, work: Callable[[Connection], T]) -> T:
        if self._task is None:
            self._task = asyncio.create_task(self._loop(), name="group-commit")
        piece = _Piece(work, asyncio.get_running_loop().create_future())
        self._waiting.append(piece)
        self._wake.set()
        result: T = await piece.done
        return result

    async def close(self) -> None:
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        self._thread.shutdown(wait=True)
        self._engine.dispose()

    async def _loop(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await self._wake.wait()
            group, self._waiting = self._waiting[: self._largest], self._waiting[self._largest :]
            if not self._waiting:
                self._wake.clear()
            try:
                results = await self._commit_when_up(loop, group)
            except Exception as failure:
                results = [(None, failure)] * len(group)
            for piece, (result, error) in zip(group, results, strict=True):
                if piece.done.cancelled():
                    continue
                if error is None:
                    piece.done.set_result(result)
                else:
                    piece.done.set_exception(error)

    async def _commit_when_up(self, loop: asyncio.AbstractEventLoop, group: list[_Piece]) -> list[_Result]:
        pause = 0.1
        while True:
            try:
                results = await loop.run_in_executor(self._thread, self._commit, group)
            except DatabaseDown as down:
                metrics.WAITING.labels(self._service, "database").set(1)
                log.warning("The database is down, waiting for it: %s", str(down))
                await asyncio.sleep(pause)
                pause = min(pause * 2, 5.0)
            else:
                metrics.WAITING.labels(self._service, "database").set(0)
                return results

    def _commit(self, group: list[_Piece]) -> list[_Result]:
        try:
            with self._engine.connect() as connection, connection.begin() as transaction:
                become_sole_writer(connection, self._service)
                results = [_unless_it_wants_keys(connection, piece.work) for piece in group]
                some_want_keys = any(error for _, error in results)
                if some_want_keys:
                    transaction.rollback()
        except Exception as error:
            if isinstance(error, DBAPIError) and _is_down(error):
                raise DatabaseDown(_why(error)) from error
            if len(group) == 1:
                return [_refused(error)]
            # One of them failed and took the others with it: again, each behind a savepoint. Few groups need it, and
            # savepoints for all would cost each piece two statements.
            return self._commit_apart(group)
        return self._commit_the_others(group, results) if some_want_keys else results

    def _commit_the_others(self, group: list[_Piece], results: list[_Result]) -> list[_Result]:
        """Those that want keys come again with them, as every new case does; the others are run once more."""
        others = [piece for piece, (_, wants_keys) in zip(group, results, strict=True) if not wants_keys]
        again = iter(self._commit(others) if others else ())
        return [result if result[1] else next(again) for result in results]

    def _commit_apart(self, group: list[_Piece]) -> list[_Result]:
        try:
            with self._engine.begin() as connection:
                become_sole_writer(connection, self._service)
                return [_attempt(connection, piece.work) for piece in group]
        except DBAPIError as error:
            raise DatabaseDown(_why(error)) from error


def _unless_it_wants_keys(connection: Connection, work: Callable[[Connection], Any]) -> _Result:
    try:
        return work(connection), None
    except KeysWanted as wanted:
        return None, wanted


def _attempt(connection: Connection, work: Callable[[Connection], Any]) -> _Result:
    try:
        with connection.begin_nested():
            return work(connection), None
    except Exception as error:
        if isinstance(error, DBAPIError) and _is_down(error):
            raise
        return _refused(error)


def _refused(error: Exception) -> _Result:
    if isinstance(error, DBAPIError):
        log.error("The database refused a statement: %s", describe(error.orig or error))
    return None, error


def _why(error: DBAPIError) -> str:
    """The database's own code for it, such as SQLITE_FULL: its sentence may hold somebody's values."""
    code = getattr(error.orig, "sqlite_errorname", None) or getattr(error.orig, "sqlstate", None)
    return f"{type(error.orig).__name__} {code}" if code else type(error.orig).__name__


def _is_down(error: DBAPIError) -> bool:
    """Whether trying again later can help, as against a statement that is wrong."""
    if isinstance(error.orig, sqlite3.OperationalError):
        # SQLite calls a missing table operational too; only its error code tells.
        return error.orig.sqlite_errorcode & 0xFF != sqlite3.SQLITE_ERROR
    return isinstance(error, OperationalError) or error.connection_invalidated
