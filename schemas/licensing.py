"""What is on file about a producer: licences, appointments, training, liability cover, each with its dates."""

from datetime import date

from pydantic import Field

from schemas.base import Contract
from schemas.codes import LineOfAuthority

StateCode = str
"""Two letters (USPS)."""


class Dated(Contract):
    """Something in force from a first to a last day, both included."""

    effective_from: date
    effective_to: date | None = None
    """The last day; absent while no end is known."""

    def holds_on(self, day: date) -> bool:
        return self.effective_from <= day <= (self.effective_to or date.max)


class License(Dated):
    """A state's licence for one line of insurance."""

    state: StateCode
    line: LineOfAuthority
    number: str | None = None


class Appointment(Dated):
    """A carrier's appointment of the producer in one state."""

    carrier: str
    """The carrier's id, as its folder is named."""
    state: StateCode


class Training(Contract):
    """A course that the producer completed."""

    course: str
    """The course's code, as the carriers' data names it: ``aml``."""
    completed_on: date
    expires_on: date | None = None
    """The last day on which it counts; absent when it does not expire."""

    def counts_on(self, day: date) -> bool:
        return self.completed_on <= day <= (self.expires_on or date.max)


class ErrorsAndOmissions(Dated):
    """The producer's own liability cover."""

    insurer: str | None = None


class ProducerRecord(Contract):
    """All that is on file about one producer."""

    agent_code: str = Field(min_length=1)
    npn: str = Field(pattern=r"^\d{1,10}$")
    """National producer number."""
    name: str
    licenses: tuple[License, ...] = ()
    appointments: tuple[Appointment, ...] = ()
    training: tuple[Training, ...] = ()
    errors_and_omissions: tuple[ErrorsAndOmissions, ...] = ()
