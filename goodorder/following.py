"""Follows dropped packets through the services' own records, from upload to mail."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from time import monotonic, sleep

from goodorder.mails import Mail, mails_about
from goodorder.records import Records
from schemas.codes import CaseState, Severity, Verdict
from schemas.finding_events import Finding
from schemas.requirement_events import Requirement
from services.cases import store as cases
from services.chassis.settings import ServiceSettings
from services.intake import casebook
from services.intake import store as intake
from services.requirements import store as requirements

_LOOK_EVERY = 0.1
"""Seconds between two looks."""


@dataclass(frozen=True)
class Journey:
    """How far a document has come."""

    document_id: str
    known: bool = False
    """Intake has seen the upload."""
    refusal: str | None = None
    """Why it could not be read, in the words of the mail."""
    case_id: str | None = None
    verdict: Verdict | None = None
    findings: tuple[Finding, ...] = ()
    state: CaseState | None = None
    requirements: tuple[Requirement, ...] = ()
    mails: tuple[Mail, ...] = ()
    version: int = 1
    """The version of the case's application that it came with."""
    waits: bool = False
    """No case surely has it: a person files it."""

    @property
    def to_fix(self) -> tuple[Finding, ...]:
        """What keeps it from being in good order."""
        return tuple(finding for finding in self.findings if finding.severity in (Severity.BLOCK, Severity.NIGO))

    @property
    def is_told(self) -> bool:
        """The agent has been written to about what it led to, or it is settled that nobody can."""
        is_late = self.version > 1
        return any(mail.is_settled for mail in self.mails) and not (is_late and self.verdict is None)


class Journeys:
    def __init__(self, settings: ServiceSettings) -> None:
        self._records = Records(settings)

    def look(self, document_ids: Iterable[str]) -> dict[str, Journey]:
        """Where each document is now."""
        return {document_id: self._journey(document_id) for document_id in document_ids}

    def changes(self, document_ids: Iterable[str], patience: float) -> Iterator[Journey]:
        """Each journey as often as it gets on; ends when every agent is told, or after ``patience`` seconds."""
        seen = {document_id: Journey(document_id) for document_id in document_ids}
        deadline = monotonic() + patience
        while not all(journey.is_told for journey in seen.values()) and monotonic() < deadline:
            for document_id, journey in self.look(seen).items():
                if journey != seen[document_id]:
                    seen[document_id] = journey
                    yield journey
            sleep(_LOOK_EVERY)

    def _journey(self, document_id: str) -> Journey:
        with self._records.of("intake") as db:
            document = intake.find_document(db, document_id)
            version = casebook.version_of(db, document_id)
        if document is None:
            return Journey(document_id)
        with self._records.of("notify") as db:
            mails = mails_about(db, document.case_id, document_id)
        waits = document.status == "unmatched"
        if document.case_id is None or waits:
            return Journey(document_id, known=True, refusal=document.message, mails=mails, waits=waits)
        with self._records.of("cases") as db:
            case = cases.find(db, document.case_id)
        with self._records.of("requirements") as db:
            wanted = requirements.load(db, document.case_id).requirements
        verdict = case.verdict if case and case.verdict and case.verdict.version >= version else None
        return Journey(
            document_id=document_id,
            known=True,
            case_id=document.case_id,
            verdict=verdict.verdict if verdict else None,
            findings=verdict.findings if verdict else (),
            state=case.state if case else None,
            requirements=wanted,
            mails=mails,
            version=version,
        )
