"""What a person may do about dead letters, and what is to be published for it; pure."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from schemas.base import Contract
from schemas.codes import DeadLetterCause
from schemas.dead_letter_events import CorrectDeadLetter, DeadLetterRevealed, DiscardDeadLetter, ReplayDeadLetter
from schemas.topics import PRIVATE_ACCESSES, commands
from services.chassis.errors import Outgoing
from services.console.letters.evidence import Deed, DeedKind, Failure
from services.console.letters.index import Letter, Status, Whole

TRIES_IN_VAIN = 3
"""So many replays that failed: one more changes nothing unless something was mended, so it must be asked for."""

LONGEST_REASON = 500

IN_WORDS: dict[str, str] = {
    DeadLetterCause.MALFORMED: "malformed event",
    DeadLetterCause.UNREADABLE_DOCUMENT: "unreadable document",
    DeadLetterCause.OBJECT_GONE: "document is gone",
    DeadLetterCause.WRONG_CARRIER: "wrong carrier",
    DeadLetterCause.UNKNOWN_CASE: "unknown case",
    DeadLetterCause.ILLEGAL_TRANSITION: "not allowed now",
    DeadLetterCause.MISSING_REFERENCE_DATA: "data not on file",
    DeadLetterCause.REJECTED_SEND: "broker refused event",
    DeadLetterCause.UNEXPECTED: "defect of ours",
}
"""Each cause as a person says it; one that is not here is shown as it is."""

REMEDIES: dict[str, str] = {
    DeadLetterCause.UNKNOWN_CASE: "Is the packet there by now? If it is: replay. If not: wait for it; or ask the sender"
    " for the right number, and give this one up.",
    DeadLetterCause.MALFORMED: "Put the record right, or have its sender publish it again and give this one up.",
    DeadLetterCause.WRONG_CARRIER: "Nothing was changed. Tell whoever said it, and give it up.",
    DeadLetterCause.ILLEGAL_TRANSITION: "Nothing was changed. Tell whoever said it, and give it up.",
    DeadLetterCause.UNREADABLE_DOCUMENT: "The agent has a mail that says what to do. Give it up when another file"
    " came.",
    DeadLetterCause.OBJECT_GONE: "Put the object back into the archive bucket (it is versioned), then replay.",
    DeadLetterCause.MISSING_REFERENCE_DATA: "Add what the message names, restart the service, then replay all of this"
    " cause.",
    DeadLetterCause.REJECTED_SEND: "Raise GOODORDER_LARGEST_EVENT and the topics' max.message.bytes, restart, replay.",
    DeadLetterCause.UNEXPECTED: "A defect of ours. Was something deployed today? Roll it back, then replay. Else call a"
    " developer; it keeps.",
}
"""How to mend each cause, as ``docs/runbook.md`` has it."""


class Refused(Exception):
    """What was asked cannot be done. ``message`` says why, ``remedy`` what can be done instead."""

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy


@dataclass(frozen=True)
class Plan:
    """What a bulk command is about to do; showing it is the dry run, publishing its commands is the deed."""

    to_do: tuple[Letter, ...]
    held_back: tuple[Letter, ...] = ()
    """Replayed in vain so often that they are left out, until somebody asks for them all the same."""
    left_over: int = 0
    """How many more are meant than the limit lets through."""


def plan_replay(meant: Sequence[Letter], again: bool = False, limit: int | None = None) -> Plan:
    """Which to replay, the oldest first, without those that were replayed in vain too often."""
    held_back = () if again else tuple(letter for letter in meant if letter.replay_count >= TRIES_IN_VAIN)
    rest = [letter for letter in meant if letter not in held_back]
    return Plan(tuple(rest[:limit]), held_back, len(rest) - len(rest[:limit]))


def plan_discard(meant: Sequence[Letter], limit: int | None = None) -> Plan:
    """Which to give up, the oldest first."""
    return Plan(tuple(meant[:limit]), (), len(meant) - len(meant[:limit]))


def the_one(found: Sequence[Letter], beginning: str) -> Letter:
    """The one whose id begins so, of what :func:`..index.whose_id_begins` found. Raises :class:`Refused`."""
    if not beginning.strip() or not found:
        raise Refused(f"There is no dead letter {beginning}.", "`goodorder dead-letters list --all` shows all of them.")
    if len(found) > 1:
        raise Refused(f"Several dead letters begin with {beginning}.", "Give more of its id.")
    return found[0]


def require_open(letter: Letter) -> None:
    """Raises :class:`Refused` for one that was dealt with already."""
    if letter.status is not Status.OPEN:
        raise Refused(f"Dead letter {letter.id[:8]} was {letter.status} already.", "Only what is open can be acted on.")


def replay(letter: Letter, actor: str, reason: str) -> Outgoing:
    """The command to the service that failed, and to nobody else."""
    return _command(letter, ReplayDeadLetter(dead_letter_id=letter.id, actor=actor, reason=checked_reason(reason)))


def discard(letter: Letter, actor: str, reason: str) -> Outgoing:
    return _command(letter, DiscardDeadLetter(dead_letter_id=letter.id, actor=actor, reason=checked_reason(reason)))


def correct(letter: Letter, actor: str, reason: str, value: str) -> Outgoing:
    """The command to try again with another value, one that :func:`..correcting.check` let pass."""
    said = CorrectDeadLetter(dead_letter_id=letter.id, actor=actor, reason=checked_reason(reason), value=value)
    return _command(letter, said)


def reveal(letter: Letter, actor: str, reason: str, now: datetime) -> Outgoing:
    """The word that a person looks at the value unmasked: published before it is shown."""
    seen = DeadLetterRevealed(dead_letter_id=letter.id, actor=actor, reason=checked_reason(reason), seen_at=now)
    return Outgoing(PRIVATE_ACCESSES, letter.id, seen)


def checked_reason(reason: str) -> str:
    """The reason in one line. Raises :class:`Refused` for none, and for one that is too long to be read."""
    said = " ".join(reason.split())
    if not said:
        raise Refused("A reason is needed.", 'Say why, for the record: --reason "the carrier corrected its data"')
    if len(said) > LONGEST_REASON:
        raise Refused(f"The reason has {len(said)} characters.", f"Say it in {LONGEST_REASON}.")
    return said


def _command(letter: Letter, asked: Contract) -> Outgoing:
    return Outgoing(commands(letter.service), letter.id, asked)


# --- what there is, by age; what happened to one -----------------------------------------------------------

AGES: tuple[tuple[str, timedelta], ...] = (
    ("under an hour", timedelta(hours=1)),
    ("under a day", timedelta(days=1)),
    ("under a week", timedelta(weeks=1)),
)
OLDER = "a week or more"


def by_age(count_failed_before: Callable[[datetime], int], now: datetime) -> tuple[tuple[str, int], ...]:
    """How many open ones there are of each age, the youngest first; the argument counts what failed before a time."""
    older = [count_failed_before(now + timedelta(seconds=1)), *(count_failed_before(now - age) for _, age in AGES)]
    names = [name for name, _ in AGES]
    between = zip(names, older, older[1:], strict=False)
    return (*((name, more - fewer) for name, more, fewer in between), (OLDER, older[-1]))


@dataclass(frozen=True)
class Entry:
    """One line of a dead letter's history."""

    at: datetime
    what: str
    who: str
    why: str
    before: bytes | None = None
    after: bytes | None = None
    """Of a correction: the value as it was and as a person made it."""

    @property
    def is_correction(self) -> bool:
        return self.after is not None


