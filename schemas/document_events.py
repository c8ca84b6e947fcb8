"""The data of what becomes of a document: filed to a case it belongs to, left for a person to file, filed by one."""

from pydantic import Field

from schemas.base import CaseId, Contract, Sha256, StoredObject, UtcDatetime
from schemas.codes import FieldChangeKind, FilingWay, RequirementKind
from schemas.file_events import DocumentSeen
from schemas.private import Sealed


class FieldChange(Contract):
    """A value of the application that is not what it was one version before; the value itself is not told."""

    at: str
    """Path in the application."""
    label: str
    """What is printed beside the field, for people."""
    change: FieldChangeKind


class VersionChanges(Contract):
    """What a version of an application has that the one before it had not."""

    documents: tuple[Sha256, ...]
    """Documents that this version brought."""
    fields: tuple[FieldChange, ...] = ()
    forms_added: tuple[str, ...] = ()
    """Numbers of forms, as printed, of which the version before had no page."""


class DocumentUploaded(Contract):
    """A document by the time at which its agent sent it: file names may be personal."""

    document_id: Sha256
    uploaded_at: UtcDatetime


class CandidateCase(Contract):
    """A case that a document may belong to."""

    case_id: CaseId
    score: float = Field(ge=0, le=1)
    """How well the document fits, by name, date of birth, SSN and the pages that the case lacks."""
    reasons: tuple[str, ...]
    """What speaks for it and against it, in words without any value."""


class LateDocumentFiled(Contract):
    """A document was filed to a case that was there already; its agent is told."""

    document_id: Sha256
    file_name: str
    agent_code: str | None = None
    """Who sent it; else the case's agent."""
    uploaded_at: UtcDatetime
    case_id: CaseId
    version: int = Field(ge=2)
    """The version of the application that has it."""
    carrier_name: str
    insured_masked: str
    way: FilingWay
    requirement: RequirementKind | None = None
    """What it answers, where that was said."""
    filed_at: UtcDatetime


class DocumentUnmatched(Contract):
    """A document that belongs to no case surely: a person looks at it, and its agent is told so."""

    document_id: Sha256
    file_name: str
    agent_code: str | None = None
    uploaded_at: UtcDatetime
    reason: str
    """Why it was not filed, in words without any value."""
    candidates: tuple[CandidateCase, ...] = ()
    """The likeliest first."""
    unmatched_at: UtcDatetime


class FileDocument(Contract):
    """A person files a document to a case, or opens a case with it."""

    document_id: Sha256
    case_id: CaseId | None = None
    """Absent: it opens a case of its own."""
    requirement: RequirementKind | None = None
    """The requirement of the case that it answers."""
    actor: str
    reason: str
    asked_at: UtcDatetime


class SeenPlace(Contract):
    """What stands at one place of a page, as a person who looked at it says."""

    at: str
    """Path of the value in the version they looked at."""
    document_id: Sha256
    page: int = Field(ge=1)
    """Page of the document."""
    form_id: str
    field: str
    """The form's own name of the field; of several boxes that one value is chosen from, any."""
    text: Sealed[str]
    """As it is written there; empty where nothing is. Of boxes the value of the one that is ticked; of a signature
    line ``present`` or ``empty``."""


class CorrectValues(Contract):
    """A person confirms or corrects what was read; where something differs from it, the application is put together
    anew, as its next version."""

    case_id: CaseId
    version: int = Field(ge=1)
    """The version that they looked at."""
    places: tuple[SeenPlace, ...]
    actor: str
    reason: str | None = None
    seen_at: UtcDatetime


class PagePicture(Contract):
    """A page as it was read, upright and laid on its form: the boxes of evidence lie on it."""

    page: int = Field(ge=1)
    """Page of the document, from 1."""
    picture: StoredObject


class DocumentFiled(Contract):
    """A document that this version of the application was read from."""

    document_id: Sha256
    archive: StoredObject
    file_name: str
    pictures: tuple[PagePicture, ...] | None = None
    """Pages with something doubtful on them, as pictures for people; absent when there is none."""
    uploaded_at: UtcDatetime | None = None
    """Absent in events of releases before, as all that follows."""
    version: int | None = Field(default=None, ge=1)
    """The version of the application that it first came with."""
    filed: FilingWay | None = None
    requirement: RequirementKind | None = None
    """The requirement that it answers, where that was said."""
    seen: DocumentSeen | None = None
