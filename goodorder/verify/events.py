"""What must hold of every event and every service, whatever it is about."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import suppress

from goodorder.verify.books import NOT_COMPACTED, Books
from goodorder.verify.rule import Breach, Kind, RuleBook
from schemas.codes import DeadLetterCause
from schemas.dead_letter_events import CorrectDeadLetter
from schemas.events import BY_DATA
from schemas.parties import only_shown, receives
from schemas.topics import commands, dead_letters

RULES = RuleBook()

_COMMANDS = commands("{service}").name
"""A command about a dead letter that is not open is passed over: nothing is to be done twice."""


@RULES.rule("event-dealt-with", Kind.LOST, "Every service has dealt with every event that concerns it, or gave it up.")
def event_dealt_with(books: Books) -> Iterable[Breach]:
    malformed = {record.original for record in books.dead_records if record.cause == DeadLetterCause.MALFORMED}
    for service, kept in books.services.items():
        shown = {BY_DATA[data].type for data in only_shown(service)}
        concerned = {BY_DATA[data].type for data in receives(service) if BY_DATA[data].topic != _COMMANDS}
        for event in books.first_publications:
            if event.type not in concerned or event.identity in kept.inbox or event.place in kept.given_up:
                continue
            if not (event.type in shown and _spelled(event.place) in malformed):
                yield Breach(event.id, f"{_spelled(event.place)} ({event.key}) never came to {service}", event.at)


@RULES.rule("event-on-topic", Kind.LOST, "Every event that a service has dealt with since yesterday lies on a topic.")
def event_on_topic(books: Books) -> Iterable[Breach]:
    on_topics = {event.identity for event in books.first_publications} | set(_put_right(books))
    for service, kept in books.services.items():
        for identity, received_at in kept.inbox.items():
            if identity not in on_topics and received_at > books.looked_at - NOT_COMPACTED:
                yield Breach(identity[1], f"of {identity[0]} came to {service} and lies on no topic")


@RULES.rule("outbox-empty", Kind.LOST, "What a service has decided to publish does not stay behind.")
def outbox_empty(books: Books) -> Iterable[Breach]:
    for service, kept in books.services.items():
        for row in kept.outbox:
            yield Breach(f"{service} outbox {row.seq}", f"is not on {row.topic} yet", row.created_at)


@RULES.rule("dead-letter-on-topic", Kind.LOST, "Every dead letter of a service lies on its topic, as evidence.")
def dead_letter_on_topic(books: Books) -> Iterable[Breach]:
    on_topic = {(record.service, record.letter_id) for record in books.dead_records}
    for service, kept in books.services.items():
        for letter in kept.dead_letters:
            if (service, letter.id) not in on_topic and letter.failed_at > books.on_topics_since:
                yield Breach(letter.id, f"is not on {dead_letters(service).name}", letter.failed_at)


@RULES.rule("dead-letter-on-record", Kind.LOST, "Every dead letter on a topic is known to its service.")
def dead_letter_on_record(books: Books) -> Iterable[Breach]:
    known = {(service, letter.id) for service, kept in books.services.items() for letter in kept.dead_letters}
    for record in set(books.dead_records):
        if record.service in books.services and (record.service, record.letter_id) not in known:
            yield Breach(record.letter_id, f"lies on {dead_letters(record.service).name} and is not on record")


@RULES.rule("parked-behind-one", Kind.LOST, "What is parked waits behind a dead letter that is open.")
def parked_behind_one(books: Books) -> Iterable[Breach]:
    for service, kept in books.services.items():
        held = {letter.lane for letter in kept.dead_letters if letter.is_open}
        for row in kept.parked:
            if row.lane not in held:
                place = _spelled((row.topic, row.partition, row.offset))
                yield Breach(place, f"is parked by {service} behind nothing")


@RULES.rule("one-id-one-event", Kind.DOUBLED, "An event's id never stands for two different events.")
def one_id_one_event(books: Books) -> Iterable[Breach]:
    said: dict[tuple[str, str], set[str]] = defaultdict(set)
    for event in books.events:
        said[event.identity].add(event.digest)
    for (source, identity), digests in said.items():
        if len(digests) > 1:
            yield Breach(identity, f"of {source} was published with {len(digests)} different contents")


@RULES.rule("one-partition-a-key", Kind.OUT_OF_ORDER, "All that a topic holds of a case lies on one partition.")
def one_partition_a_key(books: Books) -> Iterable[Breach]:
    places: dict[tuple[str, str], set[int]] = defaultdict(set)
    for event in books.events:
        places[event.topic, event.key].add(event.partition)
    for (topic, key), partitions in places.items():
        if len(partitions) > 1:
            yield Breach(key, f"lies on partitions {sorted(partitions)} of {topic}")


def _put_right(books: Books) -> Iterator[tuple[str, str]]:
    """The events that people made of records which were none: they lie inside a command."""
    for command in books.of(CorrectDeadLetter):
        with suppress(ValueError, KeyError, TypeError):
            said = json.loads(command.data["value"])
            yield str(said["source"]), str(said["id"])


def _spelled(place: tuple[str, int, int]) -> str:
    topic, partition, offset = place
    return f"{topic}[{partition}]@{offset}"
