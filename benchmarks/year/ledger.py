"""What was published in a run, kept small: what sums are checked on and figures made of, from memory or from Kafka."""

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from schemas.base import Contract, UtcDatetime
from schemas.carrier_events import ApplicationSubmitted
from schemas.case_events import DifferenceFound
from schemas.codes import CaseState, DifferenceKind, Owing, RequirementStatus, Verdict
from schemas.document_events import LateDocumentFiled
from schemas.events import BY_DATA, ApplicationRead, CaseChanged, MailDelivery
from schemas.finding_events import VerdictReached
from schemas.requirement_events import OrderCancelled, RequirementNotice, RequirementOrdered, RequirementsChanged
from services.cases.case import Case
from services.cases.owing import waits_for
from services.notify.letters import about_change, about_requirement
from tests.wire import Carried


@dataclass(frozen=True)
class Step:
    """One change of a case."""

    revision: int
    from_state: CaseState | None
    to_state: CaseState
    at: datetime
    version: int
    corrects: bool
    reason: str


@dataclass
class CaseLine:
    """One case, from what was published of it."""

    steps: list[Step] = field(default_factory=list)
    verdicts: dict[int, Verdict] = field(default_factory=dict)
    """By version, the last."""
    first_verdict: Verdict | None = None
    waited: Counter[Owing] = field(default_factory=Counter)
    """Seconds that each was waited for, up to the last thing that happened."""
    letters_due: int = 0
    mails: Counter[str] = field(default_factory=Counter)
    """By outcome."""
    _named: set[str] = field(default_factory=set)
    _state: CaseState | None = None
    _listed: "RequirementList | None" = None
    _owner: Owing | None = None
    _owner_since: datetime | None = None

    def changed(self, change: CaseChanged) -> None:
        self.steps.append(
            Step(
                change.revision,
                change.from_state,
                change.to_state,
                change.occurred_at,
                change.application_version,
                change.corrects is not None,
                change.reason,
            )
        )
        letter = about_change(change, self._named)
        if letter:
            self.letters_due += 1
            self._named |= set(letter.named)
        self._state = change.to_state
        self._hand_over(change.occurred_at)

    def listed(self, listed: "RequirementList") -> None:
        self._listed = listed
        self._hand_over(listed.changed_at)

    def until(self, moment: datetime) -> None:
        """Count the wait that still goes on."""
        self._hand_over(moment)

    def _hand_over(self, at: datetime) -> None:
        if self._owner and self._owner_since and at > self._owner_since:
            self.waited[self._owner] += (at - self._owner_since).total_seconds()
        stands = Case.model_construct(state=self._state, requirements=self._listed)
        owner = waits_for(stands)
        self._owner, self._owner_since = owner, max(at, self._owner_since or at)


@dataclass
class Order:
    """One order of one requirement."""

    case_id: str
    cancelled: bool = False


