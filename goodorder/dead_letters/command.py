"""Asks services to deal with dead letters, and hears what became of each."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from time import monotonic
from typing import TYPE_CHECKING, Any

from goodorder.saying import said
from schemas.dead_letter_events import DeadLetterResolved
from schemas.envelope import CloudEvent
from schemas.topics import DEAD_LETTER_RESOLUTIONS
from services.chassis.errors import Outgoing
from services.console.letters.evidence import answer_in
from services.console.letters.index import Letter

if TYPE_CHECKING:
    from goodorder.broker import Broker


def carry_out(
    broker: "Broker", asked: Mapping[Letter, Outgoing], patience: float
) -> Iterator[tuple[Letter, DeadLetterResolved | None]]:
    """Publish the command about each dead letter; yields the services' answers as they come.

    What was not answered after ``patience`` seconds comes last, with ``None``: the command stays on its topic and
    is carried out when the service is there again.
    """
    with broker.listening(DEAD_LETTER_RESOLUTIONS.name) as answers:
        waiting: dict[str, Letter] = {}
        for letter, command in asked.items():
            event = event_of(command)
            broker.publish(command.topic.name, command.subject, event)
            waiting[event.id] = letter
        for record in answers.until(monotonic() + patience) if waiting else ():
            answer = answer_in(record)
            if answer and answer.causationid in waiting:
                yield waiting.pop(answer.causationid), answer.data
            if not waiting:
                return
    yield from ((letter, None) for letter in waiting.values())


def event_of(outgoing: Outgoing) -> CloudEvent[Any]:
    """The event by which a person at the terminal says it."""
    return said(outgoing.data, outgoing.subject, datetime.now(UTC))
