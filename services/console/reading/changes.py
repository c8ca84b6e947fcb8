"""What changed between two versions of an application: value by value, in words printed on the form; that a private
value changed is told, and not what it was."""

from dataclasses import dataclass

from schemas.application import Application
from services.console.reading.values import Value, covered, values


@dataclass(frozen=True)
class Change:
    at: str
    label: str
    before: str
    after: str


def changes(before: Application, after: Application) -> tuple[Change, ...]:
    """Every value that is not the same, in the order of the newer version."""
    old = {value.at: value for value in values(before)}
    new = {value.at: value for value in values(after)}
    differ = [at for at in dict.fromkeys((*new, *old)) if _shown(old.get(at)) != _shown(new.get(at))]
    return tuple(_change(at, old.get(at), new.get(at)) for at in differ)


def _change(at: str, old: Value | None, new: Value | None) -> Change:
    label = next(value.label for value in (new, old) if value)
    return Change(at, label, *(_shown(covered(value) if value else None) for value in (old, new)))


def _shown(value: Value | None) -> str:
    return value.shown if value else ""
