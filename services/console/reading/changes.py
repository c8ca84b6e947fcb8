"""What changed between two versions of an application: value by value, in words printed on the form."""

from dataclasses import dataclass

from schemas.application import Application
from services.console.reading.values import values


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
    labels = {at: value.label for at, value in (old | new).items()}
    shown = [
        Change(at, labels[at], old[at].shown if at in old else "", new[at].shown if at in new else "")
        for at in dict.fromkeys((*new, *old))
    ]
    return tuple(change for change in shown if change.before != change.after)
