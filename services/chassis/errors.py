"""The kinds of failure a handler may speak of, and how an unknown one is described without personal data."""

import traceback
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from pydantic import ValidationError
from sqlalchemy.engine import Connection

from schemas.base import Contract
from schemas.codes import DeadLetterCause
from schemas.topics import Topic
from services.chassis.fault_words import in_words


@dataclass(frozen=True)
class Outgoing:
    """An event that a handler wants published: its topic, its key (the subject) and its data."""

    topic: Topic
    subject: str
    data: Contract
    reader: str | None = None
    """The outside party that it is for, e.g. ``carriers/aldermoor``: private values are sealed for it."""


class Transient(Exception):
    """A dependency is down or slow: wait and try again, for as long as it takes. The message names it."""


class Permanent(Exception):
    """This event can never succeed: to the dead letters at once.

    ``message`` says what happened, to what, and what to do; it holds no personal data. ``tell`` writes what the
    service keeps of it and gives the events that tell others, in the transaction that makes the record a dead letter.
    """

    def __init__(
        self,
        cause: DeadLetterCause,
        message: str,
        tell: Callable[[Connection], Iterable[Outgoing]] = lambda _: (),
    ) -> None:
        super().__init__(message)
        self.cause = cause
        self.message = message
        self.tell = tell


class Stopped(Exception):
    """The consumer was stopped by a flood of failures; a person has to look and start it again."""


def describe(error: BaseException) -> str:
    """What went wrong, without the values it went wrong with: those may be somebody's."""
    if isinstance(error, Permanent | Transient):
        return str(error)
    if isinstance(error, ValidationError):
        return in_words(error)
    return type(error).__name__


def stack_of(error: BaseException, limit: int = 8192) -> str:
    """Files, lines and functions of a failure, without its message; the last ``limit`` characters."""
    frames = traceback.extract_tb(error.__traceback__)
    lines = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
    return "\n".join([*lines, type(error).__name__])[-limit:]
