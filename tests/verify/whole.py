"""The books of a small house in which everything holds: a case submitted, one sent back, a file refused with each of
its uploads, by itself and in a ZIP file."""

import hashlib
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from goodorder.verify.books import (
    Books,
    Change,
    DeadLetter,
    DeadRecord,
    Document,
    Event,
    KeptDocument,
    LedgerUpload,
    Mail,
    Notification,
    Order,
    Parked,
    ServiceBooks,
    StoredUpload,
    Submission,
)
from schemas.base import Contract
from schemas.carrier_events import ApplicationSubmitted, DocumentsSubmitted
from schemas.events import BY_DATA, ApplicationRead, CaseChanged, DocumentReceived, DocumentRefused, MailDelivery
from schemas.file_events import DocumentUnpacked
from schemas.finding_events import VerdictReached
from schemas.ids import case_id
from schemas.parties import receives
from schemas.requirement_events import RequirementOrdered
from schemas.topics import SERVICES
from tests.notify.changes import change, not_in_good_order, refusal

NOW = datetime(2026, 3, 4, 13, 0, tzinfo=UTC)
DROP, ARCHIVE = "goodorder-drop", "goodorder-archive"


def sha(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()


GOOD, BACK, TORN, PACK = sha("good"), sha("back"), sha("torn"), sha("pack")
"""The documents: of the case submitted, of the one sent back, one that nobody can read, and a ZIP file with the last
two."""
SUBMITTED, NIGO = case_id(GOOD), case_id(BACK)
STRANGE = "GO-0000-0000-0009"
"""A case about which a word came that cases could not take; a second one waits behind it."""


_UPLOADS = ((GOOD, "v1"), (BACK, "v1"), (TORN, "v1"), (TORN, "v2"), (PACK, "v1"))


class _Topics:
    """Lays events on their topics, one after the other."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self._offsets: dict[tuple[str, int], count[int]] = {}
        self._minute = count()

    def put(self, data: type[Contract], key: str, said: Any, cause: str | None = None, topic: str = "") -> Event:
        name = topic or BY_DATA[data].topic
        partition = int(hashlib.sha256(key.encode()).hexdigest(), 16) % 12
        offset = next(self._offsets.setdefault((name, partition), count()))
        body = said.model_dump(mode="json", exclude_none=True) if isinstance(said, Contract) else said
        event = Event(
            topic=name,
            partition=partition,
            offset=offset,
            at=NOW - timedelta(minutes=50) + timedelta(seconds=next(self._minute)),
            key=key,
            source=f"/goodorder/{name.partition('.')[0]}",
            id=f"{name} {key} {offset}",
            type=BY_DATA[data].type,
            cause=cause,
            data=body,
            digest=sha(f"{name} {key} {offset}"),
        )
        self.events.append(event)
        return event


def whole_books() -> Books:
    """Rebuilt at each call, so that nobody can spoil it for others."""
    topics = _Topics()
    received = {document: _received(topics, document) for document in (GOOD, BACK, TORN)}
    told: list[tuple[str, str, str]] = []
    for version in (1, 2):
        _refused(topics, received[TORN], _upload(TORN, version), told)
    _unpacked(topics, PACK, BACK, TORN)
    _refused(topics, received[TORN], _upload(PACK), told)
    _case(topics, received[GOOD], SUBMITTED, "igo", told)
    _case(topics, received[BACK], NIGO, "nigo", told)
    strange = [
        topics.put(VerdictReached, STRANGE, {"case_id": STRANGE, "version": version, "verdict": "igo", "findings": [],
                                             "decided_at": NOW.isoformat()}, cause="x")
        for version in range(2)
    ]  # fmt: skip
    copies = [f"documents/{document}" for document in (*received, PACK)]
    notifications = tuple(_notification(number, *mail) for number, mail in enumerate(told, start=1))
    for mail in notifications:
        _delivered(topics, mail)
    return Books(
        looked_at=NOW,
        uploads=tuple(
            StoredUpload(DROP, f"drop/AG-1/{document[:6]}.pdf", version, 100, _minutes(60), document)
            for document, version in _UPLOADS
        ),
        archive={name: KeptDocument(name, 100, name.removeprefix("documents/")) for name in copies},
        events=tuple(topics.events),
        dead_records=(DeadRecord("cases", "letter"),),
        services={service: _service(service, topics.events, strange) for service in SERVICES},
        ledger=tuple(
            LedgerUpload(DROP, f"drop/AG-1/{document[:6]}.pdf", version, document, _minutes(59))
            for document, version in _UPLOADS
        ),
        documents=(
            Document(GOOD, "read", _minutes(59)),
            Document(BACK, "read", _minutes(59)),
            Document(TORN, "refused", _minutes(59)),
            Document(PACK, "unpacked", _minutes(59)),
        ),
        cases={SUBMITTED: 3, NIGO: 2},
        history=tuple(
            Change(case, revision, _minutes(50))
            for case, revision in ((SUBMITTED, 1), (SUBMITTED, 2), (SUBMITTED, 3), (NIGO, 1), (NIGO, 2))
        ),
        submissions=(Submission("s-1", SUBMITTED, _minutes(50)),),
        orders=(Order(SUBMITTED, "r-1", 1, _minutes(50)),),
        notifications=notifications,
        mails=tuple(Mail(str(mail.message_id), _minutes(40 - mail.seq)) for mail in notifications),
    )  # fmt: skip


def _minutes(ago: float) -> datetime:
    return NOW - timedelta(minutes=ago)


def _upload(document: str, version: int = 1) -> dict[str, str]:
    return {"bucket": DROP, "key": f"drop/AG-1/{document[:6]}.pdf", "version_id": f"v{version}"}


def _received(topics: _Topics, document: str) -> Event:
    said = {
        "document_id": document,
        "upload": _upload(document),
        "archive": {"bucket": ARCHIVE, "key": f"documents/{document}"},
        "size": 100,
    }
    return topics.put(DocumentReceived, document, said)


def _unpacked(topics: _Topics, document: str, *members: str) -> None:
    """Its members were here before, so they are not received anew."""
    received = _received(topics, document)
    said = {"document_id": document, "upload": _upload(document), "file_name": "pack.zip", "members": list(members)}
    topics.put(DocumentUnpacked, document, said, received.id)


def _refused(topics: _Topics, received: Event, upload: dict[str, str], told: list[tuple[str, str, str]]) -> None:
    document = received.key
    topics.put(DocumentRefused, document, refusal(document_id=document, upload=upload), received.id)
    told.append((document, f"{upload['bucket']}/{upload['key']}?{upload['version_id']}", "refused_document"))


def _case(topics: _Topics, received: Event, case: str, verdict: str, told: list[tuple[str, str, str]]) -> None:
    read = topics.put(
        ApplicationRead,
        case,
        {"case_id": case, "version": 1, "documents": [{"document_id": received.key}]},
        received.id,
    )
    judged = {"case_id": case, "version": 1, "verdict": verdict, "findings": [], "decided_at": NOW.isoformat()}
    topics.put(VerdictReached, case, judged, read.id)
    steps = {
        "igo": [
            change("received", revision=1, case_id=case),
            change("scrubbing", "received", revision=2, case_id=case),
            change("submitted", "scrubbing", revision=3, case_id=case),
        ],
        "nigo": [change("received", revision=1, case_id=case), not_in_good_order(revision=2, case_id=case)],
    }
    for step in steps[verdict]:
        topics.put(CaseChanged, case, step, read.id)
    told.append((case, str(len(steps[verdict])), "about"))
    if verdict == "igo":
        order = {"case_id": case, "requirement_id": "r-1", "order": 1}
        topics.put(RequirementOrdered, case, order, read.id)
        submission = {"case_id": case, "version": 1, "submission_id": "s-1"}
        topics.put(ApplicationSubmitted, case, submission, read.id, "carriers.aldermoor.submissions")
        more = {"case_id": case, "version": 2, "submission_id": "s-2", "documents": [{"document_id": sha("late")}]}
        topics.put(DocumentsSubmitted, case, more, read.id, "carriers.aldermoor.submissions")


def _notification(number: int, about: str, occasion: str, _: str) -> Notification:
    return Notification(number, f"n-{number}", about, occasion, "sent", f"<{number}@example.com>", _minutes(45))


def _delivered(topics: _Topics, mail: Notification) -> None:
    said = {"notification_id": mail.id, "outcome": "sent", "message_id": mail.message_id}
    topics.put(MailDelivery, mail.about, said, mail.id)


def _service(service: str, events: list[Event], strange: list[Event]) -> ServiceBooks:
    """It has dealt with everything; cases gave up one record and parked the one behind it."""
    concerned = {BY_DATA[data].type for data in receives(service)}
    if service != "cases":
        return ServiceBooks({event.identity: event.at for event in events if event.type in concerned})
    first, second = strange
    return ServiceBooks(
        inbox={event.identity: event.at for event in events if event.type in concerned and event not in strange},
        dead_letters=(DeadLetter("letter", "open", "lane", *first.place, _minutes(40)),),
        parked=(Parked("lane", *second.place),),
    )
