"""Files documents: opens cases, reads an application again with what came late, keeps what fits nowhere.

Everything is done in the caller's transaction, which no other filing shares: versions are counted without gaps.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count

from prometheus_client import Counter
from sqlalchemy.engine import Connection

from schemas.application import Application
from schemas.carrier import Carriers
from schemas.codes import DeadLetterCause, FilingWay, FormKind, RefusalCause, RequirementKind
from schemas.document_events import (
    CorrectValues,
    DocumentFiled,
    DocumentUnmatched,
    FileDocument,
    LateDocumentFiled,
    PagePicture,
)
from schemas.events import ApplicationRead, DocumentReceived
from schemas.ids import case_id
from schemas.insured import masked
from schemas.topics import INTAKE_APPLICATIONS, INTAKE_DOCUMENTS
from services.chassis.errors import Outgoing, Permanent
from services.chassis.private.vault import vault_of
from services.intake import casebook, store
from services.intake.casebook import CaseRecord, HeldCase, Paper, Unmatched
from services.intake.changes import changes_between
from services.intake.correcting import NoSuchPlace, as_seen
from services.intake.filing import Arrival, Decision, NewCase, ToAPerson, ToCase, decide
from services.intake.identity import identity_of
from services.intake.reading.applicants import by_applicant
from services.intake.reading.assembly import packet_from
from services.intake.reading.catalogue import Catalogue
from services.intake.reading.current import FormGone, as_on_file, current_pages, whole_forms
from services.intake.reading.page_reading import PageReading, Reading

FILED = Counter("intake_documents_filed_total", "Documents filed to a case, by what they came to it", ["way"])
UNMATCHED = Counter("intake_documents_unmatched_total", "Documents that a person has to file")

_TELLING = ("insured.first_name", "insured.last_name", "insured.date_of_birth", "insured.ssn")
"""What an application's page says that tells who is to be insured."""
_NEXT = timedelta(milliseconds=1)
"""Between two versions at least, whatever the clocks of two workers say: they are ordered by it."""


