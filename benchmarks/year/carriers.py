"""Scripted carriers: each keeps its own book of the cases it was sent, and speaks only of those, on its own topic."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from random import Random

from benchmarks.year import chances
from benchmarks.year.chances import Span, drawn
from benchmarks.year.world import World
from schemas.base import CaseId, Contract
from schemas.carrier_events import ApplicationSubmitted, CarrierDecided
from schemas.case_events import CarrierAsked, CarrierListed, CarrierRequired, ListedCase
from schemas.codes import CarrierAskKind as Ask
from schemas.codes import CarrierDecisionKind as Word
from schemas.codes import CarrierRequirementStatus, RequirementKind, RequirementStage
from schemas.requirement_events import RequirementsChanged
from schemas.topics import decisions
from tests.wire import Carried

_LONGEST_LIST = 500
_OVER = frozenset(
    {
        Word.DECLINED,
        Word.CLOSED_INCOMPLETE,
        Word.NOT_TAKEN,
        Word.WITHDRAWN_BY_CLIENT,
        Word.WITHDRAWN_BY_PRODUCER,
        Word.WITHDRAWN_BY_CARRIER,
        Word.FREE_LOOK_CANCELLED,
        Word.RESCINDED,
        Word.PLACED,
        Word.POSTPONED,
    }
)
_OFFERS = (Word.APPROVED_OTHER_THAN_APPLIED, Word.TENTATIVE_OFFER)
_CHANGES = (Ask.CHANGE_BENEFICIARY, Ask.CHANGE_MODE, Ask.CHANGE_FACE_AMOUNT)
_ISSUED_OR_OVER = _OVER | {Word.ISSUED}


class _Head(Contract):
    """Of a submission what the carrier's script looks at."""

    case_id: CaseId
    version: int


class _Submission(Contract):
    data: _Head


@dataclass
class Entry:
    """One case in the carrier's book."""

    case_id: str
    random: Random
    reference: str
    version: int = 0
    word: Word | None = None
    """Its own last word."""
    said_at: datetime | None = None
    said: list[tuple[str, CarrierDecided]] = field(default_factory=list)
    """Every word with its event id, to be sent again when asked for."""
    complete: bool = False
    """All that was ordered has come: vendors send their results to the carrier."""
    raised: dict[str, CarrierRequired] = field(default_factory=dict)
    """Its own requirements that are still outstanding."""
    raised_ever: int = 0
    last_moved: datetime | None = None
    plan: int = 0
    """Counts what was planned anew: an older plan is void."""


Step = Callable[[Entry, datetime], None]


