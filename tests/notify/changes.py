"""Changes and refusals that an agent may hear of, made short."""

from datetime import UTC, datetime, timedelta
from typing import Any

from schemas.base import StoredObject
from schemas.codes import CaseState, ReasonCode, RefusalCause, RequirementStatus, Severity
from schemas.document_events import DocumentUnmatched, LateDocumentFiled
from schemas.events import CaseChanged, DocumentRefused, OpenRequirement
from schemas.finding_events import Finding
from schemas.ids import case_id
from schemas.producers import Producer, Producers
from schemas.requirement_events import RequirementNotice

CASE = case_id("a case of the tests")
DOCUMENT = "ab" * 32
NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)

PRODUCERS: Producers = {
    "AG-1": Producer(code="AG-1", name="Harriet Lindqvist", email="harriet@example.com", npn="1"),
    "AG-2": Producer(code="AG-2", name="Åsa Bergström", email="asa@example.org", language="sv", npn="2"),
    "AG-3": Producer(code="AG-3", name="Walter Tench", email=None, npn="3"),
    "AG-4": Producer(code="AG-4", name="Nobody There", email="bounce@example.com", npn="4"),
    "AG-5": Producer(code="AG-5", name="Typing Error", email="typing error@example", npn="5"),
}


def notice(kind: str = "escalation", to: str = "agent", **more: Any) -> RequirementNotice:
    values: dict[str, Any] = {
        "notice_id": f"{kind} {to}",
        "case_id": CASE,
        "requirement_id": "r-1",
        "kind": "paramed",
        "name": "Paramedical exam",
        "notice": kind,
        "to": to,
        "text": "Larkfield Exams could not reach your client 3 times. Please name a better time.",
        "carrier": "aldermoor",
        "carrier_name": "Aldermoor Life Insurance Company",
        "agent_code": "AG-1",
        "insured_masked": "Jordan P.",
        "occurred_at": NOON + timedelta(days=4),
        "uploaded_at": NOON,
    }
    return RequirementNotice.model_validate({**values, **more})


def late_document(**more: Any) -> LateDocumentFiled:
    """A document that was filed to the case."""
    values: dict[str, Any] = {
        "document_id": DOCUMENT,
        "file_name": "page-5 812-44-0193.pdf",
        "agent_code": "AG-1",
        "uploaded_at": NOON,
        "case_id": CASE,
        "version": 2,
        "carrier_name": "Aldermoor Life Insurance Company",
        "insured_masked": "Jordan P.",
        "way": "reference",
        "filed_at": NOON + timedelta(seconds=3),
    }
    return LateDocumentFiled.model_validate({**values, **more})


def unmatched_document(**more: Any) -> DocumentUnmatched:
    """A document that waits for a person."""
    values: dict[str, Any] = {
        "document_id": DOCUMENT,
        "file_name": "scan.pdf",
        "agent_code": "AG-1",
        "uploaded_at": NOON,
        "reason": "Its pages do not say surely which case they are of.",
        "candidates": [{"case_id": CASE, "score": 0.4, "reasons": ["the same name"]}],
        "unmatched_at": NOON + timedelta(seconds=3),
    }
    return DocumentUnmatched.model_validate({**values, **more})


def change(to_state: str, from_state: str | None = None, revision: int = 4, **more: Any) -> CaseChanged:
    values: dict[str, Any] = {
        "case_id": CASE,
        "revision": revision,
        "from_state": CaseState(from_state) if from_state else None,
        "to_state": CaseState(to_state),
        "occurred_at": NOON + timedelta(minutes=10),
        "reason": "",
        "carrier": "aldermoor",
        "carrier_name": "Aldermoor Life Insurance Company",
        "product_name": "Aldermoor Level Term",
        "agent_code": "AG-1",
        "insured_masked": "Jordan P.",
        "uploaded_at": NOON,
        "application_version": 1,
    }
    return CaseChanged(**{**values, **more})


def finding(page: int | None, label: str, what: str, **more: Any) -> Finding:
    place = label if page is None else f"Page {page}, {label}"
    values: dict[str, Any] = {
        "rule": "V-25",
        "severity": Severity.NIGO,
        "reason": ReasonCode.INCOMPLETE_FORM,
        "at": "somewhere",
        "label": label,
        "message": f"{place}: {what}",
        "citation": "a guide",
        "page": page,
        "document_id": DOCUMENT,
    }
    return Finding(**{**values, **more})


SIGNATURE = finding(5, "Signature of the proposed insured", "the line is empty. The insured signs here.")
SHARES = finding(2, "Primary beneficiary 1, share %", "the shares add up to 90 %. Make them 100 %.")


def not_in_good_order(*findings: Finding, **more: Any) -> CaseChanged:
    return change("nigo", "scrubbing", findings=findings or (SIGNATURE, SHARES), **more)


def requirement(name: str, status: str = "ordered", carrier_owned: bool = False) -> OpenRequirement:
    return OpenRequirement(name=name, status=RequirementStatus(status), carrier_owned=carrier_owned)


def refusal(cause: str = "password_protected", **more: Any) -> DocumentRefused:
    values: dict[str, Any] = {
        "document_id": DOCUMENT,
        "upload": StoredObject(bucket="drop", key="drop/AG-1/packet.pdf", version_id="v1"),
        "file_name": "packet.pdf",
        "agent_code": "AG-1",
        "uploaded_at": NOON,
        "cause": RefusalCause(cause),
        "message": "It opens only with a password. Save it without one and upload it again.",
    }
    return DocumentRefused(**{**values, **more})
