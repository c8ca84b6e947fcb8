"""TXLife out and in: only verified numbers are said or understood, the rest is kept as it came and named."""

from contextlib import suppress
from datetime import UTC, datetime
from xml.etree.ElementTree import Element

import pytest
from defusedxml.ElementTree import fromstring
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.carrier_events import ApplicationSubmitted
from schemas.codes import CarrierDecisionKind, RequirementKind, VendorStatus
from schemas.publish.__main__ import sample
from schemas.publish.json_schema import parsed
from schemas.requirement_events import RequirementOrdered
from services.cases.txlife import codes
from services.cases.txlife.reading import Coded, UnreadableMessage, read
from services.cases.txlife.writing import NAMESPACE, order, submission


def submitted() -> ApplicationSubmitted:
    data = parsed(sample("goodorder.carriers.application-submitted.v1")).data
    assert isinstance(data, ApplicationSubmitted)
    return data


def ordered(kind: RequirementKind) -> RequirementOrdered:
    data = parsed(sample("goodorder.vendors.requirement-ordered.v1")).data
    assert isinstance(data, RequirementOrdered)
    return data.model_copy(update={"kind": kind})


def found(message: bytes, path: str) -> Element:
    element: Element | None = fromstring(message).find(f".//{{{NAMESPACE}}}{path}")
    assert element is not None, path
    return element


def test_a_submission_is_a_103_with_the_data_and_the_places_of_the_documents() -> None:
    event = submitted()
    written = submission(event)
    assert found(written.content, "TransType").get("tc") == "103"
    assert found(written.content, "TransRefGUID").text == event.submission_id
    assert found(written.content, "TrackingID").text == event.case_id
    assert found(written.content, "FaceAmt").text == str(event.application.coverage.face_amount)
    place = event.documents[0].archive
    assert found(written.content, "AttachmentReference").text == f"s3://{place.bucket}/{place.key}"
    assert found(written.content, "RelationRoleCode").get("tc") == "32"
    assert "Relation: primary beneficiary" in written.unmapped


def test_an_order_says_the_number_of_a_physicians_statement_and_of_nothing_unverified() -> None:
    aps = order(ordered(RequirementKind.APS), "An agency")
    assert (found(aps.content, "ReqCode").get("tc"), found(aps.content, "ReqStatus").get("tc")) == ("11", "2")
    assert not any("ReqCode" in gap for gap in aps.unmapped)
    exam = order(ordered(RequirementKind.PARAMED), "An agency")
    assert found(exam.content, "ReqCode").get("tc") is None
    assert "ReqCode: paramed" in exam.unmapped


def result(status: str, requirement: str = "11", progress: str = "2", namespace: str = "") -> bytes:
    return f"""<TXLife{namespace}><TXLifeRequest><TransRefGUID>ref-1</TransRefGUID><TransType tc="1122"/>
        <TransExeDate>2026-03-14</TransExeDate><TransExeTime>14:30:05-05:00</TransExeTime>
        <OLifE><Holding><Policy><PolNumber>P-1</PolNumber><PolicyStatus tc="{status}">as sent</PolicyStatus>
        <ApplicationInfo><TrackingID>GO-1574-WM4A-D5HS</TrackingID></ApplicationInfo>
        <RequirementInfo><ReqCode tc="{requirement}"/><ReqStatus tc="{progress}"/>
        <RequirementInfoUniqueID>r1</RequirementInfoUniqueID></RequirementInfo></Policy></Holding></OLifE>
        </TXLifeRequest></TXLife>""".encode()


@pytest.mark.parametrize("namespace", ["", f' xmlns="{NAMESPACE}"'])
def test_a_1122_is_understood_with_and_without_its_namespace(namespace: str) -> None:
    message = read(result("24", namespace=namespace))
    assert (message.transaction, message.reference, message.policy_number) == ("1122", "ref-1", "P-1")
    assert message.case_id == "GO-1574-WM4A-D5HS"
    assert message.executed_at == datetime(2026, 3, 14, 19, 30, 5, tzinfo=UTC)
    assert message.decision is CarrierDecisionKind.APPROVED
    (requirement,) = message.requirements
    assert (requirement.kind, requirement.status) == (RequirementKind.APS, VendorStatus.ACKNOWLEDGED)
    assert message.unmapped == ()


def test_what_has_no_verified_meaning_is_kept_raw_and_named() -> None:
    message = read(result("4711", "20", "4"))
    assert (message.decision, message.raw_status) == (None, Coded("4711", "as sent"))
    (requirement,) = message.requirements
    assert (requirement.kind, requirement.raw_kind.number, requirement.raw_status.number) == (None, "20", "4")
    assert message.unmapped == ("PolicyStatus 4711", "ReqCode 20", "ReqStatus 4")


@pytest.mark.parametrize("number", codes.POLICY_STATUSES)
def test_every_verified_status_has_its_meaning(number: str) -> None:
    assert read(result(number)).decision is codes.POLICY_STATUSES[number]


def test_what_is_written_can_be_read_back() -> None:
    message = read(order(ordered(RequirementKind.APS), "An agency").content)
    assert (message.transaction, message.requirements[0].kind) == ("121", RequirementKind.APS)
    assert message.requirements[0].requirement_id == ordered(RequirementKind.APS).requirement_id


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not xml",
        b"<html/>",
        b"<TXLife/>",
        b"<TXLife><TXLifeRequest/></TXLife>",
        b'<TXLife><TXLifeRequest><TransType tc="103"/><OLifE/></TXLifeRequest></TXLife>',
        b'<!DOCTYPE x [<!ENTITY a "aaaa">]><TXLife>&a;</TXLife>',
        b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><TXLife/>',
        b" " * 4_000_001,
    ],
)
def test_what_is_no_message_is_refused_with_a_reason(content: bytes) -> None:
    with pytest.raises(UnreadableMessage, match=r"\w"):
        read(content)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=200), st.integers(0, 900), st.integers(0, 50))
def test_a_spoiled_message_is_read_or_refused_and_nothing_else(noise: bytes, at: int, removed: int) -> None:
    whole = result("24")
    with suppress(UnreadableMessage):
        read(whole[:at] + noise + whole[at + removed :])
