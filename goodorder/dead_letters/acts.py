"""What ``goodorder dead-letters`` does: asks the index, lets the desk decide, publishes, and tells what came of it."""

import getpass
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import typer
from sqlalchemy.engine import Connection

from goodorder.dead_letters import report
from goodorder.dead_letters.command import carry_out, event_of
from goodorder.dead_letters.reading import letters_of
from goodorder.faults import Fault
from goodorder.house import House
from goodorder.screen import as_json, counted, page
from schemas.codes import ResolutionOutcome
from schemas.topics import SERVICES
from services.chassis.errors import Outgoing
from services.console.letters import correcting, desk, index
from services.console.letters.desk import Plan, Refused
from services.console.letters.index import Letter, Status, Wanted, Whole

_LARGEST_FILE = 4_000_000


@dataclass(frozen=True)
class Meant:
    """Which dead letters a command is about, as a person said it."""

    ids: tuple[str, ...]
    cause: str | None
    every: bool
    service: str | None


@dataclass(frozen=True)
class How:
    """How a command is carried out."""

    reason: str
    dry_run: bool
    patience: float
    """Seconds to wait for the services' answers."""
    from_kafka: bool


def wanted(every: bool, service: str | None, cause: str | None, case: str | None) -> Wanted:
    return Wanted(None if every else Status.OPEN, _service(service), cause, case)


def list_them(house: House, which: Wanted, machine: bool, from_kafka: bool) -> None:
    with letters_of(house, from_kafka) as db:
        letters = index.list_letters(db, which)
    now = datetime.now(UTC)
    if machine:
        page().out(as_json([report.for_machines(letter, now) for letter in letters]))
    elif letters:
        page().print(report.as_list(letters, now))
        page().print("Look at one: goodorder dead-letters show ID")
    else:
        page().print("No dead letters." if which.status is None else "No open dead letters.")


def count_them(house: House, machine: bool, from_kafka: bool) -> None:
    now = datetime.now(UTC)
    with letters_of(house, from_kafka) as db:
        kinds = index.kinds(db)
        ages = desk.by_age(lambda before: index.count_letters(db, Wanted(failed_before=before)), now)
    if machine:
        page().out(as_json(report.counts_for_machines(kinds, ages, now)))
    elif kinds:
        page().print(report.as_counts(kinds, ages, now))
    else:
        page().print("No open dead letters.")


def show(house: House, identity: str, reveal_because: str | None, from_kafka: bool) -> None:
    whole = _whole(house, identity, from_kafka)
    if reveal_because is not None:
        _write_down(house, whole.letter, reveal_because)
    page().print(report.in_full(whole, datetime.now(UTC), reveal_because is not None))


def history(house: House, identity: str, from_kafka: bool) -> None:
    whole = _whole(house, identity, from_kafka)
    page().print(report.as_history(whole.letter, desk.history(whole)))


def replay(house: House, meant: Meant, how: How, again: bool, limit: int | None) -> None:
    with _refusals(), letters_of(house, how.from_kafka) as db:
        plan = desk.plan_replay(_meant(db, meant), again, limit)
    _carry_out(house, plan, "replay", how, desk.replay)


def discard(house: House, meant: Meant, how: How, limit: int | None) -> None:
    with _refusals(), letters_of(house, how.from_kafka) as db:
        plan = desk.plan_discard(_meant(db, meant), limit)
    _carry_out(house, plan, "discard", how, desk.discard)


def export(house: House, identity: str, file: Path, reason: str, from_kafka: bool) -> None:
    whole = _whole(house, identity, from_kafka)
    if file.exists():
        raise Fault(f"{file} is there already.", "Name a file that is not, or remove it.")
    _write_down(house, whole.letter, reason)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as out:
        out.write(correcting.to_edit(whole.latest))
    page().print(f"Written to {file}, unmasked, for your eyes only. Correct it there, then:")
    page().print(f'  goodorder dead-letters correct {whole.letter.id[:8]} {file} --reason "..." --dry-run')


