"""Asks services to replay or discard dead letters, and hears what became of each."""

import uuid
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from time import monotonic
from typing import TYPE_CHECKING

from pydantic import ValidationError

from goodorder.dead_letters.evidence import DeadLetter, resolution_in
from schemas.dead_letter_events import DeadLetterResolved, DiscardDeadLetter, ReplayDeadLetter
from schemas.envelope import CloudEvent, dataschema_of
from schemas.events import BY_DATA
from schemas.topics import DEAD_LETTER_RESOLUTIONS, commands

if TYPE_CHECKING:
    from goodorder.broker import Broker

SOURCE = "/goodorder/cli"

Command = ReplayDeadLetter | DiscardDeadLetter


def carry_out(
    broker: "Broker", letters: Sequence[DeadLetter], act: type[Command], actor: str, reason: str, patience: float
) -> Iterator[tuple[DeadLetter, DeadLetterResolved | None]]:
    """Publish one command a dead letter; yields the services' answers as they come.

    What was not answered after ``patience`` seconds comes last, with ``None``: the command stays on its topic and
    is carried out when the service is there again.
    """
    if not letters:
        return
    with broker.listening(DEAD_LETTER_RESOLUTIONS.name) as answers:
        asked: dict[str, DeadLetter] = {}
        for letter in letters:
            command = act(dead_letter_id=letter.id, actor=actor, reason=reason)
            event = _event(command)
            broker.publish(commands(letter.service).name, letter.id, event)
            asked[event.id] = letter
        for record in answers.until(monotonic() + patience):
            try:
                answer = resolution_in(record)
            except ValidationError:
                continue
            if answer.causationid in asked:
                yield asked.pop(answer.causationid), answer.data
            if not asked:
                return
    yield from ((letter, None) for letter in asked.values())


def _event(command: Command) -> CloudEvent[Command]:
    event_type = BY_DATA[type(command)].type
    identity = str(uuid.uuid4())
    return CloudEvent[Command](
        id=identity,
        source=SOURCE,
        type=event_type,
        subject=command.dead_letter_id,
        time=datetime.now(UTC),
        dataschema=dataschema_of(event_type),
        correlationid=identity,
        data=command,
    )
