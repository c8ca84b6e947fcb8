"""The people of the agency: agents who send packets and bring what is missing, and the desk that follows up."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from random import Random

from benchmarks.year import chances
from benchmarks.year.applications import Desk, of_its_own_life, signed_anew
from benchmarks.year.carriers import ScriptedCarrier
from benchmarks.year.chances import Span, drawn
from benchmarks.year.world import HOUR, World
from samples.packets.building import Packet, draw_circumstances
from samples.packets.case_values import Circumstances
from samples.packets.defects import DEFECTS, Draft
from schemas.application import Beneficiary
from schemas.case_events import CaseRequested
from schemas.case_states import ENDED
from schemas.codes import (
    BeneficiaryClass,
    CaseRequestKind,
    CaseState,
    Owing,
    PremiumMode,
    ReasonSource,
    RequestAction,
    RequirementStatus,
    Severity,
)
from schemas.events import CaseChanged
from schemas.finding_events import OverrideFinding
from schemas.ids import case_id
from schemas.requirement_events import Requirement, RequirementRequest, RequirementsChanged
from schemas.topics import CASES_REQUESTS, INTAKE_APPLICATIONS, REQUIREMENTS_REQUESTS, VALIDATION_OVERRIDE_REQUESTS
from services.cases.states import asked_from
from tests.wire import Carried

_STALE = timedelta(days=20)
"""A packet that comes back after this is signed anew."""
_SETBACKS = (RequirementStatus.REJECTED, RequirementStatus.CANCELLED, RequirementStatus.NEEDED)

_STEPS = (-25_000, 50_000, 250_000)
"""Dollars by which clients want less or more."""


@dataclass
class File:
    """What the agency knows of one case."""

    case_id: str
    number: int
    """Of the life insured."""
    random: Random
    packet: Packet
    dropped_at: datetime
    version: int = 1
    state: CaseState | None = None
    revision: int = 0
    carrier: str = ""
    face: Decimal = Decimal(0)
    face_amounts: tuple[Decimal, Decimal] = (Decimal(0), Decimal(0))
    """Lowest and highest that the product is issued for at the insured's age."""
    pending: set[tuple[str, str]] = field(default_factory=set)
    """What somebody is at work on, so that nobody does it twice."""


