"""``python -m samples.vendor``: the scripted vendor as a process of its own that speaks only Kafka.

It commits an order when its last report is out: killed and started again it reports anew what was under way, under the
same ids. Where Kafka asks for an account it speaks under ``GOODORDER_KAFKA_USER``. What is sealed for a vendor it opens
by that vendor's key in the folder ``VENDOR_KEYS``.
"""

import argparse
import json
import logging
import os
import signal
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.serialization import load_pem_private_key
from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.structs import OffsetAndMetadata
from pydantic import ValidationError

from samples.opening import opened
from samples.vendor.book import Book
from samples.vendor.script import DEFAULT, load_scripts
from schemas.base import Contract
from schemas.envelope import CONTENT_TYPE, CloudEvent
from schemas.events import BY_DATA
from schemas.requirement_events import OrderCancelled, RequirementOrdered
from schemas.topics import VENDORS_ORDERS, VENDORS_STATUSES
from services.chassis.kafka_access import KafkaAccess

GROUP = "vendors.scripted"
_ORDER, _CANCEL = BY_DATA[RequirementOrdered].type, BY_DATA[OrderCancelled].type

log = logging.getLogger("samples.vendor")


def main() -> None:
    said = argparse.ArgumentParser(prog="python -m samples.vendor", description=__doc__)
    said.add_argument("--pace", type=float, default=2.0, help="seconds between two reports on one order")
    said.add_argument("--scripts", type=Path, default=DEFAULT, help="what is reported, by kind")
    chosen = said.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    logging.getLogger("kafka").setLevel(logging.WARNING)
    stop: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda number, _: stop.append(number))
    access = KafkaAccess()
    work(Book(load_scripts(chosen.scripts), timedelta(seconds=chosen.pace)), access.kafka, access.kafka_client(), stop)


def work(book: Book, servers: str, who: Mapping[str, str], stop: list[int]) -> None:
    """Take orders and report on them until asked to stop."""
    consumer = KafkaConsumer(
        bootstrap_servers=servers,
        group_id=GROUP,
        group_instance_id=GROUP,  # there is one: killed and started again it goes on at once
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        **who,
    )
    producer = KafkaProducer(bootstrap_servers=servers, acks="all", **who)
    consumer.subscribe([VENDORS_ORDERS.name])
    committed: dict[int, int] = {}
    log.info("Taking orders from %s", servers)
    while not stop:
        for records in consumer.poll(timeout_ms=_wait(book)).values():
            for record in records:
                _take(book, record)
        for report in book.due(datetime.now(UTC)):
            value = report.model_dump_json(exclude_none=True).encode()
            headers = [("content-type", CONTENT_TYPE.encode()), ("ce_type", report.type.encode())]
            producer.send(VENDORS_STATUSES.name, key=(report.subject or "").encode(), value=value, headers=headers)
            log.info("%s: %s of %s", report.subject, report.data.status.value, report.data.requirement_id)
        producer.flush()
        done = {
            partition: offset for partition, offset in book.done_up_to().items() if committed.get(partition) != offset
        }
        if done:
            consumer.commit({_partition(number): OffsetAndMetadata(offset, "", -1) for number, offset in done.items()})
            committed |= done
    consumer.close()
    producer.close()


class _Head(Contract):
    type: str


def _take(book: Book, record: Any) -> None:
    """Put a record in the book; what is no order is passed over."""
    place = (record.partition, record.offset)
    try:
        kind = _Head.model_validate_json(record.value or b"").type
        if kind == _ORDER:
            event = opened_by_us(json.loads(record.value), Path(os.environ.get("VENDOR_KEYS", "keys")))
            book.take(place, CloudEvent[RequirementOrdered].model_validate(event), datetime.now(UTC))
        elif kind == _CANCEL:
            book.cancel(place, CloudEvent[OrderCancelled].model_validate_json(record.value).data)
        else:
            book.skip(place)
    except ValidationError:
        log.warning("A record at %s[%d]@%d is no order; passed over", record.topic, *place)
        book.skip(place)


def opened_by_us(event: dict[str, Any], keys: Path) -> dict[str, Any]:
    """The order with what is sealed for its vendor opened; the scripted vendor plays all of them, each with its key."""
    if "sealedfor" not in event:
        return event
    file = (keys / str(event["sealedfor"]).removeprefix("vendors/")).with_suffix(".pem")
    return opened(event, load_pem_private_key(file.read_bytes(), None))


def _wait(book: Book) -> int:
    """Milliseconds until the next report, but not for ever."""
    due = book.next_due()
    left = (due - datetime.now(UTC)).total_seconds() if due else 0.5
    return int(min(max(left, 0.01), 0.5) * 1000)


def _partition(number: int) -> TopicPartition:
    return TopicPartition(VENDORS_ORDERS.name, number)


if __name__ == "__main__":
    main()
