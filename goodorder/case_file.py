"""Reads everything on record about a case: of cases its state and history, of requirements and notify the rest."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from goodorder.case_choice import the_case
from goodorder.case_report import to_fix
from goodorder.mails import Mail, mails_about
from goodorder.records import Records
from schemas.carrier_events import CarrierDecided
from schemas.codes import CaseState
from schemas.document_events import DocumentFiled
from schemas.finding_events import Finding, OverriddenFinding
from schemas.requirement_events import Requirement
from services.cases import standing
from services.cases import store as cases
from services.cases.facts import VersionRead
from services.cases.owing import OpenItem, open_items
from services.cases.store import CaseSummary, Entry
from services.chassis.forgetting import when_forgotten
from services.chassis.settings import ServiceSettings
from services.intake import casebook
from services.requirements import store as requirements

if TYPE_CHECKING:
    from services.chassis.private.vault import Vault


@dataclass(frozen=True)
class CaseFile:
    """One case with all that is known of it."""

    summary: CaseSummary
    answer: str
    """Where the case is, in one paragraph."""
    open_items: tuple[OpenItem, ...]
    """Who owes what."""
    word: CarrierDecided | None
    """The carrier's own last word."""
    findings: tuple[Finding, ...]
    """What keeps it from being in good order now."""
    set_aside: tuple[OverriddenFinding, ...]
    """What a person has set aside, by the last verdict."""
    requirements: tuple[Requirement, ...]
    documents: tuple[DocumentFiled, ...]
    """All that it is read from, the newest first."""
    versions: tuple[VersionRead, ...]
    """Of its application, with what each changed."""
    mails: tuple[Mail, ...]
    history: tuple[Entry, ...]
    forgotten_at: datetime | None
    """Since when nobody can read what was private in it."""


class CaseFiles:
    """The case files of a house; each question is a fresh look at the records."""

    def __init__(self, settings: ServiceSettings, vault: "Vault | None" = None) -> None:
        """Without the ``vault`` private values, e.g. why a requirement is there, are left out."""
        self._records = Records(settings, vault)

    def summaries(
        self, state: str | None = None, owner: str | None = None, agent: str | None = None
    ) -> tuple[CaseSummary, ...]:
        with self._records.of("cases") as db:
            return cases.list_cases(db, state=state, owner=owner, agent=agent)

    def meant_by(self, abbreviated: str) -> str:
        """The whole id of a case. Raises :class:`goodorder.faults.Fault` when it is none or not only one."""
        return the_case(abbreviated, [case.case_id for case in self.summaries()])

    def summary(self, case_id: str) -> CaseSummary:
        """The line of a case that :meth:`meant_by` knows."""
        return next(case for case in self.summaries() if case.case_id == case_id)

    def read(self, case_id: str, now: datetime) -> CaseFile:
        """The file of a case that :meth:`meant_by` knows."""
        summary = self.summary(case_id)
        with self._records.of("cases") as db:
            forgotten_at = when_forgotten(db, case_id)
            case, history = cases.find(db, case_id), cases.timeline(db, case_id)
        verdict = case.verdict if case and summary.state is CaseState.NIGO else None
        return CaseFile(
            summary=summary,
            answer=standing.answer(case, now) if case else "",
            open_items=open_items(case, now) if case else (),
            word=case.word if case else None,
            findings=to_fix(verdict.findings) if verdict else (),
            set_aside=(case.verdict.overridden or ()) if case and case.verdict else (),
            requirements=self.requirements(case_id),
            documents=self._documents(case_id),
            versions=self.versions(case_id),
            mails=self._mails(case_id),
            history=history,
            forgotten_at=forgotten_at,
        )

    def versions(self, case_id: str) -> tuple[VersionRead, ...]:
        """Every version of the application, the first one first."""
        with self._records.of("cases") as db:
            return cases.versions(db, case_id)

    def requirements(self, case_id: str) -> tuple[Requirement, ...]:
        """What the underwriting grid asks for, as it stands now."""
        with self._records.of("requirements") as db:
            return requirements.load(db, case_id).requirements

    def _documents(self, case_id: str) -> tuple[DocumentFiled, ...]:
        with self._records.of("intake") as db:
            return tuple(paper.filed for paper in casebook.papers_of(db, case_id))

    def _mails(self, case_id: str) -> tuple[Mail, ...]:
        with self._records.of("notify") as db:
            return mails_about(db, case_id)
