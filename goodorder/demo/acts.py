"""The acts of the demonstration: the drop, the outside world's answers, the reckoning."""

import asyncio
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from decimal import Decimal

from rich.panel import Panel
from rich.text import Text

from goodorder.case_file import CaseFiles
from goodorder.dead_letters.reading import letters_of
from goodorder.demo.board import Row, table_of
from goodorder.demo.desk import Desk
from goodorder.demo.packets import COMPLETED, DECLINED, PLACED, DemoPacket
from goodorder.outside_voices import reporter_of, say_as_carrier, say_of_requirement
from goodorder.screen import counted, facts, readable, state_in_words
from schemas.carrier_events import CarrierDecided
from schemas.case_events import CarrierRequired
from schemas.codes import (
    CarrierDecisionKind,
    CarrierRequirementStatus,
    CaseState,
    Owing,
    RequirementStatus,
    VendorStatus,
    Verdict,
)
from schemas.requirement_events import VendorStatusReported
from schemas.topics import SERVICES, VENDORS_ORDERS, submissions
from services.chassis.record import Record
from services.console.letters.index import Wanted, count_letters

_FIRST_MAIL = 180.0
_STEP = 60.0
"""Seconds until what was awaited counts as missed."""

_DONE = (RequirementStatus.SATISFIED, RequirementStatus.WAIVED)


async def drop_and_tell(desk: Desk, packets: Sequence[DemoPacket]) -> list[Row]:
    """Six uploads; each agent is written to."""
    _title(desk, f"{counted(len(packets), 'packet')} dropped into the bucket, as agents do")
    desk.console.print(facts(*((f"  {packet.name}", f"{packet.about}, from {packet.agent}") for packet in packets)))
    desk.console.print()
    rows = await desk.drop(packets)
    await desk.watch(rows, lambda rows: all(row.mails and row.journey.is_told for row in rows), _FIRST_MAIL)
    await desk.read_back(rows)
    desk.console.print(table_of(rows))
    desk.console.print()
    for row in rows:
        _expect_first_mail(desk, row)
    return rows


def _expect_first_mail(desk: Desk, row: Row) -> None:
    found = {finding.rule for finding in row.journey.to_fix}
    is_right = row.journey.verdict is row.packet.verdict and found == row.packet.rules
    wanted = f"found {', '.join(sorted(row.packet.rules))} and nothing else" if row.packet.rules else "in good order"
    seen = "" if is_right else f" (found: {', '.join(sorted(found)) or 'nothing'})"
    seconds = row.seconds_to_mail
    desk.expectations.expect(is_right, f"{row.packet.name}: {wanted}{seen}")
    reached = f"was on the mail server {seconds:.1f} s after the upload" if seconds else "was on the mail server"
    desk.expectations.expect(seconds is not None, f"{row.packet.name}: the agent's mail {reached}")
    if row.packet.verdict is Verdict.IGO:
        desk.expectations.expect(
            bool(row.journey.requirements) and row.journey.state is CaseState.SUBMITTED,
            f"{row.packet.name}: submitted, {counted(len(row.journey.requirements), 'requirement')} on the list",
        )


async def answer_from_outside(desk: Desk, rows: Sequence[Row]) -> None:
    """Carriers take the two cases, vendors deliver, one carrier wants more; one policy is placed, one declined."""
    _title(desk, "Carriers and vendors answer, in the events that they would publish")
    placed, declined = _row(rows, PLACED), _row(rows, DECLINED)
    for row, reference in ((placed, "ALD-2004711"), (declined, "QM-88-1630")):
        await _decide(desk, row, CarrierDecisionKind.ACKNOWLEDGED, reference=reference)
        await _reach(desk, row, CaseState.AWAITING_REQUIREMENTS)
        await _deliver_requirements(desk, row)
        await _reach(desk, row, CaseState.UNDERWRITING)
    await _require_more(desk, placed)
    await _decide(desk, placed, CarrierDecisionKind.APPROVED, note="Standard, as applied for.", face=Decimal(500_000))
    await _reach(desk, placed, CaseState.APPROVED)
    await _decide(desk, placed, CarrierDecisionKind.ISSUED)
    await _reach(desk, placed, CaseState.DELIVERY_PENDING)
    await _decide(desk, placed, CarrierDecisionKind.PLACED)
    await _decide(desk, declined, CarrierDecisionKind.DECLINED)
    await _reach(desk, placed, CaseState.PLACED)
    await _reach(desk, declined, CaseState.DECLINED)
    await _last_mail(desk, (placed, CaseState.PLACED), (declined, CaseState.DECLINED))


