"""The reader of the topics: goes on where the index is, repeats nothing, and tells of nothing before it knows all."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka import TopicPartition
from sqlalchemy.engine import Connection

from schemas.codes import ResolutionOutcome
from schemas.envelope import Cause
from services.chassis.errors import Outgoing
from services.chassis.record import Record
from services.chassis.settings import ServiceSettings
from services.console.letters import index
from services.console.letters.evidence import told_on
from services.console.letters.index import Status, Wanted
from services.console.letters.worker import Indexer
from tests.console.letters.records import LETTER_A, LETTER_B, letter, resolution

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


class Ended(BaseException):
    """The topics hold no more: the reader is cut off, as by a kill."""


class Topics:
    """A broker's topics, in the shape of aiokafka's consumer; it hands out one record at a time."""

    def __init__(self, *records: Record) -> None:
        self.records = list(records)
        self.at: dict[Any, int] = {}

    async def start(self) -> None:
        """Nothing to connect to."""

    stop = start

    def assign(self, places: Sequence[Any]) -> None:
        assert {place.topic for place in places} == set(told_on())

    async def beginning_offsets(self, places: Sequence[Any]) -> dict[Any, int]:
        return dict.fromkeys(places, 0)

    async def end_offsets(self, places: Sequence[Any]) -> dict[Any, int]:
        return {place: self.highwater(place) for place in places}

    def highwater(self, place: Any) -> int:
        return sum((record.topic, record.partition) == tuple(place) for record in self.records)

    def seek(self, place: Any, offset: int) -> None:
        self.at[place] = offset

    async def position(self, place: Any) -> int:
        return self.at[place]

    async def getmany(self, **_: Any) -> dict[Any, list[Any]]:
        for record in self.records:
            place = TopicPartition(record.topic, record.partition)
            if record.offset == self.at[place]:
                self.at[place] += 1
                return {place: [SimpleNamespace(**vars(record), timestamp=record.timestamp_ms)]}
        raise Ended


class Desk:
    """The chassis's desk over one connection; what is published goes on a list."""

    def __init__(self, db: Connection) -> None:
        self._db = db
        self.told: list[Outgoing] = []

    async def read(self, query: Callable[[Connection], Any]) -> Any:
        return query(self._db)

    async def write(self, cause: Cause, work: Callable[[Connection, datetime], Sequence[Outgoing]]) -> None:
        self.told += work(self._db, NOON)

    def put_right(self, db: Connection, record: Record) -> None:
        raise AssertionError("nothing was corrected here")

    def clock(self) -> datetime:
        return NOON


@pytest.fixture
def read(db: Connection) -> Callable[..., Awaitable[list[Outgoing]]]:
    """Let a new worker read these topics to their end; returns what it told."""

    async def until_the_end(*records: Record) -> list[Outgoing]:
        indexer, desk = Indexer(ServiceSettings()), Desk(db)
        indexer._consumer = lambda: Topics(*records)  # type: ignore[method-assign]
        with pytest.raises(Ended):
            await indexer.work(desk)  # type: ignore[arg-type]
        return desk.told

    return until_the_end


Read = Callable[..., Awaitable[list[Outgoing]]]


async def test_a_worker_that_was_killed_goes_on_where_the_index_is(db: Connection, read: Read) -> None:
    first = letter(LETTER_A, NOON)
    assert len(await read(first)) == 1
    assert await read(first) == [], "what was told is told again after a restart"
    more = (first, letter(LETTER_B, NOON + MINUTE, service="notify", offset=0))
    assert [told.subject for told in await read(*more)] == ["notify|unknown_case"]
    whole = index.whole(db, LETTER_A)
    assert whole is not None
    assert len(whole.failures) == 1


async def test_what_was_dealt_with_long_ago_is_not_cried_of_while_the_index_fills_itself(
    db: Connection, read: Read
) -> None:
    old = (letter(LETTER_A, NOON), resolution(LETTER_A, NOON + MINUTE, ResolutionOutcome.REPLAYED))
    assert await read(*old) == []
    assert [one.status for one in index.list_letters(db, Wanted(status=None))] == [Status.REPLAYED]


async def test_a_topic_that_was_made_anew_is_read_from_its_beginning(db: Connection, read: Read) -> None:
    await read(letter(LETTER_A, NOON), letter(LETTER_B, NOON + MINUTE, offset=1))
    await read(letter("cccc0000", NOON + 2 * MINUTE))
    assert {one.id for one in index.list_letters(db, Wanted())} == {LETTER_A, LETTER_B, "cccc0000"}
