"""One application's way through the running house, from the upload to the mails."""

import email.message
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from kafka import KafkaProducer

from goodorder.verify.report import in_a_line
from goodorder.verify.rule import Kind, judge
from goodorder.verify.rules import ALL
from samples import hostile
from samples.packets import Delivery, Packet, build
from schemas.carrier_events import CarrierDecided
from schemas.codes import CarrierDecisionKind, CaseState, RefusalCause, VendorStatus
from schemas.envelope import CloudEvent
from schemas.events import BY_DATA, CaseChanged, DocumentRefused
from schemas.ids import case_id, document_id
from schemas.requirement_events import RequirementOrdered, RequirementsChanged, VendorStatusReported
from tests.desk import Desk
from tests.intake.reading.packed import zipped
from tests.ledger import mails_in

pytestmark = [pytest.mark.stack, pytest.mark.timeout(180)]

TODAY = datetime.now(UTC).date()


def changes_of(desk: Desk, case: str) -> list[CaseChanged]:
    return [change for change in desk.ledger().of(CaseChanged) if change.case_id == case]


def until_state(desk: Desk, case: str, state: CaseState, seconds: float = 60) -> list[CaseChanged]:
    def there() -> list[CaseChanged] | None:
        changes = changes_of(desk, case)
        return changes if any(change.to_state == state for change in changes) else None

    return desk.until(f"case {case} in {state}", there, seconds)


def mails_on(desk: Desk, case: str) -> list[email.message.Message]:
    return [mail for mail in mails_in(desk.run) if mail["X-Case-Id"] == case]


def text_of(mail: email.message.Message) -> str:
    parts: Iterable[email.message.Message] = mail.walk()
    return "\n".join(part.get_payload(decode=True).decode() for part in parts if part.get_content_maintype() == "text")


def publish(desk: Desk, topic: str, key: str, event: CloudEvent) -> None:  # type: ignore[type-arg]
    producer = KafkaProducer(bootstrap_servers=desk.run.kafka)
    producer.send(topic, key=key.encode(), value=event.model_dump_json(exclude_none=True).encode()).get(30)
    producer.close()


def decision(case: str, kind: CarrierDecisionKind, number: int, **more: object) -> CloudEvent[CarrierDecided]:
    now = datetime.now(UTC) + timedelta(milliseconds=number)
    return CloudEvent[CarrierDecided](
        id=f"{case}-{number}",
        source="/carriers/aldermoor",
        type=BY_DATA[CarrierDecided].type,
        time=now,
        data=CarrierDecided(case_id=case, decision=kind, effective_at=now, **more),  # type: ignore[arg-type]
    )


def test_a_clean_packet_is_submitted_its_requirements_come_in_and_it_is_placed(desk: Desk) -> None:
    packet = build(Packet("clean-way", "aldermoor", 501, TODAY))
    case = case_id(document_id(packet.content))
    desk.drop(packet.content, "clean-way.pdf", packet.truth.agent_code)
    until_state(desk, case, CaseState.SUBMITTED)
    ordered = desk.until(
        "orders", lambda: [order for order in desk.ledger().of(RequirementOrdered) if order.case_id == case]
    )
    topic = "carriers.aldermoor.decisions"
    publish(desk, topic, case, decision(case, CarrierDecisionKind.ACKNOWLEDGED, 1, carrier_reference="ALD-77"))
    until_state(desk, case, CaseState.AWAITING_REQUIREMENTS)
    for number, order in enumerate(ordered):
        now = datetime.now(UTC)
        event = CloudEvent[VendorStatusReported](
            id=f"{case}-v{number}",
            source=f"/vendors/{order.vendor}",
            type=BY_DATA[VendorStatusReported].type,
            time=now,
            data=VendorStatusReported(
                case_id=case, requirement_id=order.requirement_id, status=VendorStatus.RESULTS_OUT, effective_at=now
            ),
        )
        publish(desk, "vendors.statuses", case, event)
    last = desk.until(
        "requirements satisfied or the agent's own left",
        lambda: next(
            (
                change
                for change in reversed(desk.ledger().of(RequirementsChanged))
                if change.case_id == case and change.outstanding == 0
            ),
            None,
        ),
    )
    assert last.satisfied
    until_state(desk, case, CaseState.UNDERWRITING)
    for number, kind in enumerate(
        (CarrierDecisionKind.APPROVED, CarrierDecisionKind.ISSUED, CarrierDecisionKind.PLACED)
    ):
        publish(desk, topic, case, decision(case, kind, 1000 + number))
    changes = until_state(desk, case, CaseState.PLACED)
    assert [change.revision for change in changes] == list(range(1, len(changes) + 1))
    subjects = desk.until("the mail on the placement", lambda: _subjects_with(desk, case, "in force"))
    assert len(subjects) == len(set(subjects))


