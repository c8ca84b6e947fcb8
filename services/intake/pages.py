"""What intake tells on its web port: documents that no case has, the insured by first name and initial; uploads."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.engine import Connection

from services.chassis.pages import Answer, Page
from services.intake import casebook, store
from services.intake.casebook import Unmatched


def inbox_page(db: Connection, said: Mapping[str, str], _: datetime) -> Answer:
    """``/inbox``: what waits for a person, the longest first; by ``agent``."""
    return Answer(200, {"documents": [in_json(db, waits) for waits in casebook.inbox(db, said.get("agent"))]})


def document_page(db: Connection, said: Mapping[str, str], _: datetime) -> Answer:
    """``/inbox/<document id>``: one document that waits."""
    waits = casebook.in_inbox(db, said["document_id"])
    if waits is None:
        return Answer(404, {"error": f"document {said['document_id'][:12]} is not in the inbox"})
    return Answer(200, in_json(db, waits))


def uploads_page(db: Connection, said: Mapping[str, str], now: datetime) -> Answer:
    """``/uploads``: how many there are of each status, what is not read since ``long`` seconds, the newest, and what
    only the sweep found within a day."""
    long = said.get("long", "")
    before = now - (timedelta(seconds=int(long)) if long.isascii() and long.isdigit() and len(long) < 9 else _LONG)
    unread = store.unread_since(db, before)
    return Answer(
        200,
        {
            "statuses": store.by_status(db),
            "swept": store.found_by_sweep(db, now - timedelta(days=1)),
            "unread": len(unread),
            "oldest_unread": [_upload_in_json(each) for each in unread[:_MOST]],
            "newest": [_upload_in_json(each) for each in store.latest_standings(db, _MOST)],
        },
    )


PAGES = (Page("/inbox", inbox_page), Page("/inbox/{document_id}", document_page), Page("/uploads", uploads_page))
_MOST = 20
_LONG = timedelta(minutes=10)


def _upload_in_json(each: store.Standing) -> dict[str, Any]:
    return {**asdict(each), "uploaded_at": each.uploaded_at.isoformat()}


def in_json(db: Connection, waits: Unmatched) -> dict[str, Any]:
    """All that a person needs to file it."""
    document = waits.document
    return {
        "document_id": document.document_id,
        "file_name": document.file_name,
        "agent_code": document.agent_code,
        "uploaded_at": document.uploaded_at.isoformat(),
        "archive": document.archive.model_dump(mode="json", exclude_none=True),
        "since": waits.since.isoformat(),
        "reason": waits.reason,
        "names_case": document.case_reference,
        "requirement": document.requirement,
        "forms": [f"{page.form_id}, page {page.form_page}" for page in waits.pages if page.form_id],
        "candidates": [
            {
                "case_id": candidate.case_id,
                "score": candidate.score,
                "reasons": list(candidate.reasons),
                "insured_masked": case.record.insured_masked if case else None,
                "carrier": case.record.identity.carrier if case else None,
                "state": case.state if case else None,
            }
            for candidate in waits.candidates
            for case in (casebook.find(db, candidate.case_id),)
        ],
    }
