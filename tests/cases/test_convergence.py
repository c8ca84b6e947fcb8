"""Carriers' words and requirements in any order, doubled, over restarts: a case ends where the same gives in order.

The real handlers on a real SQLite file. What happens in the world is put into a bag; it is delivered whenever
hypothesis likes. At the end a second desk, on a database of its own, gets everything once and in order.
"""

import asyncio
import shutil
import tempfile
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from schemas import topics
from schemas.base import Contract
from schemas.codes import CarrierDecisionKind, CaseState
from schemas.events import BY_DATA, ApplicationRead, CaseChanged, VerdictReached
from services.cases import store
from services.cases.case import Case
from services.cases.facts import OfferLapsed
from services.cases.states import TABLE
from services.cases.worker import Clerk, describe_service
from services.chassis.database import connect, migrate
from tests.cases.docket import tell
from tests.cases.stories import CARRIERS, CASE, at, judged, raised, read, required, said
from tests.chassis.workshop import Broker
from tests.offline import Worker

SERVICE = describe_service(CARRIERS)
DECISIONS = topics.decisions("brackwater")
_CHANGED = BY_DATA[CaseChanged].type
STEPS = {(row.state, row.path[0]) for row in TABLE if row.path} | {step for row in TABLE for step in pairwise(row.path)}
PHASES = (Phase.explicit, Phase.reuse, Phase.generate)
"""An example is short enough to be read as it was found; to shrink it takes minutes."""
MUCH_LATER = at(100_000)

_SAID = st.builds(
    lambda kind, minute, dated: said(kind, minute, answer_by=at(minute + 20) if dated else None),
    st.sampled_from(CarrierDecisionKind),
    st.integers(90, 130),
    st.booleans(),
)
_RAISED = st.builds(
    lambda name, minute, stage, status: raised(name, minute, stage=stage, status=status),
    st.sampled_from(("R-1", "R-2")),
    st.integers(90, 130),
    st.sampled_from(("underwriting", "delivery")),
    st.sampled_from(("outstanding", "received")),
)
_REQUIRED = st.builds(
    lambda statuses, minute: required(*statuses, minute=minute),
    st.lists(st.sampled_from(("needed", "satisfied")), max_size=2),
    st.integers(90, 130),
)
_CORRECTED = st.none() | st.integers(90, 130)


def correction(minute: float) -> tuple[ApplicationRead, VerdictReached]:
    """The application's second version, and that it is in good order."""
    late = read(2).model_copy(update={"read_at": at(minute)})
    return late, judged("igo", 2).model_copy(update={"decided_at": at(minute) + timedelta(seconds=20)})


@dataclass(frozen=True)
class Event:
    id: str
    data: Contract
    topic: topics.Topic
    at: datetime


@cache
def empty_database() -> Path:
    """Migrated once and copied."""
    path = Path(tempfile.mkdtemp()) / "empty.db"
    engine = connect(f"sqlite:///{path}", "cases")
    migrate(engine, "cases", ("cases", SERVICE.migrations))
    engine.dispose()
    return path


