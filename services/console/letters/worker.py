"""Keeps the index of dead letters up with Kafka: reads every topic that tells of them, for ever.

It reads without a consumer group. How far it is lies in the index, written with what was read, so that a crash
repeats nothing; and bytes that are no event, which dead letters often are, are business as usual here.
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from functools import partial
from time import monotonic
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError
from sqlalchemy.engine import Connection

from schemas.topics import PARTITIONS
from services.chassis.errors import describe
from services.chassis.record import Record
from services.chassis.settings import ServiceSettings
from services.chassis.shell import Desk
from services.console.letters import alarms, index, metrics
from services.console.letters.evidence import told_on
from services.console.projection.lines import tell

log = logging.getLogger(__name__)

_MOST_AT_ONCE = 500
_WAIT = 1.0
_LOOK_EVERY = 5.0
"""Seconds until the ages of what is open are shown anew."""
_LONGEST_PAUSE = 5.0

PULSE = "dead-letters"
"""What the open pages are told instead of a case."""


class Indexer:
    """The console worker's task."""

    def __init__(self, settings: ServiceSettings) -> None:
        self._settings = settings
        self._gauges = alarms.Gauges()
        self._look_at = 0.0

    async def work(self, desk: Desk) -> None:
        """Read for ever; what Kafka cannot give now is waited for."""
        pause = 0.1
        while True:
            consumer = self._consumer()
            try:
                await consumer.start()
                ends = await self._begin(consumer, desk)
                pause = 0.1
                while True:
                    await self._go_on(consumer, desk, ends)
            except (KafkaError, OSError) as error:
                log.warning("Dead letters cannot be read now, trying again: %s", describe(error))
            finally:
                await consumer.stop()
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)

    def _consumer(self) -> Any:
        return AIOKafkaConsumer(
            bootstrap_servers=self._settings.kafka.split(","),
            group_id=None,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            max_partition_fetch_bytes=2_000_000,
            **self._settings.kafka_client(),
        )

    async def _begin(self, consumer: Any, desk: Desk) -> Mapping[Any, int]:
        """Go on where the index is; on a topic that was made anew, or has lost its beginning, at its beginning.

        Returns where the topics end now.
        """
        places = [TopicPartition(topic, number) for topic in told_on() for number in range(PARTITIONS)]
        consumer.assign(places)
        starts, ends = await consumer.beginning_offsets(places), await consumer.end_offsets(places)
        known = await desk.read(index.read_to)
        for place in places:
            wanted = known.get(tuple(place), 0)
            consumer.seek(place, wanted if starts[place] <= wanted <= ends[place] else starts[place])
        made_anew = {tuple(place): 0 for place in places if known.get(tuple(place), 0) > ends[place]}
        await desk.read(lambda db: index.set_positions(db, made_anew))
        return dict(ends)

    async def _go_on(self, consumer: Any, desk: Desk, ends: Mapping[Any, int]) -> None:
        batch = await consumer.getmany(timeout_ms=int(_WAIT * 1000), max_records=_MOST_AT_ONCE)
        records = [_record(message) for messages in batch.values() for message in messages]
        if records:
            await desk.read(lambda db: _take(db, records, desk))
        behind = sum([max(end, consumer.highwater(at) or 0) - await consumer.position(at) for at, end in ends.items()])
        metrics.BEHIND.set(behind)
        # Half an index would cry of what is long dealt with.
        if not behind and (records or monotonic() >= self._look_at):
            self._look_at = monotonic() + _LOOK_EVERY
            await self._look(desk)

    async def _look(self, desk: Desk) -> None:
        """Tell of what began, and show what is open."""
        for letter in await desk.read(alarms.untold):
            await desk.write(alarms.cause_of(letter), partial(alarms.ring, letter=letter))
        self._gauges.show(await desk.read(index.kinds), desk.clock())


def _take(db: Connection, records: Sequence[Record], desk: Desk) -> None:
    """Into the index, and to the pages that are open; a word that was put right is shown with its case."""
    for letter_id in sorted(index.take(db, records)):
        known = index.whole(db, letter_id)
        if known and known.put_right:
            desk.put_right(db, known.put_right)
    tell(db, PULSE)


def _record(message: Any) -> Record:
    headers = tuple((name, bytes(value or b"")) for name, value in message.headers)
    return Record(
        message.topic, message.partition, message.offset, message.timestamp, message.key, message.value, headers
    )