def _subjects_with(desk: Desk, case: str, words: str) -> list[str]:
    subjects = [str(mail["Subject"]) for mail in mails_on(desk, case)]
    return subjects if any(words in subject.lower() for subject in subjects) else []


def test_a_packet_without_signature_is_mailed_back_with_the_page_and_no_personal_data(desk: Desk) -> None:
    packet = build(Packet("unsigned-way", "quillhaven", 502, TODAY, ("missing-signature",)))
    case = case_id(document_id(packet.content))
    desk.drop(packet.content, "unsigned-way.pdf", packet.truth.agent_code)
    changes = until_state(desk, case, CaseState.NIGO)
    assert {finding.rule for finding in changes[-1].findings} == set(packet.truth.rules)
    mails = desk.until("the mail", lambda: mails_on(desk, case))
    text = text_of(mails[0])
    assert len(mails) == 1
    assert "Page" in text
    assert "sign" in text.lower()
    for path in ("insured.ssn", "insured.last_name", "insured.date_of_birth", "insured.residence.street"):
        assert str(packet.truth.values[path]) not in text


def test_the_same_upload_twice_makes_one_document_and_one_case(desk: Desk) -> None:
    packet = build(Packet("twice", "aldermoor", 503, TODAY, ("missing-beneficiary",)))
    document, case = document_id(packet.content), case_id(document_id(packet.content))
    for name in ("twice-1.pdf", "twice-2.pdf", "twice-1.pdf"):
        desk.drop(packet.content, name, packet.truth.agent_code)
    until_state(desk, case, CaseState.NIGO)
    desk.until("the mail", lambda: mails_on(desk, case))
    later = build(Packet("after-twice", "aldermoor", 504, TODAY, ("missing-beneficiary",)))
    desk.drop(later.content, "after-twice.pdf", later.truth.agent_code)
    until_state(desk, case_id(document_id(later.content)), CaseState.NIGO)
    assert desk.verify().count(Kind.DOUBLED) == 0
    assert len(mails_on(desk, case)) == 1
    assert document


@pytest.mark.parametrize(
    ("name", "content", "cause"),
    [
        ("corrupt.pdf", hostile.corrupt, RefusalCause.DAMAGED_PDF),
        ("text.pdf", hostile.text, RefusalCause.NOT_A_PDF),
        ("empty.pdf", hostile.empty, RefusalCause.EMPTY_FILE),
        ("encrypted.pdf", hostile.encrypted, RefusalCause.PASSWORD_PROTECTED),
    ],
)
def test_a_file_that_cannot_be_read_is_a_dead_letter_and_its_agent_is_told(
    desk: Desk, name: str, content: Callable[[], bytes], cause: RefusalCause
) -> None:
    agent = "AG-1077"
    file = content()
    key = desk.drop(file, name, agent)

    def refused() -> DocumentRefused | None:
        return next((event for event in desk.ledger().of(DocumentRefused) if event.upload.key == key), None)

    event = desk.until(f"{name} refused", refused)
    assert event.cause == cause
    assert event.agent_code == agent
    why = " ".join(event.message.split()[:5])

    def is_about_it(mail: email.message.Message) -> bool:
        text = " ".join(text_of(mail).split())
        return name in text and why in text

    desk.until("the agent's mail", lambda: any(map(is_about_it, mails_in(desk.run))))
    desk.until("its dead letter", lambda: ("intake", document_id(file)) in desk.ledger().dead_letters)


