"""What the worker's web port tells of cases, as JSON: the list, one case whole, the differences that stand.

For the console and for people on the machine: the port is on the loopback and asks nobody who they are. An insured is
named by first name and initial only.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.engine import Connection

from services.cases import lists, standing, store
from services.cases.case import Case
from services.cases.facts import VersionRead
from services.cases.owing import open_items
from services.cases.states import asked_from
from services.cases.walking import open_findings
from services.chassis.pages import Answer, Page

_MOST = 500


def list_page(db: Connection, said: Mapping[str, str], _: datetime) -> Answer:
    """``/cases``: by ``state``, ``owner``, ``agent``, ``carrier``, ``q`` (id, name, carrier's number)."""
    wanted = {name: said.get(name) for name in ("state", "owner", "agent", "carrier", "q")}
    try:
        limit, offset = min(int(said.get("limit", "100")), _MOST), int(said.get("offset", "0"))
    except ValueError:
        return Answer(400, {"error": "limit and offset are whole numbers"})
    found = store.list_cases(db, **wanted, limit=max(limit, 1), offset=max(offset, 0))
    return Answer(200, {"cases": [case.as_json() for case in found]})


def case_page(db: Connection, said: Mapping[str, str], now: datetime) -> Answer:
    """``/cases/<case id>``: all that is known of one case."""
    case_id = said["case_id"]
    summary, case = store.summary(db, case_id), store.find(db, case_id)
    if summary is None or case is None:
        return Answer(404, {"error": f"no case {case_id} is on file"})
    return Answer(
        200,
        {
            **summary.as_json(),
            "answer": standing.answer(case, now),
            "open_items": [item.as_json() for item in open_items(case, now)],
            "may_be_asked": [request.value for request in asked_from(case.state)],
            **_details(case),
            "versions": [_version(read) for read in store.versions(db, case_id)],
            "differences": [each.model_dump(mode="json") for each in lists.standing(db, case_id)],
            "others": [_other(db, relation.other_case_id, relation.kind) for relation in case.relations],
            "history": [entry.as_json() for entry in store.timeline(db, case_id)],
        },
    )


def differences_page(db: Connection, _: Mapping[str, str], __: datetime) -> Answer:
    """``/differences``: what differed at each carrier's last list."""
    return Answer(200, {"differences": [each.model_dump(mode="json") for each in lists.standing(db)]})


PAGES = (
    Page("/cases", list_page),
    Page("/cases/{case_id}", case_page),
    Page("/differences", differences_page),
)


def _details(case: Case) -> dict[str, Any]:
    return {
        "version": case.version,
        "submitted_version": case.submitted_version or None,
        "submitted_at": case.submitted_at.isoformat() if case.submitted_at else None,
        "carrier_word": case.word.model_dump(mode="json", exclude_none=True) if case.word else None,
        "waiting_words": [each.word.model_dump(mode="json", exclude_none=True) for each in case.waiting],
        "requirements": [
            each.model_dump(mode="json", exclude_none=True)
            for each in (case.requirements.requirements if case.requirements else ())
        ],
        "carrier_requirements": [each.model_dump(mode="json", exclude_none=True) for each in case.raised],
        "findings": [each.model_dump(mode="json", exclude_none=True) for each in open_findings(case)],
        "asked": [each.model_dump(mode="json") for each in case.asked],
    }


def _version(read: VersionRead) -> dict[str, Any]:
    """What it was read from and what it changed; no value of it."""
    return {
        "version": read.version,
        "read_at": read.read_at.isoformat(),
        "documents": [paper.model_dump(mode="json", exclude_none=True) for paper in read.documents],
        "changes": read.changes.model_dump(mode="json") if read.changes else None,
    }


def _other(db: Connection, case_id: str, relation: str) -> dict[str, Any]:
    other = store.find(db, case_id)
    return {"case_id": case_id, "relation": relation.removeprefix("mark_"), "state": other.state if other else None}
