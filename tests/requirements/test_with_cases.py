"""Requirements and cases together, without Kafka: changed amounts, and what a carrier raises."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from schemas import topics
from schemas.base import Contract
from schemas.carrier import Carriers
from schemas.carrier_events import CarrierDecided
from schemas.case_events import CarrierRequired, CaseRequested
from schemas.codes import CaseRequestKind, CaseState, RequirementKind, VendorStatus
from schemas.events import CaseChanged
from schemas.requirement_events import OrderCancelled, RequirementOrdered, RequirementsChanged, VendorStatusReported
from services.cases.worker import describe_service as cases
from services.requirements.worker import describe_service as requirements
from tests.builders import book, brackwater
from tests.requirements.cases import CASE, NOW, read, verdict
from tests.wire import Carried, SteppedClock, Wire, wired

DECISIONS = topics.decisions("brackwater")


class Told:
    """What was published, and what a test says."""

    def __init__(self, wire: Wire, clock: SteppedClock) -> None:
        self.wire = wire
        self.clock = clock
        self.events: list[Any] = []
        kinds = (RequirementsChanged, RequirementOrdered, OrderCancelled, CaseChanged)
        wire.listen(lambda carried: self.events.append(carried.data), *kinds)
        wire.listen(self._no_dead_letters)

    @staticmethod
    def _no_dead_letters(carried: Carried) -> None:
        assert not carried.record.topic.endswith("dead-letters"), dict(carried.record.headers)

    async def say(self, data: Contract, topic: topics.Topic, event_id: str) -> None:
        self.clock.move_to(self.clock.now + timedelta(minutes=1))
        self.wire.say(data, topic, event_id, CASE)
        await self.wire.settle()

    def of(self, kind: type[Any]) -> list[Any]:
        return [event for event in self.events if isinstance(event, kind)]

    @property
    def statuses(self) -> dict[RequirementKind, str]:
        return {each.kind: each.status.value for each in self.of(RequirementsChanged)[-1].requirements}

    @property
    def state(self) -> CaseState:
        state: CaseState = self.of(CaseChanged)[-1].to_state
        return state


async def taken_up(folder: Path, carriers: Carriers) -> AsyncIterator[Told]:
    """A case of $500,000 that the carrier has acknowledged."""
    clock = SteppedClock(NOW)
    async with wired(clock, folder, (requirements(carriers), cases(carriers))) as wire:
        told = Told(wire, clock)
        await told.say(read(), topics.INTAKE_APPLICATIONS, "application")
        await told.say(verdict(), topics.VALIDATION_VERDICTS, "verdict")
        word = CarrierDecided(case_id=CASE, decision="acknowledged", effective_at=clock.now)  # type: ignore[arg-type]
        await told.say(word, DECISIONS, "acknowledged")
        assert told.state is CaseState.AWAITING_REQUIREMENTS
        yield told


@pytest.fixture
async def told(tmp_path: Path) -> AsyncIterator[Told]:
    async for one in taken_up(tmp_path, {"brackwater": brackwater()}):
        yield one


@pytest.fixture
async def told_of_drops(tmp_path: Path) -> AsyncIterator[Told]:
    """The same, of a carrier that asks for less at a smaller amount."""
    async for one in taken_up(tmp_path, {"brackwater": brackwater(book=replace(book(), smaller_amount_drops=True))}):
        yield one


async def change_amount(told: Told, amount: int) -> None:
    asked = CaseRequested(
        case_id=CASE,
        request=CaseRequestKind.CHANGE_FACE_AMOUNT,
        face_amount=amount,  # type: ignore[arg-type]
        actor="m.lee",
        reason="The client wants it.",
        requested_at=told.clock.now,
    )
    await told.say(asked, topics.CASES_REQUESTS, f"change to {amount}")


async def report(told: Told, order: RequirementOrdered, status: VendorStatus) -> None:
    said = VendorStatusReported(
        case_id=CASE, requirement_id=order.requirement_id, status=status, effective_at=told.clock.now
    )
    await told.say(said, topics.VENDORS_STATUSES, f"{order.kind} {order.order} {status}")


async def test_more_cover_adds_what_the_larger_amount_asks_for_once(told: Told) -> None:
    await change_amount(told, 750_000)
    assert told.of(RequirementOrdered)[-1].kind is RequirementKind.APS
    assert told.statuses[RequirementKind.APS] == "ordered"
    orders = len(told.of(RequirementOrdered))
    await change_amount(told, 800_000)
    assert len(told.of(RequirementOrdered)) == orders


async def test_less_cover_takes_no_requirement_back(told: Told) -> None:
    await change_amount(told, 750_000)
    before = told.statuses
    await change_amount(told, 100_000)
    assert (told.statuses, told.of(OrderCancelled)) == (before, [])


async def test_less_cover_takes_back_what_nobody_has_begun_where_the_carrier_says_so(told_of_drops: Told) -> None:
    await change_amount(told_of_drops, 750_000)
    await change_amount(told_of_drops, 400_000)
    assert told_of_drops.statuses[RequirementKind.APS] == "waived"
    assert [each.requirement_id for each in told_of_drops.of(OrderCancelled)] == [
        order.requirement_id for order in told_of_drops.of(RequirementOrdered) if order.kind is RequirementKind.APS
    ]


async def test_pages_that_come_after_a_change_and_say_the_old_amount_do_not_undo_it(told_of_drops: Told) -> None:
    await change_amount(told_of_drops, 750_000)
    await told_of_drops.say(read(2), topics.INTAKE_APPLICATIONS, "version 2")
    await told_of_drops.say(verdict(2), topics.VALIDATION_VERDICTS, "verdict 2")
    assert told_of_drops.of(RequirementsChanged)[-1].version == 2
    assert told_of_drops.statuses[RequirementKind.APS] == "ordered"
    await change_amount(told_of_drops, 400_000)
    assert told_of_drops.statuses[RequirementKind.APS] == "waived"


async def test_what_a_carrier_raises_is_ordered_reported_on_and_satisfied_and_the_case_goes_on(told: Told) -> None:
    for order in told.of(RequirementOrdered):
        await report(told, order, VendorStatus.RESULTS_OUT)
    assert told.state is CaseState.UNDERWRITING
    raised = CarrierRequired(
        case_id=CASE,
        requirement_id="BW-R-1",
        name="Statement of the cardiologist",
        kind=RequirementKind.APS,
        effective_at=told.clock.now,
    )
    await told.say(raised, DECISIONS, "raised")
    order = told.of(RequirementOrdered)[-1]
    assert (order.kind, order.instructions) == (RequirementKind.APS, ("Statement of the cardiologist",))
    assert told.state is CaseState.AWAITING_REQUIREMENTS
    await report(told, order, VendorStatus.IN_COPY)
    await report(told, order, VendorStatus.RESULTS_OUT)
    (asked,) = [each for each in told.of(RequirementsChanged)[-1].requirements if each.carrier_reference == "BW-R-1"]
    assert (asked.status.value, asked.requirement_id) == ("satisfied", order.requirement_id)
    assert told.state is CaseState.UNDERWRITING
