"""The events that a case may see, made short, on a small fictional carrier."""

from datetime import UTC, datetime, timedelta
from typing import Any

from schemas.base import StoredObject
from schemas.carrier import Carriers
from schemas.carrier_events import CarrierDecided
from schemas.case_events import CarrierRequired, CaseRequested
from schemas.codes import (
    CarrierDecisionKind,
    CaseRequestKind,
    FieldChangeKind,
    ReasonCode,
    RequirementKind,
    RequirementStatus,
    Severity,
    Verdict,
)
from schemas.document_events import DocumentFiled, FieldChange, VersionChanges
from schemas.events import ApplicationRead
from schemas.finding_events import Finding, VerdictReached
from schemas.ids import case_id
from schemas.requirement_events import Requirement, RequirementsChanged
from tests.builders import DOCUMENT, brackwater, clean_application

CASE = case_id("a case of the tests")
NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
NOW = NOON + timedelta(days=30)
CARRIERS: Carriers = {
    "brackwater": brackwater(),
    "tarnside": brackwater(id="tarnside", name="Tarnside Life"),
}
BY_HAND: Carriers = {"brackwater": brackwater(auto_submit=False)}


def at(minutes: float) -> datetime:
    """So many minutes after the upload."""
    return NOON + timedelta(minutes=minutes)


def read(version: int = 1, changes: dict[str, Any] | None = None, case: str = CASE) -> ApplicationRead:
    start = version * 10.0
    return ApplicationRead(
        case_id=case,
        version=version,
        agent_code="A-100",
        documents=(
            DocumentFiled(
                document_id=DOCUMENT, archive=StoredObject(bucket="archive", key="one"), file_name="packet.pdf"
            ),
        ),
        uploaded_at=at(start),
        reading_started_at=at(start + 0.1),
        read_at=at(start + 0.2),
        application=clean_application(changes),
    )


def read_with_more(version: int, changed: bool = True) -> ApplicationRead:
    """A later version that another document came with."""
    read_ = read(version, {"physician.reason": "checkup"} if changed else None)
    more = tuple(
        DocumentFiled(
            document_id=f"{number:064x}",
            archive=StoredObject(bucket="archive", key=f"late {number}"),
            file_name="late.pdf",
            uploaded_at=at(number * 10.0),
            version=number,
        )
        for number in range(version, 1, -1)
    )
    fields = (FieldChange(at="physician.reason", label="Reason", change=FieldChangeKind.CHANGED),) if changed else ()
    changes = VersionChanges(documents=(more[0].document_id,), fields=fields)
    return read_.model_copy(update={"documents": (*more, *read_.documents), "uploaded_at": at(10), "changes": changes})


def judged(verdict: str, version: int = 1, findings: tuple[Finding, ...] | None = None) -> VerdictReached:
    if findings is None:
        findings = (finding("N"), finding("W")) if verdict == "nigo" else (finding("W"),)
    return VerdictReached(
        case_id=CASE,
        version=version,
        verdict=Verdict(verdict),
        findings=findings,
        decided_at=at(version * 10.0 + 0.3),
    )


def judged_again(verdict: str, findings: tuple[Finding, ...] | None = None) -> VerdictReached:
    """Another verdict on the first version, an hour later."""
    return judged(verdict, 1, findings).model_copy(update={"decided_at": at(70)})


def finding(severity: str, **changes: Any) -> Finding:
    values: dict[str, Any] = {
        "rule": "V-25",
        "severity": Severity(severity),
        "reason": ReasonCode.INCOMPLETE_FORM,
        "at": "beneficiaries.0.share",
        "label": "Share of the first beneficiary",
        "message": "Page 2, Share of the first beneficiary: the primary shares add up to 90 %. Make them 100 %.",
        "citation": "carrier's guide",
        "page": 2,
        "document_id": DOCUMENT,
    }
    return Finding(**{**values, **changes})


def required(*statuses: str, minute: float = 15, version: int = 1) -> RequirementsChanged:
    """Requirements in these statuses, one each; what is neither satisfied nor waived is outstanding."""
    kinds = (RequirementKind.PARAMED, RequirementKind.BLOOD_URINE, RequirementKind.APS)
    names = ("Paramedical exam", "Blood profile", "Attending physician’s statement")
    requirements = tuple(
        Requirement(
            requirement_id=f"r{number}",
            kind=kinds[number],
            name=names[number],
            status=RequirementStatus(status),
            why="",
        )
        for number, status in enumerate(statuses)
    )
    outstanding = sum(status not in ("satisfied", "waived") for status in statuses)
    return RequirementsChanged(
        case_id=CASE,
        version=version,
        requirements=requirements,
        changed=(),
        outstanding=outstanding,
        satisfied=not outstanding,
        changed_at=at(minute),
    )


def raised(name: str = "R-1", minute: float = 150, **more: Any) -> CarrierRequired:
    return CarrierRequired(
        case_id=CASE, requirement_id=name, name=f"Signed amendment {name}", effective_at=at(minute), **more
    )


def asked(request: CaseRequestKind | str, minute: float = 500, **more: Any) -> CaseRequested:
    return CaseRequested(
        case_id=CASE,
        request=CaseRequestKind(request),
        actor="m.lee",
        reason="The client says so.",
        requested_at=at(minute),
        **more,
    )


def said(decision: CarrierDecisionKind | str, minute: float = 100, **more: Any) -> CarrierDecided:
    return CarrierDecided(case_id=CASE, decision=CarrierDecisionKind(decision), effective_at=at(minute), **more)