async def complete(desk: Desk, rows: Sequence[Row]) -> None:
    """One agent sends the page that was not signed: it joins its case, which is in good order now."""
    row = _row(rows, COMPLETED)
    assert row.packet.later is not None  # noqa: S101 - that is what makes it the one
    _title(desk, "The missing signature comes a little later, in the case's own folder")
    case = _case(row)
    mails = len(row.mails)
    key = await desk.send(row.packet.later, "page-5.pdf", row.packet.agent, case)
    desk.console.print(readable(f"  {row.packet.agent}: {key}", "quiet"))
    await _reach(desk, row, CaseState.SUBMITTED)
    told = await desk.watch([row], lambda rows: len(rows[0].mails) == mails + 2, _STEP)
    desk.expectations.expect(told, f"{row.packet.name}: the agent was told that the page came, and of the submission")
    versions = CaseFiles(desk.house.settings).versions(case)
    changed = [change.label for change in versions[-1].changes.fields] if versions[-1].changes else []
    desk.expectations.expect(
        [read.version for read in versions] == [1, 2] and any("Signature" in label for label in changed),
        f"{row.packet.name}: the same case, version 2: {', '.join(changed)}",
    )


async def reckon(desk: Desk, rows: Sequence[Row]) -> None:
    """The records against the Maildir and Kafka: every mail once, nothing left over."""
    _title(desk, "Read back from the databases, Kafka and the mail server")
    caught_up = await _caught_up(desk)
    await desk.read_back(rows)
    desk.console.print(table_of(rows))
    desk.console.print()
    sent = {row.packet.name: sum(mail.is_sent for mail in row.journey.mails) for row in rows}
    differ = [row.packet.name for row in rows if sent[row.packet.name] != len(row.mails)]
    total = sum(len(row.mails) for row in rows)
    desk.expectations.expect(
        not differ and total == len(desk.mails()),
        f"{counted(total, 'mail')} on the mail server, as many as the records say were sent",
    )
    ids = [mail.message_id for row in rows for mail in row.mails]
    desk.expectations.expect(len(set(ids)) == len(ids), "no mail was sent twice")
    topics = (VENDORS_ORDERS.name, *(submissions(row.packet.built.truth.carrier).name for row in rows))
    records = await asyncio.to_thread(desk.house.broker().read, topics)
    # An event may be published again under its id, and everybody recognises it: it counts once.
    published = Counter(topic for topic, _ in {(record.topic, _event_id(record)) for record in records})
    orders = sum(row.orders for row in rows)
    desk.expectations.expect(
        published[VENDORS_ORDERS.name] == orders, f"{counted(orders, 'order')} to vendors on Kafka, each once"
    )
    submitted = published.total() - published[VENDORS_ORDERS.name]
    good = sum(row.packet.verdict is Verdict.IGO or row.packet.later is not None for row in rows)
    desk.expectations.expect(
        submitted == good, f"{counted(submitted, 'submission')} to carriers on Kafka, each case in good order once"
    )
    letters = await asyncio.to_thread(_dead_letters, desk)
    desk.expectations.expect(not letters, "no dead letters")
    desk.expectations.expect(caught_up, "every service has finished every record of its topics")


def _dead_letters(desk: Desk) -> int:
    with letters_of(desk.house, from_kafka=True) as db:
        return count_letters(db, Wanted(status=None))


def show_a_mail(desk: Desk, rows: Iterable[Row]) -> None:
    """One mail as its agent reads it."""
    row = next((row for row in rows if row.packet.rules and row.mails), None)
    if row is None:
        return
    mail = row.mails[0]
    head = Text(f"To: {mail.recipient}\nSubject: {mail.subject}\n\n", style="dim")
    body = Text.assemble(head, readable(mail.text.strip()))
    desk.console.print(Panel(body, title=f"What agent {row.packet.agent} got about {row.packet.name}", padding=(1, 2)))


