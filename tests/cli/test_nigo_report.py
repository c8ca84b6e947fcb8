"""``goodorder report nigo``: the figures are those of the events."""

from datetime import UTC, datetime, timedelta
from typing import Any

from goodorder.nigo_report import nigo_report
from schemas.base import StoredObject
from schemas.codes import Verdict
from schemas.document_events import DocumentFiled
from schemas.events import ApplicationRead
from schemas.finding_events import VerdictReached
from services.validation.good_order import check
from services.validation.verdict import verdict_of
from tests.builders import DOCUMENT, RECEIVED, brackwater, clean_application

AT = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)


def judged(number: int, agent: str, version: int = 1, **changes: Any) -> tuple[ApplicationRead, VerdictReached]:
    case_id = f"GO-0000-0000-{number:04}"
    changed = {path.replace("__", "."): value for path, value in changes.items()}
    forms = changed.pop("forms", ("application-2026-01", "hipaa-2026-01"))
    application = clean_application(changed, forms=forms)
    filed = DocumentFiled(document_id=DOCUMENT, archive=StoredObject(bucket="b", key="k"), file_name="a.pdf")
    read = ApplicationRead(
        case_id=case_id, version=version, agent_code=agent, documents=(filed,), uploaded_at=AT,
        reading_started_at=AT, read_at=AT, application=application,
    )  # fmt: skip
    findings = check(application, brackwater(), RECEIVED)
    reached = VerdictReached(
        case_id=case_id, version=version, verdict=verdict_of(findings), findings=findings,
        decided_at=AT + timedelta(version),
    )  # fmt: skip
    return read, reached


def test_each_case_counts_once_by_its_first_verdict() -> None:
    events = [
        judged(1, "A-1", insured__ssn=None, medical__heart=None),
        judged(1, "A-1", version=2),
        judged(2, "A-1"),
        judged(3, "A-2", forms=("application-2026-01",)),
        judged(4, "A-2", insured__best_time_to_call=None),
    ]
    reads, verdicts = zip(*events, strict=True)
    report = nigo_report(reads, reversed(verdicts))
    assert (report.judged, report.nigo) == (4, 2)
    assert [(share.name, share.judged, share.nigo) for share in report.by_carrier] == [("brackwater", 4, 2)]
    assert [(share.name, share.judged, share.nigo) for share in report.by_agent] == [("A-1", 2, 1), ("A-2", 2, 1)]
    assert dict(report.by_rule) == {"V-01": 1, "V-20": 1, "V-63": 1}
    assert dict(report.by_reason) == {"incompleteForm": 2, "missingForm": 1}
    assert dict(report.by_form) == {"BW-APP (2026-01)": 2, "missing form": 1}


def test_a_verdict_said_again_and_another_carriers_cases_do_not_count() -> None:
    read, verdict = judged(1, "A-1", insured__ssn=None)
    freed = verdict.model_copy(update={"verdict": Verdict.IGO, "decided_at": AT + timedelta(9)})
    assert nigo_report([read], [freed, verdict]).nigo == 1
    assert nigo_report([read], [verdict], carrier="elsewhere").judged == 0