def test_each_file_of_a_zip_makes_its_way(desk: Desk) -> None:
    """A packet and a locked letter in one ZIP file: a case, and a mail that asks for an unlocked copy of the letter."""
    packet = build(Packet("zipped", "aldermoor", 508, TODAY, ("missing-beneficiary",)))
    desk.drop(zipped({"zipped.pdf": packet.content, "locked.pdf": hostile.encrypted()}), "both.zip", "AG-1077")
    until_state(desk, case_id(document_id(packet.content)), CaseState.NIGO)
    mail = desk.until(
        "the mail", lambda: next((m for m in mails_in(desk.run) if "both.zip/locked" in text_of(m)), None)
    )
    assert "send that unlocked copy" in " ".join(text_of(mail).split())


def test_a_bad_file_sent_again_by_another_agent_is_refused_again(desk: Desk) -> None:
    content = b"not a pdf at all, sent by two agents"
    keys = []
    for agent in ("AG-1042", "AG-1077"):
        keys.append(desk.drop(content, f"by-{agent}.pdf", agent))
        desk.until(
            f"{agent} told",
            lambda: {event.upload.key for event in desk.ledger().of(DocumentRefused)} >= set(keys),
        )
    desk.until(
        "both mailed",
        lambda: all(any(f"by-{a}.pdf" in text_of(m) for m in mails_in(desk.run)) for a in ("AG-1042", "AG-1077")),
    )


def test_a_carrier_cannot_decide_another_carriers_case(desk: Desk) -> None:
    packet = build(Packet("wrong-carrier", "quillhaven", 505, TODAY))
    case = case_id(document_id(packet.content))
    desk.drop(packet.content, "wrong-carrier.pdf", packet.truth.agent_code)
    until_state(desk, case, CaseState.SUBMITTED)
    publish(desk, "carriers.aldermoor.decisions", case, decision(case, CarrierDecisionKind.DECLINED, 1))
    desk.until("its dead letter", lambda: ("cases", case) in desk.ledger().dead_letters)
    assert changes_of(desk, case)[-1].to_state != CaseState.DECLINED


@pytest.mark.slow
def test_a_scanned_packet_is_read_and_its_defect_found(desk: Desk) -> None:
    packet = build(Packet("scan-way", "aldermoor", 506, TODAY, ("missing-signature",), Delivery.SCANNED))
    case = case_id(document_id(packet.content))
    desk.drop(packet.content, "scan-way.pdf", packet.truth.agent_code)
    changes = until_state(desk, case, CaseState.NIGO, seconds=150)
    assert {finding.rule for finding in changes[-1].findings} == set(packet.truth.rules)


def test_the_sweep_finds_an_upload_whose_notification_was_lost(desk: Desk) -> None:
    """Purging the queue at once after the upload would race; an upload made while the queue is not told is sure."""
    bucket = desk.run.environment()["GOODORDER_DROP_BUCKET"]
    packet = build(Packet("swept", "aldermoor", 507, TODAY, ("missing-beneficiary",)))
    wired = desk.s3.get_bucket_notification_configuration(Bucket=bucket)
    wired.pop("ResponseMetadata", None)  # type: ignore[misc]
    desk.s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration={})
    try:
        desk.drop(packet.content, "swept.pdf", packet.truth.agent_code)
    finally:
        desk.s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration=wired)  # type: ignore[arg-type]
    until_state(desk, case_id(document_id(packet.content)), CaseState.NIGO, seconds=120)


def test_nothing_is_lost_doubled_or_out_of_order_after_all_this(desk: Desk) -> None:
    judgement = desk.until("everything done", lambda: found if (found := desk.verify()).is_clean else None, every=2)
    print(f"\n{in_a_line(judgement)}")
    # What the checker finds in whole books it finds in these when they are spoiled.
    books = judgement.books
    spoiled = replace(books, mails=(books.mails or ())[1:], history=books.history[1:], archive={})
    broken = {broken.rule.name for broken in judge(spoiled, ALL).broken}
    assert broken >= {"mail-arrived", "history-without-gaps", "document-in-archive"}
