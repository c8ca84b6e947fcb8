"""Shows dead letters: as a list, in counts, one in full, its history, and what came of a command."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from goodorder.screen import counted, facts, in_short, listing, moment, readable
from schemas.codes import ResolutionOutcome
from schemas.dead_letter_events import DeadLetterResolved
from services.console.letters.desk import IN_WORDS, TRIES_IN_VAIN, Entry
from services.console.letters.evidence import Failure
from services.console.letters.index import Kind, Letter, Status, Whole
from services.console.letters.masking import MASKED, Change, changes, masked_header, masked_key, masked_payload

_STYLE_OF = {Status.OPEN: "open", Status.REPLAYED: "good", Status.DISCARDED: "quiet"}

Ages = Sequence[tuple[str, int]]


def as_list(letters: Sequence[Letter], now: datetime) -> Group:
    """A table, the oldest first, and how many of each cause."""
    some_done = any(letter.status is not Status.OPEN for letter in letters)
    columns = ("ID", "Service", "Cause", "About", "Age", "Replays", *(("Status",) if some_done else ()))
    table = listing(*columns, right=("Age", "Replays"), wrap=("Cause",))
    for letter in letters:
        cells: list[RenderableType] = [
            readable(letter.id[:8], "bold"),
            readable(letter.service),
            readable(in_words(letter.cause)),
            readable(_about(letter)),
            in_short(now - letter.first_failed_at),
            str(letter.replay_count),
        ]
        if some_done:
            cells.append(readable(letter.status, _STYLE_OF[letter.status]))
        table.add_row(*cells)
    return Group(table, Text(), by_cause(letters))


def by_cause(letters: Iterable[Letter]) -> Text:
    """``3 open: 2 unknown case (unknown_case), 1 malformed event (malformed).``"""
    causes = Counter(letter.cause for letter in letters if letter.status is Status.OPEN)
    if not causes:
        return Text("None is open.")
    listed = ", ".join(f"{number} {in_words(cause)} ({cause})" for cause, number in causes.most_common())
    return readable(f"{causes.total()} open: {listed}.")


def as_counts(kinds: Sequence[Kind], ages: Ages, now: datetime) -> Group:
    """What is open by service and cause, then by age."""
    table = listing("Service", "Cause", "Code", "Open", "Oldest", right=("Open", "Oldest"), wrap=("Cause",))
    for kind in kinds:
        oldest = in_short(now - kind.oldest)
        table.add_row(kind.service, readable(in_words(kind.cause)), readable(kind.cause), str(kind.open), oldest)
    total = sum(kind.open for kind in kinds)
    by_age = ", ".join(f"{number} {age}" for age, number in ages if number)
    return Group(table, Text(), Text(f"{total} open: {by_age}."))


def counts_for_machines(kinds: Sequence[Kind], ages: Ages, now: datetime) -> dict[str, Any]:
    return {
        "open": sum(kind.open for kind in kinds),
        "kinds": [
            {
                "service": kind.service,
                "cause": kind.cause,
                "open": kind.open,
                "oldest_age_seconds": int((now - kind.oldest).total_seconds()),
            }
            for kind in kinds
        ],
        "ages": dict(ages),
    }


def in_full(whole: Whole, now: datetime, unmasked: bool = False) -> RenderableType:
    """Everything but what is personal; ``unmasked``: that too."""
    letter, latest = whole.letter, whole.latest
    head = facts(
        ("Dead letter", readable(letter.id, "bold")),
        ("Status", readable(letter.status, _STYLE_OF[letter.status])),
        ("Service", letter.service),
        ("Cause", f"{in_words(letter.cause)} ({letter.cause})"),
        ("What happened", readable(letter.message) if letter.message else None),
        ("Record", letter.original),
        ("Evidence", latest.record.coordinates),
        ("Key", _unmasked(latest.record.key) if unmasked else masked_key(latest.record.key)),
        ("Failed", f"{moment(letter.failed_at)}, {in_short(now - letter.failed_at)} ago"),
        ("Tries", str(letter.attempts)),
        ("Replayed", counted(letter.replay_count, "time") if letter.replay_count else None),
        ("Exception", latest.exception or None),
    )
    parts: list[RenderableType] = [head]
    if latest.stack:
        parts += [_title("Where it failed"), readable(latest.stack, "quiet")]
    if latest.original_headers:
        parts += [_title("Headers of the original record"), _headers(latest, unmasked)]
    if unmasked:
        parts += [_title("Value, unmasked: that you looked is kept"), readable(_unmasked(latest.record.value))]
    else:
        parts += [_title(f"Value (masked: {MASKED})"), readable(masked_payload(latest.record.value))]
    if whole.deeds:
        parts.append(Text(f"\nWhat was done: goodorder dead-letters history {letter.id[:8]}"))
    if letter.status is Status.OPEN:
        parts += [_title("What you can do"), _choices(letter)]
    return Group(*parts)


def as_history(letter: Letter, entries: Iterable[Entry]) -> Group:
    """Who did what about it and why, and what came of it."""
    table = listing("When (UTC)", "What", "Who", "Why", wrap=("Why",))
    for entry in entries:
        table.add_row(f"{entry.at:%Y-%m-%d %H:%M:%S}", readable(entry.what), readable(entry.who), readable(entry.why))
        if entry.is_correction:
            for change in changes(entry.before, entry.after):
                table.add_row("", "", "", _change(change))
    heading = readable(f"{letter.id}  {letter.service}, {in_words(letter.cause)}: {letter.status}", "bold")
    return Group(heading, Text(), table)


def as_changes(told: Iterable[Change]) -> Group:
    """What a correction changes, masked."""
    return Group(Text("Before and after (masked):"), *(Text("  ") + _change(change) for change in told))


def as_held_back(letters: Sequence[Letter]) -> Text:
    ids = ", ".join(letter.id[:8] for letter in letters)
    return readable(
        f"Left out, replayed {TRIES_IN_VAIN} times or more in vain: {ids}. If something was mended since, say --again.",
        "open",
    )


def outcome(letter: Letter, answer: DeadLetterResolved | None) -> Text:
    """What became of one command, in a line."""
    subject = f"{letter.id[:8]}  {letter.service}, {in_words(letter.cause)}: "
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


def for_machines(letter: Letter, now: datetime) -> dict[str, Any]:
    """One dead letter as JSON; holds no payload."""
    return {
        "id": letter.id,
        "service": letter.service,
        "status": letter.status,
        "cause": letter.cause,
        "message": letter.message,
        "about": letter.about,
        "record": letter.original,
        "attempts": letter.attempts,
        "replay_count": letter.replay_count,
        "first_failed_at": letter.first_failed_at.isoformat(),
        "failed_at": letter.failed_at.isoformat(),
        "age_seconds": int((now - letter.first_failed_at).total_seconds()),
    }


def in_words(cause: str) -> str:
    return IN_WORDS.get(cause, cause)


def _about(letter: Letter) -> str:
    return f"document {letter.about[:10]}" if len(letter.about) == 64 else letter.about


def _choices(letter: Letter) -> RenderableType:
    short = letter.id[:8]
    return facts(
        ("once mended", f'goodorder dead-letters replay {short} --reason "..."'),
        ("put it right", f'goodorder dead-letters export {short} FILE --reason "..."'),
        ("give it up", f'goodorder dead-letters discard {short} --reason "..."'),
    )


def _headers(failure: Failure, unmasked: bool) -> RenderableType:
    return facts(
        *(
            (_header_name(name), _unmasked(value) if unmasked else masked_header(name, value))
            for name, value in failure.original_headers
        )
    )


def _unmasked(value: bytes | None) -> str:
    if value is None:
        return "(none)"
    text = value.decode("utf-8", "replace")
    try:
        return json.dumps(json.loads(text), ensure_ascii=False, indent=2) if text.startswith("{") else text
    except (ValueError, RecursionError):
        return text


def _change(change: Change) -> Text:
    before = "(absent)" if change.before is None else change.before
    after = "(absent)" if change.after is None else change.after
    return readable(f"{change.path}: ") + readable(before, "bad") + readable(" → ") + readable(after, "good")


def _title(words: str) -> Text:
    return Text(f"\n{words}", style="bold")


def _header_name(name: str) -> str:
    return name if len(name) <= 40 and name.isascii() and name.isprintable() else MASKED
