"""Puts files through the running stack as agents and S3 would, and reads what became of them from Kafka and SQS."""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from time import monotonic, sleep

from benchmarks.corpus.manifest import Item
from benchmarks.corpus.outcome import NONE, ODD, READ, REVIEW, TAKEN, UNPACKED, Outcome
from goodorder.broker import Broker
from infra.stack.objects import DEAD_QUEUE, clients
from infra.stack.run import DROP_BUCKET, DROP_QUEUE, RunInfo
from schemas.codes import RefusalCause
from schemas.document_events import DocumentUnmatched
from schemas.events import BY_TYPE, ApplicationRead, DocumentRefused
from schemas.file_events import DocumentUnpacked
from schemas.ids import document_id
from schemas.topics import INTAKE_APPLICATIONS, INTAKE_DOCUMENTS

_AT_ONCE = 24
"""Uploads on their way: enough that the readers never wait."""
_LONGEST = 240.0
"""Seconds without any file's outcome after which those on their way have none."""

Progress = Callable[[int], None]


def through_the_drop(run: RunInfo, items: Sequence[Item], progress: Progress) -> dict[int, Outcome]:
    """The outcome of each file by its number: those that have none are hung or lost."""
    s3, _ = clients(run)
    waiting: dict[str, list[int]] = {}
    told: dict[str, Outcome] = {}
    found: dict[int, Outcome] = {}
    left, deadline = list(reversed(items)), monotonic() + _LONGEST
    with Broker(run.kafka).reading([INTAKE_DOCUMENTS.name, INTAKE_APPLICATIONS.name]) as topics:
        while left or waiting:
            while left and len(waiting) < _AT_ONCE:
                item = left.pop()
                content = item.path.read_bytes()
                waiting.setdefault(document_id(content), []).append(item.number)
                s3.put_object(Bucket=DROP_BUCKET, Key=f"drop/AG-1042/{item.number:05}/{item.path.name}", Body=content)
            told.update(_told(record.value for record in topics.on()))
            for document in waiting.keys() & told.keys():
                found.update(dict.fromkeys(waiting.pop(document), told[document]))
                deadline = monotonic() + _LONGEST
            progress(len(found))
            if monotonic() > deadline:
                break
    missing = (item.number for item in items if item.number not in found)
    return {**found, **dict.fromkeys(missing, Outcome(NONE))}


def _told(values: Iterable[bytes | None]) -> Iterator[tuple[str, Outcome]]:
    for value in values:
        event = json.loads(value or b"{}")
        kind = BY_TYPE[event["type"]].data if event.get("type") in BY_TYPE else None
        if kind is DocumentRefused:
            refused = DocumentRefused.model_validate(event["data"])
            unknown = refused.cause is RefusalCause.NO_KNOWN_FORM
            yield refused.document_id, Outcome(REVIEW if unknown else refused.cause, refused.seen)
        elif kind is ApplicationRead:
            for filed in ApplicationRead.model_validate(event["data"]).documents:
                yield filed.document_id, Outcome(READ, filed.seen)
        elif kind is DocumentUnmatched:
            yield event["data"]["document_id"], Outcome(REVIEW)
        elif kind is DocumentUnpacked:
            yield event["data"]["document_id"], Outcome(UNPACKED)


def through_the_queue(run: RunInfo, items: Sequence[Item]) -> dict[int, Outcome]:
    """Notifications: one that is understood leaves the queue, an odd one ends in the queue's dead letters."""
    _, sqs = clients(run)
    queue, dead = (sqs.get_queue_url(QueueName=name)["QueueUrl"] for name in (DROP_QUEUE, DEAD_QUEUE))
    for item in items:
        sqs.send_message(QueueUrl=queue, MessageBody=item.path.read_text())
    deadline, is_empty = monotonic() + _LONGEST, not items
    while not is_empty and monotonic() < deadline:
        held = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["All"])["Attributes"]
        under_way = held["ApproximateNumberOfMessages"], held["ApproximateNumberOfMessagesNotVisible"]
        is_empty = not any(map(int, under_way))
        sleep(0.5)
    odd: set[str] = set()
    while messages := sqs.receive_message(QueueUrl=dead, MaxNumberOfMessages=10).get("Messages", []):
        odd.update(_hash(message["Body"]) for message in messages)
    return {item.number: _of_message(item, odd, is_empty) for item in items}


def _of_message(item: Item, odd: set[str], is_empty: bool) -> Outcome:
    if _hash(item.path.read_text()) in odd:
        return Outcome(ODD)
    return Outcome(TAKEN if is_empty else NONE)


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