@dataclass
class Agency:
    world: World
    desk: Desk
    carriers: dict[str, ScriptedCarrier]
    files: dict[str, File] = field(default_factory=dict)

    def attend(self) -> None:
        self.world.wire.listen(self._case_changed, CaseChanged)
        self.world.wire.listen(self._requirements, RequirementsChanged)

    # --- packets --------------------------------------------------------------------------------------------

    def arrive(self, number: int, at: datetime) -> None:
        """An agent drops the packet of one more case."""
        random = self.world.random("case", number)
        life = number
        carrier = random.choice(tuple(self.carriers))
        if self.files and random.random() < chances.SAME_LIFE:
            life = random.choice(tuple(self.files.values())).number
        possible = [name for name, defect in DEFECTS.items() if carrier in defect.carriers]
        defects = (random.choice(possible),) if random.random() < chances.NIGO_AT_FIRST else ()
        circumstances = draw_circumstances(random)
        for name in defects:
            circumstances = DEFECTS[name].needs(circumstances)
        packet = Packet(f"packet-{number:05}", carrier, life, at.date(), defects, circumstances=circumstances)
        identity = case_id(f"simulated year {self.world.seed} {number}")
        file = self.files[identity] = File(identity, life, random, packet, at, carrier=carrier)
        self._drop(file, at)

    def _drop(self, file: File, at: datetime) -> None:
        changes: list[Callable[[Draft], None]] = [of_its_own_life(file.number)]
        if at - file.dropped_at > _STALE:
            changes.append(signed_anew((at - timedelta(days=2)).date()))

        def change(draft: Draft) -> None:
            for each in changes:
                each(draft)

        read = self.desk.read(file.case_id, file.version, file.packet, at, change)
        file.face = read.application.coverage.face_amount or file.face
        file.face_amounts = self.desk.face_amounts(read) or file.face_amounts
        self.world.wire.say(
            read, INTAKE_APPLICATIONS, f"{file.case_id} version {file.version}", file.case_id, "/goodorder/intake"
        )

    def _correct(self, file: File, at: datetime) -> None:
        """The agent sends what was to be fixed, and now and then spoils it anew."""
        if file.state not in (CaseState.NIGO, CaseState.CARRIER_NIGO):
            return
        kind_of_case = replace(file.packet.circumstances or Circumstances(), signed_days_ago=3)
        possible = [
            name
            for name, defect in DEFECTS.items()
            if file.packet.carrier in defect.carriers and defect.needs(kind_of_case) == kind_of_case
        ]
        defects = (file.random.choice(possible),) if file.random.random() < chances.STILL_NIGO else ()
        file.packet = replace(file.packet, defects=defects, circumstances=kind_of_case)
        file.version += 1
        self._drop(file, at)

    # --- what the case calls for ----------------------------------------------------------------------------

    def _case_changed(self, carried: Carried) -> None:
        change: CaseChanged = carried.data
        file = self.files[change.case_id]
        file.state, file.revision = change.to_state, change.revision
        now, random, revision = self.world.clock.now, file.random, change.revision
        match change.to_state:
            case CaseState.NIGO | CaseState.CARRIER_NIGO:
                self._to_fix(file, change, now)
            case CaseState.CARRIER_PENDING:
                self._fickle(file, now)
            case CaseState.OFFER_OUT | CaseState.APPROVED_OTHER_THAN_APPLIED | CaseState.TENTATIVE_OFFER:
                if change.answer_by is None or change.to_state is CaseState.OFFER_OUT:
                    self._answer(file, now)
            case CaseState.OFFER_EXPIRED:
                if random.random() < chances.OFFER_RENEWED:
                    self._have_renewed(file, revision, now + timedelta(days=2))
                else:
                    self._request(file, CaseRequestKind.REFUSE_OFFER, now + timedelta(days=3), revision)
            case CaseState.POSTPONED | CaseState.CLOSED_INCOMPLETE:
                if random.random() < chances.ASKS_TO_REOPEN:
                    wait = chances.REOPENING if change.to_state is CaseState.POSTPONED else Span(10, 25)
                    self._request(file, CaseRequestKind.REOPEN, now + wait.draw(random), revision)

    def _have_renewed(self, file: File, revision: int, at: datetime) -> None:
        """The desk asks the carrier on the phone for an offer that ran out."""

        def renew(then: datetime) -> None:
            if file.revision == revision:
                self.carriers[file.carrier].offer_again(file.case_id, then)

        self.world.at_work(at, file.random, renew)

    def _to_fix(self, file: File, change: CaseChanged, now: datetime) -> None:
        random = file.random
        acceptable = {found.rule for found in change.findings if found.severity is Severity.NIGO}
        is_acceptable = acceptable and len(acceptable) == len({found.rule for found in change.findings})
        if change.to_state is CaseState.NIGO and is_acceptable and random.random() < chances.SET_ASIDE:
            self.world.at_work(now + timedelta(hours=5), random, partial(self._set_aside, file, sorted(acceptable)))
        elif random.random() < chances.NEVER_CORRECTED:
            self._request(file, CaseRequestKind.WITHDRAW_FOR_PRODUCER, now + chances.GIVING_UP, change.revision)
        else:
            self.world.at_work(now + chances.CORRECTING.draw(random), random, partial(self._correct, file))

    def _set_aside(self, file: File, rules: list[str], _: datetime) -> None:
        for rule in rules:
            asked = OverrideFinding(
                case_id=file.case_id, rule=rule, actor="m.lee", reason="The carrier's desk takes it as it is."
            )
            self.world.ask(asked, VALIDATION_OVERRIDE_REQUESTS, file.case_id)

    def _fickle(self, file: File, now: datetime) -> None:
        """Clients change their minds, and now and then their agents."""
        if ("mind", "") in file.pending:
            return
        file.pending.add(("mind", ""))
        random = file.random
        change = drawn(random, chances.CHANGES)
        if change != "none":
            self._request(file, CaseRequestKind(change), now + Span(10, 40).draw(random))
        if random.random() < chances.CLIENT_WITHDRAWS:
            who = random.choice((CaseRequestKind.WITHDRAW_FOR_CLIENT, CaseRequestKind.WITHDRAW_FOR_PRODUCER))
            self._request(file, who, now + Span(20, 60).draw(random))

    def _answer(self, file: File, now: datetime) -> None:
        answer = drawn(file.random, chances.ANSWERS)
        if answer != "silence":
            at = now + chances.ANSWERING_AN_OFFER.draw(file.random)
            self._request(file, CaseRequestKind(answer), at)

    def _request(self, file: File, request: CaseRequestKind, at: datetime, revision: int | None = None) -> None:
        """Ask it then, if the case allows it then, and (where ``revision`` is given) has not moved on."""

        def ask(then: datetime) -> None:
            if revision not in (None, file.revision) or request not in asked_from(file.state):
                return
            if not self.world.is_quiet(file.case_id):
                self.world.later(then + HOUR, ask)
                return
            self.world.ask(self._requested(file, request), CASES_REQUESTS, file.case_id)

        self.world.at_work(at, file.random, ask)

    def _requested(self, file: File, request: CaseRequestKind) -> CaseRequested:
        details: dict[str, object] = {}
        if request is CaseRequestKind.CHANGE_FACE_AMOUNT:
            low, high = file.face_amounts
            others = [face for step in _STEPS if low <= (face := file.face + step) <= high]
            details["face_amount"] = file.random.choice(others or [low])
        elif request is CaseRequestKind.CHANGE_MODE:
            details["mode"] = PremiumMode.ANNUAL
        elif request is CaseRequestKind.CHANGE_BENEFICIARY:
            details["beneficiaries"] = (
                Beneficiary(beneficiary_class=BeneficiaryClass.PRIMARY, name="Rosa Yarrow", share=Decimal(100)),
            )
        by = "The agent" if request is CaseRequestKind.WITHDRAW_FOR_PRODUCER else "The client"
        return CaseRequested(
            case_id=file.case_id,
            request=request,
            actor="m.lee",
            reason=f"{by} asked for it.",
            requested_at=self.world.clock(),
            **details,
        )

    # --- what requirements call for -------------------------------------------------------------------------

    def _requirements(self, carried: Carried) -> None:
        listed: RequirementsChanged = carried.data
        file = self.files[listed.case_id]
        for each in listed.requirements:
            if each.owed_by not in (Owing.AGENT, Owing.BGA) or each.status is RequirementStatus.WAIVED:
                continue
            key = (each.requirement_id, f"{each.owed_since} {each.vendor_status}")
            if key not in file.pending:
                file.pending.add(key)
                self._see_to(file, each, self.world.clock.now)

    def _see_to(self, file: File, owed: Requirement, now: datetime) -> None:
        random = file.random
        if owed.vendor is None:
            action, at = RequestAction.RECEIVED, now + chances.BRINGING.draw(random)
        elif owed.status not in _SETBACKS:
            return  # a fee that is approved, a client who calls back: the vendor goes on
        elif owed.owed_by is Owing.AGENT:
            if random.random() < chances.GIVES_UP_AFTER_REFUSAL:
                self._request(file, CaseRequestKind.WITHDRAW_FOR_CLIENT, now + Span(5, 12).draw(random))
                return
            action, at = RequestAction.ORDER_AGAIN, now + Span(5, 12).draw(random)
        else:
            action, at = RequestAction.ORDER_AGAIN, now + timedelta(days=1)
        self.world.at_work(at, random, partial(self._act, file, owed, action))

    def _act(self, file: File, owed: Requirement, action: RequestAction, at: datetime) -> None:
        if file.state is None or file.state in ENDED:
            return
        request = RequirementRequest(
            request_id=f"{owed.requirement_id} {action.value} {at.isoformat()}",
            case_id=file.case_id,
            action=action,
            kind=owed.kind,
            about=owed.about,
            requirement_id=owed.requirement_id,
            asked_by=ReasonSource.PERSON,
            asker="m.lee",
            reason="The agent sent it." if action is RequestAction.RECEIVED else "To be ordered anew.",
            effective_at=at,
        )
        self.world.ask(request, REQUIREMENTS_REQUESTS, file.case_id)