_DEEDS = {
    DeedKind.ASKED_REPLAY: "replay asked",
    DeedKind.ASKED_DISCARD: "discard asked",
    DeedKind.ASKED_CORRECTION: "correction asked",
    DeedKind.REPLAYED: "replayed, it went through",
    DeedKind.FAILED_AGAIN: "failed again",
    DeedKind.DISCARDED: "discarded",
    DeedKind.REVEALED: "looked at unmasked",
}


def history(whole: Whole) -> tuple[Entry, ...]:
    """Everything that happened to a dead letter, oldest first: its failures, who did what and why, what came of it."""
    told = [
        *(_failed(failure) for failure in whole.failures),
        *(_done(deed, whole.failures) for deed in whole.deeds),
    ]
    return tuple(sorted(told, key=lambda entry: entry.at))


def _failed(failure: Failure) -> Entry:
    cause = IN_WORDS.get(failure.cause, failure.cause)
    return Entry(failure.failed_at, f"failed: {cause}", failure.service, failure.message)


def _done(deed: Deed, failures: Iterable[Failure]) -> Entry:
    what = _DEEDS[deed.kind] + (f", {deed.detail}" if deed.detail else "")
    if deed.kind is not DeedKind.ASKED_CORRECTION:
        return Entry(deed.at, what, deed.actor, deed.reason)
    earlier = [failure.record.value for failure in failures if failure.failed_at <= deed.at]
    return Entry(deed.at, what, deed.actor, deed.reason, earlier[-1] if earlier else None, deed.value)
