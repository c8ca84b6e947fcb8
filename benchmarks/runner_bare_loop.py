"""The measure for the runner: a plain aiokafka loop that parses and publishes message by message.

It awaits every acknowledgement, commits its offsets as often as the runner does, and keeps no state: no inbox, no
outbox, no dead letters. What it lacks is what the runner's time buys.
"""

import asyncio
import sys
from time import monotonic

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from schemas.envelope import Cause, CloudEvent, caused_event
from schemas.requirement_events import VendorStatusReported

_COMMIT_SECONDS = 0.5
"""The interval of the Faust shell."""


async def copy(bootstrap: str, source: str, target: str, count: int) -> None:
    """Consume ``count`` events of one topic and tell of each on another."""
    model = CloudEvent[VendorStatusReported]
    consumer = AIOKafkaConsumer(
        source, bootstrap_servers=bootstrap, group_id=source, enable_auto_commit=False, auto_offset_reset="earliest"
    )
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all")
    await consumer.start()
    await producer.start()
    committed = monotonic()
    try:
        for _ in range(count):
            message = await consumer.getone()
            event = model.model_validate_json(message.value)
            cause = Cause(source=event.source, id=event.id, correlationid=event.id)
            told = caused_event("bare", event.data, event.data.case_id, event.time, cause, 0)
            value = told.model_dump_json(exclude_none=True).encode()
            await producer.send_and_wait(target, value, key=message.key, headers=list(message.headers))
            if monotonic() - committed > _COMMIT_SECONDS:
                await consumer.commit()
                committed = monotonic()
        await consumer.commit()
    finally:
        await producer.stop()
        await consumer.stop()


if __name__ == "__main__":
    asyncio.run(copy(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])))