@dataclass
class Ledger:
    """Everything that matters of what was published, each event once."""

    cases: dict[str, CaseLine] = field(default_factory=lambda: defaultdict(CaseLine))
    orders: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    """By requirement: which orders of it went out."""
    cancelled: Counter[str] = field(default_factory=Counter)
    """By requirement: how often an order of it was taken back."""
    requirements: dict[str, dict[str, RequirementStatus]] = field(default_factory=dict)
    """By case and requirement: where it stands."""
    read: Counter[tuple[str, int]] = field(default_factory=Counter)
    """By case and version."""
    submitted: Counter[tuple[str, int]] = field(default_factory=Counter)
    counts: Counter[str] = field(default_factory=Counter)
    """By type of event."""
    differences: Counter[str] = field(default_factory=Counter)
    said_impossible: set[str] = field(default_factory=set)
    """Cases of which a person was told that the carrier says what cannot be, such as a decision after a withdrawal."""
    dead_letters: list[str] = field(default_factory=list)
    repeats: int = 0
    """Events that were published before."""
    _seen: set[tuple[str, str]] = field(default_factory=set)

    def take(self, carried: Carried) -> None:
        """One more record."""
        if carried.record.topic.endswith(".dead-letters"):
            self.dead_letters.append(f"{carried.record.topic}: {dict(carried.record.headers)}")
            return
        identity = dict(carried.record.headers).get("ce_id", b"").decode()
        if (carried.kind, identity) in self._seen:
            self.repeats += 1
            return
        self._seen.add((carried.kind, identity))
        self.counts[carried.kind] += 1
        taker = _TAKERS.get(carried.kind)
        if taker:
            taker(self, carried)

    def _verdict(self, carried: Carried) -> None:
        verdict: VerdictReached = carried.data
        line = self.cases[verdict.case_id]
        line.verdicts[verdict.version] = verdict.verdict
        line.first_verdict = line.first_verdict or verdict.verdict

    def _changed(self, carried: Carried) -> None:
        self.cases[carried.subject].changed(carried.data)

    def _listed(self, carried: Carried) -> None:
        listed = _Listed.model_validate_json(carried.record.value or b"").data
        self.cases[listed.case_id].listed(listed)
        self.requirements[listed.case_id] = {each.requirement_id: each.status for each in listed.requirements}

    def _ordered(self, carried: Carried) -> None:
        order = _Ordered.model_validate_json(carried.record.value or b"").data
        self.orders[order.requirement_id].append(order.order)

    def _taken_back(self, carried: Carried) -> None:
        self.cancelled[carried.data.requirement_id] += 1

    def _noticed(self, carried: Carried) -> None:
        if about_requirement(carried.data):
            self.cases[carried.subject].letters_due += 1

    def _filed(self, carried: Carried) -> None:
        self.cases[carried.data.case_id].letters_due += 1

    def _mailed(self, carried: Carried) -> None:
        delivery: MailDelivery = carried.data
        if delivery.case_id:
            self.cases[delivery.case_id].mails[delivery.outcome.value] += 1

    def _differs(self, carried: Carried) -> None:
        found: DifferenceFound = carried.data
        self.differences[found.kind.value] += 1
        if found.kind is DifferenceKind.NOT_POSSIBLE and found.case_id:
            self.said_impossible.add(found.case_id)

    def _version(self, carried: Carried) -> None:
        self.read[carried.subject, _version_in(carried)] += 1

    def _submission(self, carried: Carried) -> None:
        self.submitted[carried.subject, _version_in(carried)] += 1


class ListedRequirement(Contract):
    """What the ledger needs of a requirement: nothing private."""

    requirement_id: str
    status: RequirementStatus
    vendor: str | None = None
    carrier_owned: bool = False
    owed_by: Owing | None = None
    carrier_reference: str | None = None


class RequirementList(Contract):
    case_id: str
    requirements: tuple[ListedRequirement, ...]
    changed_at: UtcDatetime


class _Listed(Contract):
    data: RequirementList


class _OrderNumber(Contract):
    requirement_id: str
    order: int = 1


class _Ordered(Contract):
    data: _OrderNumber


class _Numbered(Contract):
    version: int


class _Head(Contract):
    data: _Numbered


def _version_in(carried: Carried) -> int:
    return _Head.model_validate_json(carried.record.value or b"").data.version


_TAKERS: dict[str, Callable[[Ledger, Carried], None]] = {
    BY_DATA[data].type: taker
    for data, taker in (
        (ApplicationRead, Ledger._version),
        (VerdictReached, Ledger._verdict),
        (CaseChanged, Ledger._changed),
        (RequirementsChanged, Ledger._listed),
        (RequirementOrdered, Ledger._ordered),
        (OrderCancelled, Ledger._taken_back),
        (RequirementNotice, Ledger._noticed),
        (LateDocumentFiled, Ledger._filed),
        (ApplicationSubmitted, Ledger._submission),
        (MailDelivery, Ledger._mailed),
        (DifferenceFound, Ledger._differs),
    )
}