class ADesk:
    """A worker of cases on a file; ``restart`` drops it as a crash would."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._folder = tempfile.TemporaryDirectory(prefix="goodorder-case-")
        self._file = Path(self._folder.name) / "cases.db"
        shutil.copy(empty_database(), self._file)
        self.broker = Broker()
        self.worker = self._open()

    def _open(self) -> Worker:
        async def opened() -> Worker:
            return Worker(SERVICE, f"sqlite:///{self._file}", self.broker, lambda: MUCH_LATER, has_tables=True)

        return self._loop.run_until_complete(opened())

    def restart(self) -> None:
        self._loop.run_until_complete(self.worker.commit.close())
        self.worker = self._open()

    def get(self, event: Event) -> None:
        self._loop.run_until_complete(self.worker.take(event.data, event.topic, event.id, CASE))

    def days_go_by(self) -> None:
        self._loop.run_until_complete(Clerk(CARRIERS).let_offers_lapse(self.worker.desk))

    def read(self, query: Any) -> Any:
        return self._loop.run_until_complete(self.worker.read(query))

    @property
    def changes(self) -> list[CaseChanged]:
        """Each once: what a killed worker had published and not yet forgotten is published again, under its id."""
        once = {taken.headers["ce_id"]: taken for taken in self.broker.taken if taken.headers["ce_type"] == _CHANGED}
        return [CaseChanged.model_validate(taken.event["data"]) for taken in once.values()]

    def close(self) -> None:
        self._loop.run_until_complete(self.worker.commit.close())
        self._folder.cleanup()


class AnyOrder(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.desk = ADesk(self.loop)
        self.bag: list[Event] = []
        self.delivered: list[Event] = []
        self.number = 0

    def event(self, data: Contract, topic: topics.Topic, when: datetime) -> Event:
        self.number += 1
        return Event(f"event {self.number:02}", data, topic, when)

    @initialize()
    def an_application_is_submitted(self) -> None:
        for data, topic in ((read(), topics.INTAKE_APPLICATIONS), (judged("igo"), topics.VALIDATION_VERDICTS)):
            self.deliver(self.event(data, topic, at(10)))

    def deliver(self, event: Event) -> None:
        self.desk.get(event)
        if event not in self.delivered:
            self.delivered.append(event)

    @rule(word=_SAID)
    def the_carrier_speaks(self, word: Any) -> None:
        self.bag.append(self.event(word, DECISIONS, word.effective_at))

    @rule(requirement=_RAISED)
    def the_carrier_raises_a_requirement(self, requirement: Any) -> None:
        self.bag.append(self.event(requirement, DECISIONS, requirement.effective_at))

    @rule(requirements=_REQUIRED)
    def a_vendor_moves_the_requirements(self, requirements: Any) -> None:
        self.bag.append(self.event(requirements, topics.REQUIREMENTS_CHANGES, requirements.changed_at))

    @precondition(
        lambda self: not any(isinstance(each.data, type(read())) for each in self.bag[1:] + self.delivered[1:])
    )
    @rule(minute=st.integers(90, 130))
    def the_agent_corrects(self, minute: int) -> None:
        late, good = correction(minute)
        self.bag += [
            self.event(late, topics.INTAKE_APPLICATIONS, late.read_at),
            self.event(good, topics.VALIDATION_VERDICTS, good.decided_at),
        ]

    @precondition(lambda self: self.bag)
    @rule(data=st.data())
    def something_arrives(self, data: st.DataObject) -> None:
        self.deliver(self.bag.pop(data.draw(st.integers(0, len(self.bag) - 1))))

    @rule(data=st.data())
    def something_arrives_again(self, data: st.DataObject) -> None:
        self.deliver(self.delivered[data.draw(st.integers(0, len(self.delivered) - 1))])

    @rule()
    def the_desk_is_killed_and_started(self) -> None:
        self.desk.restart()

    @rule()
    def days_go_by(self) -> None:
        self.desk.days_go_by()

    @invariant()
    def what_was_told_is_whole_and_legal(self) -> None:
        changes = self.desk.changes
        assert [change.revision for change in changes] == list(range(1, len(changes) + 1))
        states = [None, *(change.to_state for change in changes)]
        assert [change.from_state for change in changes] == states[:-1]
        for change in changes:
            assert change.corrects is not None or (change.from_state, change.to_state) in STEPS

    @invariant()
    def the_history_is_complete(self) -> None:
        kept, entries, case = self.desk.read(
            lambda db: (store.facts_of(db, CASE), store.timeline(db, CASE), store.find(db, CASE))
        )
        assert {fact.id for fact in kept} >= {f"/tests|{event.id}" for event in self.delivered}
        assert [entry.change for entry in entries if entry.change] == self.desk.changes
        assert case.state == (self.desk.changes[-1].to_state if self.desk.changes else None)

    def teardown(self) -> None:
        orderly = ADesk(self.loop)
        try:
            for event in reversed(self.bag):
                self.deliver(event)
            self.desk.days_go_by()
            for event in sorted(self.delivered, key=lambda event: event.at):
                orderly.get(event)
            orderly.days_go_by()
            ours, theirs = (each.read(lambda db: store.find(db, CASE)) for each in (self.desk, orderly))
            assert told(ours) == told(theirs)
            self.what_was_told_is_whole_and_legal()
            self.the_history_is_complete()
        finally:
            orderly.close()
            self.desk.close()
            self.loop.close()


def told(case: Case) -> dict[str, Any]:
    """Where a case stands, but for how often it was told, and what was sent and when: nothing is sent of a case that
    is known to have ended, so that is a record of what was done, and no consequence of the facts alone."""
    return case.model_dump(exclude={"revision", "trail", "submitted_version", "submitted_at", "since", "taken"})


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_every_order_ends_the_same() -> None:
    wanted = settings(
        max_examples=25,
        stateful_step_count=20,
        deadline=None,
        phases=PHASES,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    run_state_machine_as_test(AnyOrder, settings=wanted)


@settings(max_examples=400, deadline=None, phases=PHASES)
@given(data=st.data(), happened=st.lists(st.one_of(_SAID, _RAISED, _REQUIRED), max_size=9), corrected=_CORRECTED)
def test_the_facts_alone_decide_where_a_case_ends(
    data: st.DataObject, happened: list[Contract], corrected: int | None
) -> None:
    """As above without a database: many more orders, of the same events and a lapse of each offer."""
    shuffled, orderly = (tell(read(), judged("igo")) for _ in range(2))
    for event in data.draw(st.permutations([*happened, *(correction(corrected) if corrected else ())])):
        shuffled.take(event)
    for fact in sorted(shuffled.facts[2:], key=lambda fact: fact.place):
        orderly.put(fact)
    for docket in (shuffled, orderly):
        while docket.case.lapses_at:
            docket.take(OfferLapsed(case_id=CASE, answer_by=docket.case.lapses_at))
    assert told(shuffled.case) == told(orderly.case)


def test_a_withdrawal_does_not_overtake_what_was_said_before_a_correction_that_is_heard_late() -> None:
    """The policy was placed before the client withdrew, whenever it is heard that a correction had gone out first."""
    words = [
        said(kind, minute)
        for kind, minute in (
            ("not_in_good_order", 91),
            ("closed_incomplete", 100),
            ("approved_other_than_applied", 116),
            ("placed", 119),
            ("withdrawn_by_client", 128),
        )
    ]
    late, verdict = correction(92)
    in_order = tell(read(), judged("igo"), words[0], late, verdict, *words[1:])
    heard_late = tell(read(), judged("igo"), *words, verdict, late)
    assert in_order.case.state is heard_late.case.state is CaseState.PLACED
    assert [each.word for each in heard_late.case.waiting] == words[-1:]
    assert [sent.version for sent in heard_late.submissions] == [1], "what is placed is not sent again"


def test_the_state_machine_reaches_what_it_is_about() -> None:
    """An order that brings everything late: waiting, correction, a second version, a lapse."""
    machine = AnyOrder()
    machine.an_application_is_submitted()
    for word in (said("placed", 128), said("tentative_offer", 110, answer_by=at(120)), said("not_in_good_order", 95)):
        machine.the_carrier_speaks(word)
    machine.the_agent_corrects(100)
    while machine.bag:
        machine.deliver(machine.bag.pop(0))
        machine.what_was_told_is_whole_and_legal()
    assert machine.desk.changes[-1].to_state is CaseState.PLACED
    assert any(change.corrects is not None for change in machine.desk.changes)
    machine.teardown()
