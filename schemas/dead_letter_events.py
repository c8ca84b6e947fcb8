"""Dead letters: what people ask of a service about one, what became of it, and the word that one began a kind."""

from pydantic import Field

from schemas.base import Contract, UtcDatetime
from schemas.codes import ResolutionOutcome


class ReplayDeadLetter(Contract):
    """Ask the service that failed to try a dead letter again, from the bytes it kept."""

    dead_letter_id: str
    actor: str
    reason: str


class DiscardDeadLetter(Contract):
    """Give a dead letter up, and let go what waits behind it."""

    dead_letter_id: str
    actor: str
    reason: str


class CorrectDeadLetter(Contract):
    """Ask the service that failed to try a dead letter again with a value that a person corrected."""

    dead_letter_id: str
    actor: str
    reason: str
    value: str
    """The record's value as it should have been: a CloudEvent in JSON. Key and headers stay as they were."""


class DeadLetterResolved(Contract):
    """What became of a dead letter: the audit of who did what."""

    dead_letter_id: str
    service: str
    outcome: ResolutionOutcome
    actor: str
    reason: str
    detail: str | None = None
    resolved_at: UtcDatetime


class DeadLetterRevealed(Contract):
    """A person looked at a dead letter's value unmasked."""

    dead_letter_id: str
    actor: str
    reason: str
    seen_at: UtcDatetime


class DeadLettersBegan(Contract):
    """The first open dead letter of a kind, a service and a cause: somebody should look."""

    service: str
    cause: str
    dead_letter_id: str
    message: str
    """What happened, without anything personal."""
    open: int = Field(ge=1)
    """How many of the kind were open when it was noticed."""
    failed_at: UtcDatetime
