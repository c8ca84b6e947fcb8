"""Checks packets on this machine as the house would: the same reader and the same rules, no case, nothing sent."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from goodorder.dropping import read_file
from goodorder.faults import Fault
from schemas.application import Application
from schemas.carrier import Carrier, CarrierDataError, Carriers
from schemas.codes import RefusalCause, Severity, Verdict
from schemas.file_events import DocumentSeen
from schemas.finding_events import Finding
from schemas.ids import document_id
from services.intake.reading.page_reading import Reading, Refused, Unpacked
from services.intake.reading.refusing import refusal
from services.validation.can_sell import Standing
from services.validation.good_order import check
from services.validation.verdict import verdict_of

ReadPages = Callable[[bytes, str], Reading | Refused | Unpacked]
"""Reads a document; given its bytes and its id."""


@dataclass(frozen=True)
class Checked:
    """One application that could be read and judged."""

    file: Path
    document_id: str
    page_count: int
    """Of the file."""
    carrier: Carrier
    application: Application
    findings: tuple[Finding, ...]
    seen: DocumentSeen | None = None
    """What kind of file it is."""
    place: int = 1
    of: int = 1
    """Which of the file's applications it is: a file may hold those of several people or carriers."""

    @property
    def verdict(self) -> Verdict:
        return verdict_of(self.findings)

    @property
    def to_fix(self) -> tuple[Finding, ...]:
        """What keeps the packet from being in good order."""
        return tuple(finding for finding in self.findings if finding.severity in (Severity.BLOCK, Severity.NIGO))


@dataclass(frozen=True)
class Unreadable:
    """One packet that nobody can read or judge, and what to do about it."""

    file: Path
    document_id: str
    cause: str
    message: str


def check_packet(
    file: Path, read: ReadPages, carriers: Carriers, received_on: date, standing: Standing | None = None
) -> list[Checked | Unreadable]:
    """Read and judge each application of one file, or of each file in it; without a ``standing`` nobody asks whether
    the agent may sell.

    Raises :class:`Fault` when the file cannot be opened on this machine."""
    content = read_file(file)
    identity = document_id(content)
    reading = read(content, identity)
    if not isinstance(reading, Unpacked):
        return _judged(file, identity, reading, carriers, received_on, standing)
    found: list[Checked | Unreadable] = []
    for member in reading.members:
        identity = document_id(member.content)
        inner = read(member.content, identity)
        if isinstance(inner, Unpacked):
            inner = refusal(RefusalCause.NESTED_ARCHIVE)
        found += _judged(file / member.name, identity, inner, carriers, received_on, standing)
    return found


def _judged(
    file: Path,
    identity: str,
    reading: Reading | Refused,
    carriers: Carriers,
    received_on: date,
    standing: Standing | None,
) -> list[Checked | Unreadable]:
    if isinstance(reading, Refused):
        return [Unreadable(file, identity, reading.cause, reading.message)]
    checked: list[Checked | Unreadable] = []
    of = len(reading.applications)
    for place, application in enumerate(reading.applications, start=1):
        carrier = carriers[application.carrier]
        try:
            findings = check(application, carrier, received_on, standing=standing)
        except CarrierDataError as error:
            raise Fault(f"{file}: {error}", "Mend the carrier's data, or give another --received date.") from error
        pages = len(reading.pages)
        checked.append(Checked(file, identity, pages, carrier, application, findings, reading.seen, place, of))
    return checked
