"""Shows dead letters: as a list, one in full, and what came of a command."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from goodorder.dead_letters.evidence import DeadLetter, Status
from goodorder.screen import counted, facts, in_short, listing, moment, readable
from schemas.codes import ResolutionOutcome
from schemas.dead_letter_events import DeadLetterResolved
from services.console.letters.masking import MASKED, masked_header, masked_key, masked_payload

_STYLE_OF = {Status.OPEN: "open", Status.REPLAYED: "good", Status.DISCARDED: "quiet"}


def as_list(letters: Sequence[DeadLetter], now: datetime) -> Group:
    """A table, the oldest first, and how many of each cause."""
    some_done = any(letter.status is not Status.OPEN for letter in letters)
    columns = ("ID", "Service", "Cause", "About", "Age", "Tries", *(("Status",) if some_done else ()))
    table = listing(*columns, right=("Age", "Tries"), wrap=("Cause",))
    for letter in letters:
        cells: list[RenderableType] = [
            readable(letter.id[:8], "bold"),
            readable(letter.service),
            readable(letter.cause_in_words),
            readable(_about(letter)),
            in_short(now - letter.failed_at),
            str(letter.attempts),
        ]
        if some_done:
            cells.append(readable(letter.status, _STYLE_OF[letter.status]))
        table.add_row(*cells)
    return Group(table, Text(), by_cause(letters))


def by_cause(letters: Iterable[DeadLetter]) -> Text:
    """``3 open: 2 unknown case (unknown_case), 1 malformed event (malformed).``"""
    waiting = [letter for letter in letters if letter.status is Status.OPEN]
    if not waiting:
        return Text("None is open.")
    causes = Counter((letter.cause_in_words, letter.cause) for letter in waiting)
    listed = ", ".join(f"{number} {words} ({code})" for (words, code), number in causes.most_common())
    return Text(f"{len(waiting)} open: {listed}.")


def in_full(letter: DeadLetter, now: datetime) -> RenderableType:
    """Everything but what is personal."""
    head = facts(
        ("Dead letter", readable(letter.id, "bold")),
        ("Status", readable(letter.status, _STYLE_OF[letter.status])),
        ("Service", letter.service),
        ("Cause", f"{letter.cause_in_words} ({letter.cause})"),
        ("What happened", readable(letter.message) if letter.message else None),
        ("Record", letter.original),
        ("Key", masked_key(letter.record.key)),
        ("Failed", f"{moment(letter.failed_at)}, {in_short(now - letter.failed_at)} ago"),
        ("Tries", str(letter.attempts)),
        ("Replayed", counted(letter.replay_count, "time") if letter.replay_count else None),
        ("Exception", letter.exception or None),
    )
    parts: list[RenderableType] = [head]
    if letter.stack:
        parts += [_title("Where it failed"), readable(letter.stack, "quiet")]
    if letter.original_headers:
        shown = facts(*((_header_name(name), masked_header(name, value)) for name, value in letter.original_headers))
        parts += [_title("Headers of the original record"), shown]
    parts += [_title(f"Value (masked: {MASKED})"), readable(masked_payload(letter.record.value))]
    if letter.resolutions:
        parts += [_title("What was done"), *(_resolution(resolved) for resolved in letter.resolutions)]
    if letter.status is Status.OPEN:
        parts += [
            _title("What you can do"),
            facts(
                ("once mended", f'goodorder dead-letters replay {letter.id[:8]} --reason "..."'),
                ("give it up", f'goodorder dead-letters discard {letter.id[:8]} --reason "..."'),
            ),
        ]
    return Group(*parts)


def outcome(letter: DeadLetter, answer: DeadLetterResolved | None) -> Text:
    """What became of one command, in a line."""
    subject = f"{letter.id[:8]}  {letter.service}, {letter.cause_in_words}: "
    if answer is None:
        return readable(subject) + readable(
            f"{letter.service} has not answered. The command waits for it; look again with `dead-letters list`.", "open"
        )
    said = {
        ResolutionOutcome.REPLAYED: ("replayed, it went through", "good"),
        ResolutionOutcome.FAILED_AGAIN: ("failed again, it stays open", "bad"),
        ResolutionOutcome.DISCARDED: ("discarded", "good"),
    }
    return readable(subject) + readable(*said[answer.outcome])


def for_machines(letter: DeadLetter, now: datetime) -> dict[str, Any]:
    """One dead letter as JSON; holds no payload."""
    return {
        "id": letter.id,
        "service": letter.service,
        "status": letter.status,
        "cause": letter.cause,
        "message": letter.message,
        "about": _about(letter),
        "record": letter.original,
        "attempts": letter.attempts,
        "replay_count": letter.replay_count,
        "first_failed_at": letter.first_failed_at.isoformat(),
        "failed_at": letter.failed_at.isoformat(),
        "age_seconds": int((now - letter.failed_at).total_seconds()),
        "resolutions": [resolved.model_dump(mode="json") for resolved in letter.resolutions],
    }


def _about(letter: DeadLetter) -> str:
    key = masked_key(letter.record.key)
    return f"document {key[:10]}" if len(key) == 64 else key


def _resolution(resolved: DeadLetterResolved) -> Text:
    detail = f" ({resolved.detail})" if resolved.detail else ""
    return readable(
        f"{moment(resolved.resolved_at)}  {resolved.outcome.replace('_', ' ')} by {resolved.actor}: "
        f"{resolved.reason}{detail}"
    )


def _title(words: str) -> Text:
    return Text(f"\n{words}", style="bold")


def _header_name(name: str) -> str:
    return name if len(name) <= 40 and name.isascii() and name.isprintable() else MASKED
