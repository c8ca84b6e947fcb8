"""What the API answers, as its OpenAPI document shows it; the contracts of events where they say it already."""

import re
from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from schemas.application import Application
from schemas.document_events import DocumentFiled
from schemas.finding_events import Finding
from schemas.requirement_events import Requirement
from services.chassis.upload_link import MEDIA_TYPES

_SUFFIXES = "|".join(re.escape(suffix) for suffix in MEDIA_TYPES)


class Shape(BaseModel):
    model_config = ConfigDict(frozen=True, from_attributes=True)


class Problem(Shape):
    """What went wrong and what to do (RFC 9457)."""

    title: str
    status: int
    detail: str


def problem(when: str) -> dict[str, Any]:
    """A failure as the OpenAPI document names it."""
    return {"description": when, "content": {"application/problem+json": {"schema": Problem.model_json_schema()}}}


ALWAYS: dict[int | str, dict[str, Any]] = {
    401: problem("No key, or none that is known."),
    403: problem("The key was not made for this."),
    422: problem("Something asked for cannot be; the detail names it."),
}


class CaseLine(Shape):
    """A case in a list."""

    case_id: str
    state: str | None
    """``None`` while nothing was read yet."""
    state_since: datetime | None
    waits_for: str | None
    """Who owes the next thing: ``agent``, ``us``, ``carrier``, ``vendor``, ``insured``."""
    waits_what: str | None
    waits_since: datetime | None
    next_step: str | None
    next_at: datetime | None
    due_at: datetime | None
    """The last day, where there is one."""
    carrier: str | None
    product_name: str | None
    carrier_status: str | None
    """The carrier's own last word."""
    carrier_reference: str | None
    agent_code: str | None
    insured: str
    """By full name for a key that may read applications, else first name and initial."""
    uploaded_at: datetime | None
    updated_at: datetime
    version: int
    """Of the application; 0 while nothing was read."""
    to_fix: int
    """Findings that keep it from being in good order."""
    to_confirm: int
    """Values that were read without certainty."""
    outstanding: int | None
    """Requirements that are not satisfied yet."""


class CasePage(Shape):
    cases: tuple[CaseLine, ...]
    next_page: int | None
    """``None`` on the last page."""


class Owed(Shape):
    """One thing that somebody owes."""

    what: str
    owner: str
    who: str
    since: datetime
    next_step: str
    next_at: datetime
    due_at: datetime | None


class Said(Shape):
    """A line of the timeline."""

    at: datetime
    kind: str
    text: str


class SentMail(Shape):
    notification_id: str
    template: str
    outcome: str
    occurred_at: datetime


class CaseWhole(Shape):
    """Everything about a case but what stands on its pages."""

    case: CaseLine
    owed: tuple[Owed, ...]
    findings: tuple[Finding, ...]
    """Of the newest version, those that stand in the way first."""
    requirements: tuple[Requirement, ...]
    documents: tuple[DocumentFiled, ...]
    mails: tuple[SentMail, ...]
    differences: tuple[str, ...]
    """Where the carrier's list says something else than we do."""
    timeline: tuple[Said, ...]
    """The newest first."""
    versions: tuple[int, ...]


class ApplicationVersion(Shape):
    """An application as it was read, without its private values: where they stand and how sure they are stays."""

    case_id: str
    version: int
    read_at: datetime
    application: Application


class Stuck(Shape):
    """A dead letter, without what it holds."""

    id: str
    service: str
    cause: str
    status: str
    about: str
    message: str
    attempts: int
    replay_count: int
    first_failed_at: datetime
    failed_at: datetime


class StuckPage(Shape):
    dead_letters: tuple[Stuck, ...]
    total: int


class StuckWhole(Shape):
    letter: Stuck
    place: str
    """Topic, partition and offset of the record that failed."""
    exception: str
    payload: str
    """The record's value with everything personal masked."""


class CandidateCase(Shape):
    """A case that a document may belong to."""

    case_id: str
    insured: str
    score: float
    """From 0 to 1."""
    reasons: tuple[str, ...]


class Unmatched(Shape):
    """A document that no case has."""

    document_id: str
    file_name: str
    agent_code: str | None
    uploaded_at: datetime
    unmatched_at: datetime
    reason: str
    """Why it was not filed."""
    candidates: tuple[CandidateCase, ...]
    """The likeliest first."""


class UnmatchedPage(Shape):
    documents: tuple[Unmatched, ...]


class UploadAsked(Shape):
    """What is about to be uploaded."""

    agent_code: str = Field(pattern=r"^[A-Z0-9][A-Z0-9-]{1,30}$", examples=["AG-1042"])
    file_name: str = Field(pattern=rf"^[A-Za-z0-9][A-Za-z0-9 ._-]{{0,99}}({_SUFFIXES})$", examples=["packet.pdf"])
    case_id: Annotated[str | None, Field(pattern=r"^GO(-[0-9A-HJKMNP-TV-Z]{4}){3}$")] = None
    """The case that the document belongs to, where it is known."""


class UploadForm(Shape):
    """An HTTP POST (``multipart/form-data``) to this address with these fields, and last the file as ``file``."""

    url: str
    fields: dict[str, str]
    largest: int
    """Bytes."""
    until: datetime
