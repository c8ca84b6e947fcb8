"""A case under events, without database or Kafka: each event becomes a fact, and the outcomes are collected."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count

from schemas.base import Contract
from schemas.carrier import Carrier
from schemas.case_events import CarrierRequired
from schemas.events import ApplicationRead, CarrierDecided, CaseChanged
from services.cases.case import Around, Case, Outcome, Remark, Submission
from services.cases.facts import Fact, version_read
from services.cases.fold import folded, with_fact
from tests.cases.stories import CARRIERS, CASE, NOW


@dataclass
class Docket:
    carriers: Mapping[str, Carrier] = field(default_factory=lambda: CARRIERS)
    case: Case = field(default_factory=lambda: Case(case_id=CASE))
    facts: list[Fact] = field(default_factory=list)
    changes: list[CaseChanged] = field(default_factory=list)
    submissions: list[Submission] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    ids: "count[int]" = field(default_factory=count)

    def take(self, event: Contract, speaker: str = "brackwater") -> Outcome:
        return self.put(self.fact(event, speaker))

    def put(self, fact: Fact) -> Outcome:
        known, self.facts = self.facts, [*self.facts, fact]
        outcome = with_fact(self.case, lambda: known, fact, self.around)
        self.case = outcome.case
        self.changes += outcome.changes
        self.submissions += outcome.submissions
        self.remarks += outcome.remarks
        return outcome

    def fact(self, event: Contract, speaker: str) -> Fact:
        matter = version_read(event, self.carriers["brackwater"]) if isinstance(event, ApplicationRead) else event
        speaks = isinstance(matter, CarrierDecided | CarrierRequired)
        return Fact(f"event {next(self.ids):03}", matter, speaker if speaks else "")  # type: ignore[arg-type]

    @property
    def around(self) -> Around:
        sent: dict[int, datetime] = {submission.version: submission.at for submission in self.submissions}
        return Around(self.carriers, sent, NOW)

    @property
    def in_order(self) -> Outcome:
        """What the same facts give in their order."""
        return folded(CASE, self.facts, self.around)


def tell(*events: Contract, carriers: Mapping[str, Carrier] | None = None) -> Docket:
    """The events one after the other."""
    docket = Docket(carriers or CARRIERS)
    for event in events:
        docket.take(event)
    return docket


def states(docket: Docket) -> list[str]:
    return [change.to_state.value for change in docket.changes]


def last(docket: Docket) -> CaseChanged:
    return docket.changes[-1]
