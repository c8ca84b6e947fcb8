"""``python -m samples.carrier CARRIER``: a scripted carrier as a process of its own that speaks only Kafka, and only on
the carrier's own two topics.

It commits a submission when the case's story is told: killed and started again it tells anew what was under way, under
the same ids. Where Kafka asks for an account it speaks under ``GOODORDER_KAFKA_USER``.
"""

import argparse
import logging
import signal
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.structs import OffsetAndMetadata
from pydantic import ValidationError

from samples.carrier.book import Book
from samples.carrier.script import DEFAULT, Letter, load_scripts
from schemas.carrier_events import ApplicationSubmitted
from schemas.case_events import CarrierAsked
from schemas.envelope import CONTENT_TYPE
from schemas.events import BY_DATA
from schemas.topics import decisions, submissions
from services.chassis.kafka_access import KafkaAccess

_SUBMITTED, _ASKED = BY_DATA[ApplicationSubmitted].type, BY_DATA[CarrierAsked].type

log = logging.getLogger("samples.carrier")


def main() -> None:
    said = argparse.ArgumentParser(prog="python -m samples.carrier", description=__doc__)
    said.add_argument("carrier", help="its id, e.g. aldermoor")
    said.add_argument("--pace", type=float, default=2.0, help="seconds in a pace of its script")
    said.add_argument("--scripts", type=Path, default=DEFAULT, help="what is told, in which shares")
    chosen = said.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    logging.getLogger("kafka").setLevel(logging.WARNING)
    stop: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda number, _: stop.append(number))
    access = KafkaAccess()
    book = Book(chosen.carrier, load_scripts(chosen.scripts), timedelta(seconds=chosen.pace))
    work(book, access.kafka, access.kafka_client(), stop)


def work(book: Book, servers: str, who: Mapping[str, str], stop: list[int]) -> None:
    """Take submissions and tell of them until asked to stop."""
    consumer = KafkaConsumer(
        bootstrap_servers=servers,
        group_id=f"carriers.{book.carrier}.scripted",
        group_instance_id=book.carrier,  # there is one: killed and started again it goes on at once
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        **who,
    )
    producer = KafkaProducer(bootstrap_servers=servers, acks="all", **who)
    theirs, ours = submissions(book.carrier).name, decisions(book.carrier).name
    consumer.subscribe([theirs])
    committed: dict[int, int] = {}
    log.info("%s takes submissions from %s", book.carrier, servers)
    while not stop:
        for records in consumer.poll(timeout_ms=_wait(book)).values():
            for record in records:
                _take(book, record)
        for event in book.due(datetime.now(UTC)):
            value = event.model_dump_json(exclude_none=True).encode()
            headers = [("content-type", CONTENT_TYPE.encode()), ("ce_type", event.type.encode())]
            producer.send(ours, key=(event.subject or "").encode(), value=value, headers=headers)
            log.info("%s: %s", event.subject, getattr(event.data, "decision", None) or event.data.name)
        producer.flush()
        done = {part: offset for part, offset in book.done_up_to().items() if committed.get(part) != offset}
        if done:
            places = {TopicPartition(theirs, part): OffsetAndMetadata(offset, "", -1) for part, offset in done.items()}
            consumer.commit(places)
            committed |= done
    consumer.close()
    producer.close()


def _take(book: Book, record: Any) -> None:
    """Put a record in the book; what asks nothing of the carrier is passed over."""
    place, now = (record.partition, record.offset), datetime.now(UTC)
    try:
        letter = Letter.model_validate_json(record.value or b"")
    except ValidationError:
        log.warning("A record at %s[%d]@%d is no event; passed over", record.topic, *place)
        book.skip(place)
        return
    if letter.type == _SUBMITTED:
        book.submitted(place, letter, now)
    elif letter.type == _ASKED:
        book.asked(place, letter, now)
    else:
        book.skip(place)


def _wait(book: Book) -> int:
    """Milliseconds until the next step, but not for ever."""
    due = book.next_due()
    left = (due - datetime.now(UTC)).total_seconds() if due else 0.5
    return int(min(max(left, 0.01), 0.5) * 1000)


if __name__ == "__main__":
    main()