async def _decide(
    desk: Desk,
    row: Row,
    decision: CarrierDecisionKind,
    reference: str | None = None,
    note: str | None = None,
    face: Decimal | None = None,
) -> None:
    carrier = row.packet.built.truth.carrier
    word = CarrierDecided(
        case_id=_case(row),
        decision=decision,
        effective_at=datetime.now(UTC),
        carrier_reference=reference,
        note=note,
        approved_face_amount=face,
    )
    await asyncio.to_thread(say_as_carrier, desk.house.broker(f"carrier-{carrier}"), carrier, word)
    desk.console.print(readable(f"  {carrier}: {row.packet.name} is {state_in_words(decision)}", "quiet"))


async def _require_more(desk: Desk, row: Row) -> None:
    """The underwriter wants one more paper: the case waits for it, the agent is told, and it is brought."""
    carrier, mails = row.packet.built.truth.carrier, len(row.mails)
    for status, state in (
        (CarrierRequirementStatus.OUTSTANDING, CaseState.AWAITING_REQUIREMENTS),
        (CarrierRequirementStatus.RECEIVED, CaseState.UNDERWRITING),
    ):
        raised = CarrierRequired(
            case_id=_case(row),
            requirement_id="ALD-REQ-1",
            name="Signed amendment to the application",
            status=status,
            owed_by=Owing.AGENT,
            effective_at=datetime.now(UTC),
        )
        await asyncio.to_thread(say_as_carrier, desk.house.broker(f"carrier-{carrier}"), carrier, raised)
        words = f"  {carrier}: {raised.name} for {row.packet.name} is {state_in_words(status)}"
        desk.console.print(readable(words, "quiet"))
        await _reach(desk, row, state)
        if status is CarrierRequirementStatus.OUTSTANDING:
            told = await desk.watch([row], lambda rows: len(rows[0].mails) > mails, _STEP)
            desk.expectations.expect(told, f"{row.packet.name}: the agent was told of the additional requirement")
            answer = CaseFiles(desk.house.settings).read(_case(row), datetime.now(UTC)).answer
            desk.console.print(readable(f"  Where is this case? {answer}"))


async def _deliver_requirements(desk: Desk, row: Row) -> None:
    for requirement in row.journey.requirements:
        report = VendorStatusReported(
            case_id=_case(row),
            requirement_id=requirement.requirement_id,
            status=VendorStatus.RESULTS_OUT,
            effective_at=datetime.now(UTC),
        )
        reporter = reporter_of(requirement, row.packet.built.truth.carrier)
        await asyncio.to_thread(say_of_requirement, desk.house.broker("vendor"), reporter, report)
        desk.console.print(readable(f"  {reporter.name}: {requirement.name} for {row.packet.name} is done", "quiet"))
    done = await desk.watch([row], lambda rows: all(r.status in _DONE for r in rows[0].journey.requirements), _STEP)
    desk.expectations.expect(done, f"{row.packet.name}: every requirement is satisfied")


async def _reach(desk: Desk, row: Row, state: CaseState) -> None:
    there = await desk.watch([row], lambda rows: rows[0].journey.state is state, _STEP)
    now = row.journey.state
    seen = "" if there else f" (it is {state_in_words(now) if now else 'nowhere'})"
    desk.expectations.expect(there, f"{row.packet.name}: {state_in_words(state)}{seen}")


async def _last_mail(desk: Desk, *ends: tuple[Row, CaseState]) -> None:
    for row, state in ends:
        told = await desk.watch(
            [row],
            lambda rows, state=state: any(m.template == state and m.is_sent for m in rows[0].journey.mails),  # type: ignore[misc]
            _STEP,
        )
        desk.expectations.expect(told, f"{row.packet.name}: the agent was told that it is {state_in_words(state)}")


def _event_id(record: Record) -> str:
    return str(json.loads(record.value or b"{}")["id"])


async def _caught_up(desk: Desk) -> bool:
    """Whether the groups' offsets reach the topics' ends; they are committed a moment after the work."""
    for _ in range(40):
        behind = await asyncio.to_thread(desk.house.broker().lag, SERVICES)
        if not any(behind.values()):
            return True
        await asyncio.sleep(0.5)
    return False


def _row(rows: Sequence[Row], name: str) -> Row:
    return next(row for row in rows if row.packet.name == name)


def _case(row: Row) -> str:
    if row.journey.case_id is None:
        raise RuntimeError(f"{row.packet.name} never became a case")
    return row.journey.case_id


def _title(desk: Desk, words: str) -> None:
    desk.console.print()
    desk.console.rule(Text(words, style="bold"), align="left", style="dim")
