"""Asks Kafka again while it says that it cannot answer just now, as a broker does that has just come back."""

from collections.abc import Callable
from time import monotonic, sleep
from typing import TypeVar

from kafka.errors import KafkaError

Answer = TypeVar("Answer")

_PAUSE = 0.1


def patiently(ask: Callable[[], Answer], seconds: float = 60.0) -> Answer:
    """The answer. Asked again while the error is of those that pass by themselves (a coordinator that still loads,
    a leader that is not chosen yet); raises the last of them at the deadline, and any other at once.
    """
    deadline = monotonic() + seconds
    while True:
        try:
            return ask()
        except KafkaError as error:
            if not getattr(error, "retriable", False) or monotonic() > deadline:
                raise
            sleep(_PAUSE)