@dataclass
class ScriptedCarrier:
    world: World
    name: str
    book: dict[str, Entry] = field(default_factory=dict)

    def attend(self) -> None:
        self.world.wire.listen(self._submitted, ApplicationSubmitted)
        self.world.wire.listen(self._asked, CarrierAsked)
        self.world.wire.listen(self._results, RequirementsChanged)

    # --- what it hears --------------------------------------------------------------------------------------

    def _submitted(self, carried: Carried) -> None:
        if not self._is_mine(carried):
            return
        head = _Submission.model_validate_json(carried.record.value or b"").data
        now = self.world.clock.now
        entry = self.book.get(head.case_id)
        if entry is None:
            random = self.world.random(self.name, head.case_id)
            entry = Entry(head.case_id, random, f"{self.name[:2].upper()}-{len(self.book) + 10_001}")
            self.book[head.case_id] = entry
        entry.version, entry.last_moved = head.version, now
        self._plan(entry, now, chances.ACKNOWLEDGING, self._look_at)

    def _results(self, carried: Carried) -> None:
        entry = self.book.get(carried.subject)
        listed: RequirementsChanged = carried.data
        if entry is None:
            if listed.satisfied:
                self._early.add(carried.subject)
            return
        entry.last_moved = self.world.clock.now
        self._complete(entry, listed.satisfied)

    _early: set[str] = field(default_factory=set)
    """Cases that nothing was outstanding for before they were submitted."""

    def _complete(self, entry: Entry, complete: bool) -> None:
        was, entry.complete = entry.complete, complete
        if complete and not was and entry.word is Word.ACKNOWLEDGED:
            self._await_file(entry)

    def _asked(self, carried: Carried) -> None:
        if not self._is_mine(carried):
            return
        asked: CarrierAsked = carried.data
        entry = self.book.get(asked.case_id)
        if entry is None:
            return
        answer = partial(self._answer, asked)
        self.world.at_work(asked.asked_at + Span(0.7, 2).draw(entry.random), entry.random, partial(answer, entry))

    def _is_mine(self, carried: Carried) -> bool:
        return carried.record.topic == f"carriers.{self.name}.submissions"

    # --- what it does ---------------------------------------------------------------------------------------

    def _look_at(self, entry: Entry, at: datetime) -> None:
        if entry.version == 1 and entry.random.random() < chances.CARRIER_NIGO:
            self._say(entry, Word.NOT_IN_GOOD_ORDER, at, note="Page 2 is cut off. Please send it whole.")
            return
        self._say(entry, Word.ACKNOWLEDGED, at)
        entry.complete |= entry.case_id in self._early
        if entry.random.random() < chances.RAISES_MORE:
            later = at + chances.RAISING.draw(entry.random)
            self.world.at_work(later, entry.random, partial(self._raise_more, entry))
        self.world.later(at + chances.IDLE, partial(self._close_idle, entry))
        self._await_file(entry)

    def _await_file(self, entry: Entry) -> None:
        if entry.complete and not entry.raised:
            self._plan(entry, self.world.clock.now, chances.DECIDING, self._decide)

    def _raise_more(self, entry: Entry, at: datetime) -> None:
        if entry.word is not Word.ACKNOWLEDGED:
            return
        kind, name = entry.random.choice(
            (
                (RequirementKind.APS, "Statement of the treating specialist"),
                (RequirementKind.QUESTIONNAIRE, "Questionnaire on foreign travel"),
                (None, "Amended page 3"),
            )
        )
        self._require(entry, "UW", name, kind, RequirementStage.UNDERWRITING, at)

    def _require(
        self, entry: Entry, prefix: str, name: str, kind: RequirementKind | None, stage: RequirementStage, at: datetime
    ) -> None:
        entry.raised_ever += 1
        raised = CarrierRequired(
            case_id=entry.case_id,
            requirement_id=f"{entry.reference}-{prefix}-{entry.raised_ever}",
            name=name,
            kind=kind,
            stage=stage,
            effective_at=at,
        )
        self.world.report(raised, decisions(self.name), entry.case_id, f"/carriers/{self.name}")
        if kind is None:
            # What is of no kind that the desk follows goes straight from the agent to the carrier.
            entry.raised[raised.requirement_id] = raised
            brought = at + chances.BRINGING.draw(entry.random)
            self.world.at_work(brought, entry.random, partial(self._received, entry, raised))
        else:
            entry.complete = False

    def _received(self, entry: Entry, raised: CarrierRequired, at: datetime) -> None:
        if entry.raised.pop(raised.requirement_id, None) is None:
            return
        entry.last_moved = at
        news = {"status": CarrierRequirementStatus.RECEIVED, "effective_at": at}
        self.world.report(raised.model_copy(update=news), decisions(self.name), entry.case_id, f"/carriers/{self.name}")
        if entry.word is Word.ACKNOWLEDGED and raised.stage is RequirementStage.UNDERWRITING:
            self._await_file(entry)

    def _decide(self, entry: Entry, at: datetime) -> None:
        if not entry.complete or entry.raised:
            return
        word = Word(drawn(entry.random, chances.DECISIONS))
        if word in _OFFERS:
            self._offer(entry, word, at)
        elif word is Word.APPROVED:
            self._say(entry, word, at, approved_rate_class="standard")
            self._plan(entry, at, chances.ISSUING, self._issue)
        else:
            self._say(entry, word, at, note="Please see the letter in the carrier's portal.")

    def _offer(self, entry: Entry, word: Word, at: datetime) -> None:
        is_dated = entry.random.random() < chances.DATED_OFFERS
        stands = timedelta(days=entry.random.randint(*chances.OFFER_STANDS))
        self._say(entry, word, at, approved_rate_class="table 2", answer_by=at + stands if is_dated else None)

    def _issue(self, entry: Entry, at: datetime) -> None:
        if entry.word in _OVER:
            return
        for number in range(int(drawn(entry.random, chances.DELIVERY_REQUIREMENTS))):
            name = ("Delivery receipt", "Signed amendment")[number]
            self._require(entry, "DR", name, None, RequirementStage.DELIVERY, at)
        self._say(entry, Word.ISSUED, at + timedelta(minutes=5))
        self._plan(entry, at, chances.DELIVERING, self._deliver)

    def _deliver(self, entry: Entry, at: datetime) -> None:
        if entry.random.random() < chances.NOT_TAKEN_AFTER_ISSUE:
            self._say(entry, Word.NOT_TAKEN, at)
            return
        for raised in tuple(entry.raised.values()):
            self._received(entry, raised, at)
        self._say(entry, Word.PLACED, at + timedelta(minutes=5))
        fate = entry.random.random()
        if fate < chances.FREE_LOOK:
            self._plan(entry, at, Span(8, 18), lambda one, then: self._say(one, Word.FREE_LOOK_CANCELLED, then))
        elif fate < chances.FREE_LOOK + chances.RESCINDED:
            self._plan(entry, at, Span(50, 90), lambda one, then: self._say(one, Word.RESCINDED, then))

    def _close_idle(self, entry: Entry, at: datetime) -> None:
        if entry.word is not Word.ACKNOWLEDGED or entry.last_moved is None:
            return
        ends = entry.last_moved + chances.IDLE
        if ends > at:
            self.world.later(ends, partial(self._close_idle, entry))
        else:
            self._say(entry, Word.CLOSED_INCOMPLETE, at, note="Nothing came for 45 days.")

    def _answer(self, asked: CarrierAsked, entry: Entry, at: datetime) -> None:
        if asked.ask is Ask.RESEND:
            self._send_again(entry, asked.since)
        elif asked.ask is Ask.REOPEN and entry.word in (Word.POSTPONED, Word.DECLINED, Word.CLOSED_INCOMPLETE):
            self._say(entry, Word.REOPENED, at)
            self._reopen(entry, at)
        elif asked.ask is Ask.ACCEPT_OFFER and entry.word in _OFFERS:
            self._say(entry, Word.OFFER_ACCEPTED, at)
            self._plan(entry, at, chances.ISSUING, self._issue)
        elif asked.ask is Ask.REFUSE_OFFER and entry.word in _OFFERS:
            self._say(entry, Word.NOT_TAKEN, at)
        elif asked.ask is Ask.WITHDRAW and entry.word not in _OVER:
            by_agent = "agent" in asked.reason
            self._say(entry, Word.WITHDRAWN_BY_PRODUCER if by_agent else Word.WITHDRAWN_BY_CLIENT, at)
        elif asked.ask is Ask.CHANGE_FACE_AMOUNT and entry.word not in _ISSUED_OR_OVER:
            # It decides on the new amount; what is then outstanding comes first.
            entry.word = Word.ACKNOWLEDGED
            self._await_file(entry)
        elif asked.ask in _CHANGES and entry.word is Word.ISSUED:
            self._say(entry, Word.ISSUED, at, note="Issued anew with the change.")
            self._plan(entry, at, chances.DELIVERING, self._deliver)

    def _reopen(self, entry: Entry, at: datetime) -> None:
        entry.last_moved, entry.word = at, Word.ACKNOWLEDGED
        self._await_file(entry)

    def offer_again(self, case_id: str, at: datetime) -> None:
        """The desk asked for an offer that ran out, and the carrier renews it."""
        entry = self.book[case_id]
        if entry.word in _OFFERS:
            self._offer(entry, entry.word, at)

    # --- how it speaks --------------------------------------------------------------------------------------

    def _say(self, entry: Entry, word: Word, at: datetime, **more: object) -> None:
        entry.word, entry.said_at = word, at
        entry.plan += 1
        decided = CarrierDecided(
            case_id=entry.case_id, decision=word, effective_at=at, carrier_reference=entry.reference, **more
        )
        topic, source = decisions(self.name), f"/carriers/{self.name}"
        if entry.random.random() < chances.LOST:
            entry.said.append((f"lost {entry.reference} {len(entry.said)}", decided))
        else:
            entry.said.append((self.world.report(decided, topic, entry.case_id, source), decided))

    def _send_again(self, entry: Entry, since: datetime | None) -> None:
        for event_id, decided in entry.said:
            if since is None or decided.effective_at >= since:
                topic, source = decisions(self.name), f"/carriers/{self.name}"
                self.world.repeat(decided, topic, entry.case_id, source, event_id)

    def _plan(self, entry: Entry, at: datetime, span: Span, do: Step) -> None:
        """The next thing the carrier does about the case, unless something else comes first."""
        entry.plan += 1
        mine = entry.plan

        def act(then: datetime) -> None:
            if entry.plan == mine:
                do(entry, then)

        self.world.at_work(at + span.draw(entry.random), entry.random, act)

    def send_list(self, at: datetime) -> None:
        """Everything it has from us, in parts."""
        cases = [
            ListedCase(
                case_id=entry.case_id,
                decision=entry.said[-1][1].decision,
                effective_at=entry.said[-1][1].effective_at,
                carrier_reference=entry.reference,
            )
            for entry in self.book.values()
            if entry.said
        ]
        parts = [cases[start : start + _LONGEST_LIST] for start in range(0, len(cases), _LONGEST_LIST)]
        list_id = f"{self.name} {at:%Y-%m-%d}"
        for number, part in enumerate(parts, start=1):
            listed = CarrierListed(list_id=list_id, as_of=at, part=number, parts=len(parts), cases=tuple(part))
            self.world.wire.say(listed, decisions(self.name), f"{list_id} {number}", list_id, f"/carriers/{self.name}")