class Clerk:
    """``archive``: the bucket of our own copies."""

    def __init__(self, catalogue: Catalogue, carriers: Carriers, archive: str) -> None:
        self._catalogue = catalogue
        self._carriers = carriers
        self._archive = archive

    def take(
        self, db: Connection, document: DocumentReceived, reading: Reading, started_at: datetime, now: datetime
    ) -> list[Outgoing]:
        """A document that was read: each application in it to its case, or all of it to a person."""
        if document.case_reference is None and casebook.paper(db, document.document_id):
            return []  # it was filed, and nothing new is said about it
        told: list[Outgoing] = []
        for place, (pages, application) in enumerate(zip(reading.parts, reading.applications, strict=True), start=1):
            if len(reading.parts) > 1 and (document.case_reference or any(page.cover for page in reading.pages)):
                reason = "It names one case, and holds the applications of several people."
                return self._to_a_person(db, document, reading.pages, ToAPerson(reason, ()), now)
            decision = self._decided(db, document, pages, application)
            if isinstance(decision, NewCase):
                new = case_id(document.document_id, place)
                told += self._open(db, new, document, pages, application, started_at, now)
            else:
                told += self._done(db, document, pages, decision, now)
        return told

    def take_without_form(
        self, db: Connection, document: DocumentReceived, covers: Sequence[PageReading], now: datetime
    ) -> list[Outgoing]:
        """A document without any form on file, such as an exam's results, that names its case."""
        return self._done(db, document, covers, self._decided(db, document, covers, None), now)

    def by_hand(self, db: Connection, asked: FileDocument, now: datetime) -> list[Outgoing]:
        """A person's word on where a document belongs; said twice it is done once. Raises :class:`Permanent`."""
        held = self._held(db, asked)
        if asked.case_id is None:
            return self._open_by_hand(db, held, now)
        if casebook.find(db, asked.case_id) is None:
            raise Permanent(
                DeadLetterCause.UNKNOWN_CASE,
                f"Document {asked.document_id[:12]} was to be filed to case {asked.case_id}, which is not on file here."
                " Check the id, discard this and file it again.",
            )
        said = asked.requirement or held.document.requirement
        document = held.document.model_copy(update={"requirement": said})
        return self._file(db, asked.case_id, document, held.pages, FilingWay.PERSON, now)

    def corrected(self, db: Connection, asked: CorrectValues, now: datetime) -> list[Outgoing]:
        """The next version of a case, with what a person saw on its pages. Raises :class:`Permanent`."""
        case = casebook.find(db, asked.case_id)
        if case is None:
            raise Permanent(
                DeadLetterCause.UNKNOWN_CASE,
                f"Values of case {asked.case_id} were to be corrected, which is not on file here. Check the id, then"
                " discard this.",
            )
        before = casebook.papers_of(db, asked.case_id)
        papers = tuple(self._as_seen(paper, asked) for paper in before)
        for paper, was in zip(papers, before, strict=True):
            if paper.pages != was.pages:
                casebook.set_pages(db, asked.case_id, paper)
        version, carrier = case.version + 1, case.record.identity.carrier
        application, read_at = self._assembled(papers, carrier), max(now, case.read_at + _NEXT)
        casebook.next_version(db, asked.case_id, version, read_at, _record(db, application))
        read = ApplicationRead(
            case_id=asked.case_id,
            version=version,
            agent_code=case.agent_code,
            documents=tuple(paper.filed for paper in papers),
            uploaded_at=min((paper.filed.uploaded_at for paper in papers if paper.filed.uploaded_at), default=now),
            reading_started_at=min(now, read_at),
            read_at=read_at,
            application=application,
            changes=changes_between(self._assembled(before, carrier), application, ()),
        )
        return [Outgoing(INTAKE_APPLICATIONS, asked.case_id, read)]

    def _as_seen(self, paper: Paper, asked: CorrectValues) -> Paper:
        places = [place for place in asked.places if place.document_id == paper.filed.document_id]
        try:
            return replace(paper, pages=as_seen(paper.pages, places, self._catalogue))
        except NoSuchPlace as error:
            raise Permanent(
                DeadLetterCause.MISSING_REFERENCE_DATA,
                f"Case {asked.case_id} cannot be corrected: {error}. Look at the case as it is now, discard this and"
                " correct it there.",
            ) from error

    def _open_by_hand(self, db: Connection, held: Unmatched, now: datetime) -> list[Outgoing]:
        document = held.document.document_id
        waits = casebook.in_inbox(db, document) is not None
        if not waits or not any(page.form_id for page in held.pages):
            raise Permanent(
                DeadLetterCause.ILLEGAL_TRANSITION,
                f"Document {document[:12]} cannot open a case: it is filed already, or no page of it is of a form on"
                " file. Discard this, and file it to a case.",
            )
        new = next(each for place in count(1) if casebook.find(db, each := case_id(document, place)) is None)
        application = packet_from(held.pages, self._catalogue)
        return self._open(db, new, held.document, held.pages, application, now, now)

    def _held(self, db: Connection, asked: FileDocument) -> Unmatched:
        """The document as it waits, or as it is filed elsewhere."""
        waiting = casebook.in_inbox(db, asked.document_id)
        if waiting:
            return waiting
        filed, received = casebook.paper(db, asked.document_id), store.received(db, asked.document_id, self._archive)
        known = store.find_document(db, asked.document_id)
        if received is None or known is None or (filed is None and known.cause is not RefusalCause.NO_KNOWN_FORM):
            raise Permanent(
                DeadLetterCause.MISSING_REFERENCE_DATA,
                f"Document {asked.document_id[:12]} is not on file here, or it could not be read."
                " Check the id, then discard this; or replay it once the document has come.",
            )
        return Unmatched(received, filed.pages if filed else (), asked.asked_at, "", ())

    def _decided(
        self, db: Connection, document: DocumentReceived, pages: Sequence[PageReading], application: Application | None
    ) -> Decision:
        arrival = self._arrival(db, document, pages, application)
        known = casebook.cases_of(db, arrival.agent_code, (case_id for _, case_id in arrival.references))
        return decide(arrival, [case.known for case in known])

    def _arrival(
        self,
        db: Connection,
        document: DocumentReceived,
        pages: Sequence[PageReading],
        application: Application | None,
    ) -> Arrival:
        by_key = ((FilingWay.REFERENCE, document.case_reference),) if document.case_reference else ()
        covers = ((FilingWay.COVER_SHEET, page.cover.case_id) for page in pages if page.cover)
        references = (*by_key, *dict.fromkeys(covers))
        if application is None:
            return Arrival(document.agent_code, None, references=references)
        main = [
            page
            for page in pages
            if page.form_id and self._catalogue.blanks[page.form_id].form.kind is FormKind.APPLICATION
        ]
        return Arrival(
            agent_code=_agent(document, application),
            identity=identity_of(application, vault_of(db).blind),
            pages=frozenset((page.form_id, page.form_page) for page in pages if page.form_id and page.form_page),
            references=references,
            opens_a_case=any(map(self._tells_who, main)) or self._is_most(main),
            is_whole=bool(whole_forms(main, self._catalogue)),
            names={page.form_id: self._catalogue.name_of(page.form_id) for page in pages if page.form_id},
        )

    def _tells_who(self, page: PageReading) -> bool:
        zones = self._catalogue.page(page.form_id or "", page.form_page or 1).zones
        return any(zone.means in _TELLING for zone in zones)

    def _is_most(self, main: Sequence[PageReading]) -> bool:
        """More than half of an application, though the page that says whose it is did not come."""
        held = {(page.form_id, page.form_page) for page in main}
        return any(
            2 * sum(form == one for form, _ in held) > self._catalogue.blanks[one].form.page_count
            for one in {form for form, _ in held if form}
        )

    def _done(
        self,
        db: Connection,
        document: DocumentReceived,
        pages: Sequence[PageReading],
        decision: Decision,
        now: datetime,
    ) -> list[Outgoing]:
        match decision:
            case ToCase(case_id=case_id, way=way):
                return self._file(db, case_id, document, pages, way, now)
            case ToAPerson():
                return self._to_a_person(db, document, pages, decision, now)
            case NewCase():
                raise AssertionError("only a document with an application opens a case")

    def _open(
        self,
        db: Connection,
        new: str,
        document: DocumentReceived,
        pages: Sequence[PageReading],
        application: Application,
        started_at: datetime,
        now: datetime,
    ) -> list[Outgoing]:
        """Version 1 of a case, and of what waited for it perhaps more."""
        agent, filed = _agent(document, application), _filed(db, document, pages, 1, FilingWay.OPENED)
        casebook.open_case(db, HeldCase(new, agent, 1, now, None, _record(db, application)))
        casebook.add_paper(db, new, Paper(filed, tuple(pages)))
        self._settle(db, document, new)
        read = ApplicationRead(
            case_id=new,
            version=1,
            agent_code=agent,
            documents=(filed,),
            uploaded_at=document.uploaded_at,
            reading_started_at=started_at,
            read_at=now,
            application=application,
        )
        return [Outgoing(INTAKE_APPLICATIONS, new, read), *self._look_again(db, agent, now)]

    def _file(
        self,
        db: Connection,
        case_id: str,
        document: DocumentReceived,
        pages: Sequence[PageReading],
        way: FilingWay,
        now: datetime,
    ) -> list[Outgoing]:
        """The next version of a case: its application as all its documents say it now."""
        case = casebook.find(db, case_id)
        assert case is not None  # noqa: S101 - decided by the cases on file
        covered = (page.cover.requirement for page in pages if page.cover)
        answers = document.requirement or next(filter(None, covered), None)
        document = document.model_copy(update={"requirement": answers})
        self._settle(db, document, case_id)
        before = casebook.papers_of(db, case_id)
        held = next((paper for paper in before if paper.filed.document_id == document.document_id), None)
        if held is not None:
            return self._answers(db, case, held, before, document.requirement, now)
        filed = _filed(db, document, pages, case.version + 1, way)
        papers = casebook.newest_first((Paper(filed, tuple(pages)), *before))
        casebook.add_paper(db, case_id, Paper(filed, tuple(pages)))
        read = self._next_version(db, case, before, papers, now)
        FILED.labels(way.value).inc()
        told = LateDocumentFiled(
            document_id=document.document_id,
            file_name=document.file_name,
            agent_code=document.agent_code or case.agent_code,
            uploaded_at=document.uploaded_at,
            case_id=case_id,
            version=read.version,
            carrier_name=self._carriers[case.record.identity.carrier].file.name,
            insured_masked=masked(read.application.insured),
            way=way,
            requirement=document.requirement,
            filed_at=read.read_at,
        )
        return [
            Outgoing(INTAKE_APPLICATIONS, case_id, read),
            Outgoing(INTAKE_DOCUMENTS, document.document_id, told),
            *self._look_again(db, case.agent_code, now),
        ]

    def _answers(
        self,
        db: Connection,
        case: HeldCase,
        held: Paper,
        papers: Sequence[Paper],
        requirement: RequirementKind | None,
        now: datetime,
    ) -> list[Outgoing]:
        """A document that the case has already: the next version if it is news what it answers, else nothing."""
        if requirement in (None, held.filed.requirement):
            return []
        said = replace(held, filed=held.filed.model_copy(update={"requirement": requirement}))
        casebook.set_filed(db, case.case_id, said.filed)
        read = self._next_version(db, case, papers, [said if paper is held else paper for paper in papers], now)
        return [Outgoing(INTAKE_APPLICATIONS, case.case_id, read)]

    def _next_version(
        self, db: Connection, case: HeldCase, before: Sequence[Paper], papers: Sequence[Paper], now: datetime
    ) -> ApplicationRead:
        """The application as these documents, the newest first, say it; the case is at that version from now on."""
        version, carrier = case.version + 1, case.record.identity.carrier
        application, read_at = self._assembled(papers, carrier), max(now, case.read_at + _NEXT)
        casebook.next_version(db, case.case_id, version, read_at, _record(db, application))
        new = [paper.filed.document_id for paper in papers if paper.filed.version == version]
        return ApplicationRead(
            case_id=case.case_id,
            version=version,
            agent_code=case.agent_code,
            documents=tuple(paper.filed for paper in papers),
            uploaded_at=min(paper.filed.uploaded_at or now for paper in papers),
            reading_started_at=min(now, read_at),
            read_at=read_at,
            application=application,
            changes=changes_between(self._assembled(before, carrier), application, new),
        )

    def _assembled(self, papers: Iterable[Paper], carrier: str) -> Application:
        """The application as the documents, the newest first, say it together. Raises :class:`Permanent`."""
        try:
            kept = [as_on_file(paper.pages, self._catalogue) for paper in papers]
        except FormGone as error:
            raise Permanent(
                DeadLetterCause.MISSING_REFERENCE_DATA,
                f"A document of this case was read by form {error}, which is not on file any more. Put its folder back"
                " under carriers/ (with `accepted_to` where it is no longer taken), restart intake, then replay.",
            ) from error
        with_forms = (pages for pages in kept if any(page.form_id for page in pages))
        return packet_from(current_pages(with_forms, self._catalogue, carrier), self._catalogue)

    def _to_a_person(
        self,
        db: Connection,
        document: DocumentReceived,
        pages: Sequence[PageReading],
        why: ToAPerson,
        now: datetime,
    ) -> list[Outgoing]:
        """Into the inbox; the agent is told when it comes there."""
        is_there = casebook.in_inbox(db, document.document_id)
        casebook.put_in_inbox(db, Unmatched(document, tuple(pages), now, why.reason, why.candidates))
        if is_there and is_there.document.upload == document.upload:
            return []
        store.set_unmatched(db, document.document_id)
        UNMATCHED.inc()
        told = DocumentUnmatched(
            document_id=document.document_id,
            file_name=document.file_name,
            agent_code=document.agent_code,
            uploaded_at=document.uploaded_at,
            reason=why.reason,
            candidates=why.candidates,
            unmatched_at=now,
        )
        return [Outgoing(INTAKE_DOCUMENTS, document.document_id, told)]

    def _look_again(self, db: Connection, agent: str | None, now: datetime) -> list[Outgoing]:
        """Whether what waits belongs to a case now that there is one more of the agent, or more known of one."""
        if agent is None:
            return []
        for waiting in casebook.inbox(db, agent):
            if len(by_applicant(waiting.pages, self._catalogue)) > 1:
                continue
            has_form = any(page.form_id for page in waiting.pages)
            application = packet_from(waiting.pages, self._catalogue) if has_form else None
            decision = self._decided(db, waiting.document, waiting.pages, application)
            if not isinstance(decision, NewCase):
                told = self._done(db, waiting.document, waiting.pages, decision, now)
                if isinstance(decision, ToCase):
                    return told  # filing it has looked at the others
        return []

    def _settle(self, db: Connection, document: DocumentReceived, case_id: str) -> None:
        casebook.take_from_inbox(db, document.document_id)
        store.set_read(db, document.document_id, case_id)


def _agent(document: DocumentReceived, application: Application) -> str | None:
    """Whose upload it is; without a folder of an agent, whom the application names."""
    return document.agent_code or application.agent_report.agent_code


def _filed(
    db: Connection, document: DocumentReceived, pages: Iterable[PageReading], version: int, way: FilingWay
) -> DocumentFiled:
    kept = tuple(PagePicture(page=page.page, picture=page.picture) for page in pages if page.picture)
    return DocumentFiled(
        document_id=document.document_id,
        archive=document.archive,
        file_name=document.file_name,
        pictures=kept or None,
        uploaded_at=document.uploaded_at,
        version=version,
        filed=way,
        requirement=document.requirement,
        seen=store.seen_of(db, document.document_id),
    )


def _record(db: Connection, application: Application) -> CaseRecord:
    return CaseRecord(
        identity=identity_of(application, vault_of(db).blind),
        insured_masked=masked(application.insured),
        lacks=tuple((form.form_id, page) for form in application.forms for page in form.missing_pages),
    )
