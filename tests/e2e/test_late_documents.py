"""On real parts: the page that was missing completes its case; what names nobody is filed by a person."""

import json
import urllib.request
from datetime import UTC, datetime

import pytest

from goodorder.outside_voices import file_document
from samples.packets import Packet, build
from samples.packets.excerpts import excerpt
from schemas.carrier_events import ApplicationSubmitted, DocumentsSubmitted
from schemas.codes import CaseState, FilingWay
from schemas.document_events import FileDocument, LateDocumentFiled
from schemas.events import CaseChanged, MailDelivery
from schemas.ids import case_id, document_id
from tests.desk import Desk

pytestmark = [pytest.mark.stack, pytest.mark.timeout(180)]

APPLICATION = "ald-tl-101-2026-01"
TODAY = datetime.now(UTC).date()


def test_a_missing_page_completes_its_case_and_an_unknown_one_is_filed_by_hand(desk: Desk) -> None:
    unsigned = build(Packet("late-unsigned", "aldermoor", 5301, TODAY, ("missing-signature",)))
    signed = build(Packet("late-signed", "aldermoor", 5301, TODAY))
    case, agent = case_id(document_id(unsigned.content)), unsigned.truth.agent_code
    desk.drop(unsigned.content, "late-unsigned.pdf", agent)
    _until(desk, case, CaseState.NIGO)

    page = excerpt(signed, [(APPLICATION, 5)])
    desk.drop(page, f"{case}/page-5.pdf", agent)
    _until(desk, case, CaseState.SUBMITTED)
    (sent,) = [each for each in desk.ledger().of(ApplicationSubmitted) if each.case_id == case]
    assert [filed.document_id for filed in sent.documents] == [document_id(page), document_id(unsigned.content)]

    unknown = excerpt(signed, [(APPLICATION, 3)])
    desk.drop(unknown, "page-3.pdf", agent)
    waits = desk.until("the page in the inbox", lambda: _in_inbox(desk, document_id(unknown)))
    assert (waits["file_name"], waits["agent_code"]) == ("page-3.pdf", agent)
    asked = FileDocument(
        document_id=document_id(unknown), case_id=case, actor="morgan", reason="by phone", asked_at=datetime.now(UTC)
    )
    file_document(desk.house.broker(), asked)
    more = desk.until(
        "the page passed on to the carrier",
        lambda: next((each for each in desk.ledger().of(DocumentsSubmitted) if each.case_id == case), None),
    )
    assert [filed.document_id for filed in more.documents] == [document_id(unknown)]
    assert _in_inbox(desk, document_id(unknown)) is None
    ways = [(filed.version, filed.way) for filed in desk.ledger().of(LateDocumentFiled) if filed.case_id == case]
    assert ways == [(2, FilingWay.REFERENCE), (3, FilingWay.PERSON)]
    told = desk.until("the agent told of all of it", lambda: len(_told(desk, case)) >= 4 and _told(desk, case))
    assert sorted(told) == ["document_filed", "document_filed", "nigo", "submitted"]


def _until(desk: Desk, case: str, state: CaseState) -> None:
    def there() -> bool:
        return any(change.case_id == case and change.to_state is state for change in desk.ledger().of(CaseChanged))

    desk.until(f"case {case} in {state}", there)


def _in_inbox(desk: Desk, document: str) -> dict | None:  # type: ignore[type-arg]
    """As the console and a person on the machine see it."""
    url = f"http://127.0.0.1:{desk.run.ports.services['intake']}/inbox"
    with urllib.request.urlopen(url, timeout=10) as answer:
        waiting = json.load(answer)["documents"]
    return next((one for one in waiting if one["document_id"] == document), None)


def _told(desk: Desk, case: str) -> list[str]:
    """The letters of the case that were sent, or that nobody could be sent."""
    return [mail.template for mail in desk.ledger().of(MailDelivery) if mail.case_id == case]
