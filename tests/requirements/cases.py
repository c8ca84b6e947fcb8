"""Events of one case for the tests of requirements."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from schemas.base import StoredObject
from schemas.codes import RequirementKind, VendorStatus, Verdict
from schemas.document_events import DocumentFiled
from schemas.events import ApplicationRead
from schemas.finding_events import VerdictReached
from schemas.requirement_events import VendorStatusReported
from services.requirements.orders import requirement_id
from services.requirements.state import CaseRequirements
from tests.builders import DOCUMENT, brackwater, clean_application

CASE = "GO-7K3M-9QXT-2B4F"
NOW = datetime(2026, 3, 4, 15, 0, tzinfo=UTC)
CARRIERS = {"brackwater": brackwater()}
EMPTY = CaseRequirements(case_id=CASE)
ARCHIVE = StoredObject(bucket="goodorder-archive", key=f"sha256/{DOCUMENT}", version_id="3")


def read(version: int = 1, changes: Mapping[str, Any] | None = None) -> ApplicationRead:
    return ApplicationRead(
        case_id=CASE,
        version=version,
        agent_code="A-100",
        documents=(
            DocumentFiled(document_id="cd" * 32, archive=StoredObject(bucket="b", key="other"), file_name="x.pdf"),
            DocumentFiled(document_id=DOCUMENT, archive=ARCHIVE, file_name="packet.pdf"),
        ),
        uploaded_at=NOW,
        reading_started_at=NOW,
        read_at=NOW,
        application=clean_application(changes),
    )


def verdict(version: int = 1, word: Verdict = Verdict.IGO) -> VerdictReached:
    return VerdictReached(case_id=CASE, version=version, verdict=word, findings=(), decided_at=NOW)


def reported(kind: RequirementKind, status: VendorStatus, hours: int = 1) -> VendorStatusReported:
    return VendorStatusReported(
        case_id=CASE,
        requirement_id=requirement_id(CASE, kind),
        status=status,
        effective_at=NOW + timedelta(hours=hours),
        note="spoke to the insured",
    )