def correct(house: House, identity: str, file: Path, how: How) -> None:
    whole = _whole(house, identity, how.from_kafka)
    with _refusals():
        desk.require_open(whole.letter)
        value, changes = correcting.check(whole.latest, _read(file))
    page().print(report.as_changes(changes))
    _carry_out(
        house,
        Plan((whole.letter,)),
        "correct",
        how,
        lambda letter, actor, reason: desk.correct(letter, actor, reason, value),
    )


# --- what they share --------------------------------------------------------------------------------------


@contextmanager
def _refusals() -> Iterator[None]:
    """What the desk refuses is a fault that the person at the terminal can mend."""
    try:
        yield
    except Refused as refused:
        raise Fault(refused.message, refused.remedy) from None


def _whole(house: House, identity: str, from_kafka: bool) -> Whole:
    with _refusals(), letters_of(house, from_kafka) as db:
        whole = index.whole(db, _one(db, identity).id)
    if whole is None:
        raise Fault(f"Dead letter {identity} is gone from the index.", "Ask again: it may be filled anew just now.")
    return whole


def _one(db: Connection, identity: str) -> Letter:
    return desk.the_one(index.whose_id_begins(db, identity.strip()), identity)


def _meant(db: Connection, meant: Meant) -> tuple[Letter, ...]:
    """The open ones that are meant, oldest first. Raises :class:`Refused` when it is not said which."""
    if not meant.ids and meant.cause is None and not meant.every:
        raise Refused("Which dead letters?", "Name their ids, or say --cause CAUSE or --all.")
    if not meant.ids:
        return index.list_letters(db, Wanted(service=_service(meant.service), cause=meant.cause))
    if meant.cause is not None or meant.every or meant.service is not None:
        raise Refused("Name ids, or say --cause, --service or --all: not both.")
    named = tuple(dict.fromkeys(_one(db, identity) for identity in meant.ids))
    for letter in named:
        desk.require_open(letter)
    return named


def _carry_out(house: House, plan: Plan, verb: str, how: How, command: Callable[[Letter, str, str], Outgoing]) -> None:
    """Publish the command about each, and tell each outcome; ends with 1 unless all went through."""
    actor = getpass.getuser()
    with _refusals():
        asked = {letter: command(letter, actor, how.reason) for letter in plan.to_do}
        desk.checked_reason(how.reason)
    if plan.held_back:
        page().print(report.as_held_back(plan.held_back))
    if not asked:
        page().print(f"Nothing to {verb}: no open dead letter is meant.")
        raise typer.Exit(1 if plan.held_back else 0)
    if how.dry_run:
        page().print(report.as_list(plan.to_do, datetime.now(UTC)))
        left = f" {plan.left_over} more are beyond the limit." if plan.left_over else ""
        page().print(f"Dry run: {counted(len(asked), 'dead letter')} to {verb}, nothing was done.{left}")
        return
    well = not plan.held_back
    for letter, answer in carry_out(house.broker(), asked, how.patience):
        page().print(report.outcome(letter, answer))
        well &= answer is not None and answer.outcome is not ResolutionOutcome.FAILED_AGAIN
    if plan.left_over:
        page().print(f"{plan.left_over} more are beyond the limit.")
    if not well:
        raise typer.Exit(1)


def _write_down(house: House, letter: Letter, reason: str) -> None:
    """Who looks at what is personal, and why, before it is shown."""
    with _refusals():
        seen = desk.reveal(letter, getpass.getuser(), reason, datetime.now(UTC))
    house.broker().publish(seen.topic.name, seen.subject, event_of(seen))


def _read(file: Path) -> str:
    try:
        if file.stat().st_size > _LARGEST_FILE:
            raise Fault(f"{file} is too large to be an event.")
        return file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Fault(f"{file} cannot be read: {error}", "`goodorder dead-letters export ID FILE` writes it.") from None


def _service(name: str | None) -> str | None:
    if name is not None and name not in SERVICES:
        raise Fault(f"There is no service {name}.", f"Services: {', '.join(SERVICES)}.")
    return name
