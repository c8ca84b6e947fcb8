"""A document that answers a requirement satisfies it, whichever comes first: the document, the verdict or the list."""

from datetime import timedelta

import pytest

from schemas.base import StoredObject
from schemas.codes import RequirementKind, RequirementStatus, Verdict
from schemas.document_events import DocumentFiled
from schemas.events import ApplicationRead
from services.requirements.joining import on_application, on_verdict
from services.requirements.state import CaseRequirements, Decision
from tests.requirements.cases import ARCHIVE, CARRIERS, EMPTY, NOW, read, verdict

PARAMED = RequirementKind.PARAMED


def with_result(version: int = 2, kind: RequirementKind = PARAMED) -> ApplicationRead:
    """The next version, which an exam's results came with."""
    result = DocumentFiled(
        document_id="ef" * 32,
        archive=StoredObject(bucket="b", key="result"),
        file_name="result.pdf",
        uploaded_at=NOW + timedelta(days=2),
        version=version,
        requirement=kind,
    )
    first = read(version)
    return first.model_copy(update={"documents": (result, *first.documents)})


def decided() -> CaseRequirements:
    before = on_application(EMPTY, read(), CARRIERS, NOW).state
    return on_verdict(before, verdict(), CARRIERS, NOW).state


def status(state: CaseRequirements, kind: RequirementKind = PARAMED) -> RequirementStatus:
    return next(each.status for each in state.requirements if each.kind is kind)


def test_results_that_come_after_the_submission_satisfy_and_cancel_the_order() -> None:
    done = on_application(decided(), with_result(), CARRIERS, NOW)
    assert status(done.state) is RequirementStatus.SATISFIED
    assert [cancelled.vendor for cancelled in done.cancelled]
    assert done.changed is not None
    # The same version again, and its verdict, change nothing more about it.
    again = on_application(done.state, with_result(), CARRIERS, NOW)
    assert (again.changed, again.cancelled) == (None, ())
    judged = on_verdict(done.state, verdict(2), CARRIERS, NOW)
    assert (status(judged.state), judged.orders, judged.cancelled) == (RequirementStatus.SATISFIED, (), ())


@pytest.mark.parametrize("word", [Verdict.IGO, Verdict.NIGO])
def test_results_that_come_before_the_list_wait_for_it(word: Verdict) -> None:
    state = on_application(EMPTY, read(), CARRIERS, NOW).state
    state = on_application(state, with_result(), CARRIERS, NOW).state
    state = on_verdict(state, verdict(2, word), CARRIERS, NOW).state
    end = on_verdict(state, verdict(1), CARRIERS, NOW).state
    assert status(end) is RequirementStatus.SATISFIED


def test_a_document_that_answers_nothing_open_changes_no_requirement() -> None:
    done = on_application(decided(), with_result(kind=RequirementKind.TAX_TRANSCRIPT), CARRIERS, NOW)
    assert (done.changed, done.orders) == (None, ())


def test_the_authorisation_of_an_order_stays_the_document_that_holds_it() -> None:
    decision: Decision = on_application(EMPTY, with_result(1), CARRIERS, NOW)
    decision = on_verdict(decision.state, verdict(), CARRIERS, NOW)
    assert {order.authorization for order in decision.orders} <= {ARCHIVE, None}
    assert status(decision.state) is RequirementStatus.SATISFIED
