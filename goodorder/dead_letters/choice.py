"""Which dead letters a command is about: by abbreviated id, by cause, by service."""

from collections.abc import Iterable, Sequence

from goodorder.dead_letters.evidence import DeadLetter, Status
from goodorder.faults import Fault


def by_id(letters: Sequence[DeadLetter], abbreviated: str) -> DeadLetter:
    """The one dead letter whose id begins so."""
    wanted = abbreviated.strip().lower()
    found = [letter for letter in letters if letter.id.lower().startswith(wanted)]
    if not wanted or not found:
        raise Fault(f"There is no dead letter {abbreviated}.", "`goodorder dead-letters list --all` shows all of them.")
    if len(found) > 1:
        raise Fault(f"{len(found)} dead letters begin with {abbreviated}.", "Give more of its id.")
    return found[0]


def to_act_on(
    letters: Sequence[DeadLetter],
    ids: Iterable[str],
    cause: str | None,
    every: bool,
    service: str | None,
    limit: int | None,
) -> tuple[DeadLetter, ...]:
    """The open ones that are meant, oldest first. Raises :class:`Fault` when it is not said which."""
    named = list(dict.fromkeys(ids))
    if not named and cause is None and not every:
        raise Fault("Which dead letters?", "Name their ids, or say --cause CAUSE or --all.")
    if named and (every or cause is not None):
        raise Fault("Name ids, or say --cause or --all: not both.")
    if named:
        chosen = [by_id(letters, identity) for identity in named]
        done = next((letter for letter in chosen if letter.status is not Status.OPEN), None)
        if done:
            raise Fault(f"Dead letter {done.id[:8]} was {done.status} already.", "Only what is open can be acted on.")
    else:
        chosen = [letter for letter in letters if letter.status is Status.OPEN]
    chosen = [
        letter
        for letter in dict.fromkeys(chosen)
        if (cause is None or letter.cause == cause) and (service is None or letter.service == service)
    ]
    return tuple(chosen[:limit])
