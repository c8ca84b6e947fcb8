"""Cases on Kafka: each event is a fact of its case; what the facts lead to is published."""

import asyncio
import contextlib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy.engine import Connection

from schemas import topics
from schemas.carrier import Carriers, load_carriers
from schemas.carrier_events import ApplicationSubmitted, CarrierDecided, DocumentsSubmitted
from schemas.case_events import CarrierAsked, CarrierListed, CarrierRequired, CaseRequested
from schemas.codes import CaseRequestKind, DeadLetterCause
from schemas.envelope import Cause, CloudEvent
from schemas.events import ApplicationRead
from schemas.finding_events import VerdictReached
from schemas.ids import derived_id
from schemas.parties import carrier_reader
from schemas.privacy_events import PrivacyRequested
from schemas.requirement_events import RequirementsChanged
from schemas.retention import Retention, policy_of
from services.cases import asking, lists, owing, store
from services.cases.case import Around, Case, Outcome, RemarkKind, Submission
from services.cases.facts import Fact, Matter, OfferLapsed, version_read
from services.cases.fold import with_fact
from services.cases.pages import PAGES
from services.cases.privacy import Keeper
from services.cases.reconciling import ASKED_AGAIN, differences
from services.cases.settings import CasesSettings
from services.cases.states import is_with_carrier
from services.chassis.errors import Outgoing, Permanent
from services.chassis.forgetting import on_forgotten
from services.chassis.private.vault import Forgotten
from services.chassis.runner import Handler, Received
from services.chassis.settings import ServiceSettings
from services.chassis.shell import Desk, Service

_LOOK_EVERY = 5.0
"""Seconds between two looks for offers that ran out."""


class Clerk:
    """Takes each event to its case."""

    def __init__(self, carriers: Carriers, policy: Retention | None = None) -> None:
        self._carriers = carriers
        self._policy = policy
        self._speakers = {topics.decisions(carrier).name: carrier for carrier in carriers}

    def read(self, db: Connection, received: Received[ApplicationRead], _: Any, now: datetime) -> Iterator[Outgoing]:
        """A version of the application; the whole of it is kept until the carrier has it."""
        read = received.data
        carrier = self._carriers.get(read.application.carrier)
        if carrier is None:
            raise Permanent(
                DeadLetterCause.MISSING_REFERENCE_DATA,
                f"Case {read.case_id}: no carrier {read.application.carrier!r} is on file. Add its folder to the"
                " carriers, start cases again, then replay.",
            )
        if read.version > max(store.submitted_versions(db, read.case_id), default=0):
            store.keep_application(db, read)
        yield from self.take(db, _fact(received, version_read(read, carrier)), received.event, now)
        yield from _passed_on(db, read, now)

    def judged(self, db: Connection, received: Received[VerdictReached], _: Any, now: datetime) -> Iterator[Outgoing]:
        yield from self.take(db, _fact(received, received.data), received.event, now)

    def required(
        self, db: Connection, received: Received[RequirementsChanged], _: Any, now: datetime
    ) -> Iterator[Outgoing]:
        yield from self.take(db, _fact(received, received.data), received.event, now)

    def spoken(
        self, db: Connection, received: Received[CarrierDecided | CarrierRequired], _: Any, now: datetime
    ) -> Iterator[Outgoing]:
        """The topic says which carrier speaks: only the carrier itself may write to it."""
        speaker = self._speakers[received.topic]
        case = _own_case(store.find(db, received.data.case_id), received.data, speaker)
        fact = _fact(received, received.data, speaker)
        yield from self.take(db, fact, received.event, now)
        if isinstance(received.data, CarrierRequired):
            request = asking.for_the_requirements_desk(case, received.data, fact.id)
            if request:
                yield Outgoing(topics.REQUIREMENTS_REQUESTS, case.case_id, request)

    def listed(self, db: Connection, received: Received[CarrierListed], _: Any, now: datetime) -> Iterator[Outgoing]:
        """A carrier's list of its cases: what differs is told, and what never reached us asked for again."""
        carrier, part = self._speakers[received.topic], received.data
        whole = lists.whole_list(db, carrier, part)
        if not whole or lists.is_overtaken(db, carrier, part.as_of):
            return
        ours = lists.cases_of(db, carrier, (case.case_id for each in whole for case in each.cases))
        found = differences(carrier, whole, ours, now)
        lists.keep(db, carrier, part.list_id, part.as_of, found, now)
        for each in found:
            yield Outgoing(topics.CASES_DIFFERENCES, each.case_id, each)
            if each.kind in ASKED_AGAIN:
                question = asking.missing_words(ours[each.case_id], each.message, now)
                yield _to_carrier(question)

    def requested(self, db: Connection, received: Received[CaseRequested], _: Any, now: datetime) -> Iterator[Outgoing]:
        """What a person asks of a case."""
        asked = received.data
        before = store.find(db, asked.case_id)
        _require_sound(db, before, asked)
        assert before is not None  # noqa: S101 - a sound request is about a case on file
        fact = _fact(received, asked)
        yield from self.take(db, fact, received.event, now)
        if amended := asking.amended(before, asked, now):
            yield Outgoing(topics.CASES_AMENDMENTS, asked.case_id, amended)
        if question := asking.asked_of_carrier(before, asked, fact.id, now):
            yield _to_carrier(question)

    def take(self, db: Connection, fact: Fact, cause: CloudEvent[Any] | None, now: datetime) -> Iterator[Outgoing]:
        """One more fact of a case. Raises :class:`Permanent` for a request that the case's state does not allow."""
        case_id = fact.matter.case_id
        if store.is_known(db, case_id, fact.id):
            return
        before = store.find(db, case_id) or Case(case_id=case_id)
        around = Around(self._carriers, store.submitted_versions(db, case_id), now)
        outcome = with_fact(before, lambda: store.facts_of(db, case_id), fact, around)
        _require_granted(outcome, fact)
        store.save(db, outcome, fact, cause, now, self._policy)
        for change in outcome.changes:
            yield Outgoing(topics.CASES_CHANGES, case_id, change)
        for submission in outcome.submissions:
            yield _submitted(db, outcome.case, submission)
        yield from _missing(before, outcome.case, now)
        yield from _standing(before, outcome.case, now)

    async def watch_offers(self, desk: Desk) -> None:
        """Offers whose day went by, for ever; several workers find each once, by the fact's identity."""
        while True:
            await self.let_offers_lapse(desk)
            await asyncio.sleep(_LOOK_EVERY)

    async def let_offers_lapse(self, desk: Desk) -> None:
        """One look for offers whose day went by."""
        for case in await desk.read(lambda db: store.lapsed(db, desk.clock())):
            fact = _lapse_of(case)
            cause = Cause(source="/goodorder/cases", id=fact.id, correlationid=fact.id)
            with contextlib.suppress(Forgotten):  # this moment: its offer is nobody's any more
                await desk.write(cause, lambda db, now, fact=fact: tuple(self.take(db, fact, None, now)))  # type: ignore[misc]


def _lapse_of(case: Case) -> Fact:
    """The same for an offer whoever finds it, and however often."""
    assert case.lapses_at is not None  # noqa: S101 - the store found it by this
    fact_id = derived_id(case.case_id, f"offer lapsed|{case.lapses_at.isoformat()}")
    return Fact(fact_id, OfferLapsed(case_id=case.case_id, answer_by=case.lapses_at))


def _fact(received: Received[Any], matter: Matter, speaker: str = "") -> Fact:
    return Fact(f"{received.event.source}|{received.event.id}", matter, speaker)


def _own_case(case: Case | None, word: CarrierDecided | CarrierRequired, speaker: str) -> Case:
    """Raises :class:`Permanent` for a case that is unknown here or another carrier's."""
    says = word.decision.value if isinstance(word, CarrierDecided) else "required"
    if case is None or case.state is None:
        raise Permanent(
            DeadLetterCause.UNKNOWN_CASE,
            f"Carrier {speaker} says {says!r} of case {word.case_id}, which was never seen here."
            " Ask the carrier for the right case id; if the packet is still on its way, replay after it arrived.",
        )
    if case.carrier != speaker:
        raise Permanent(
            DeadLetterCause.WRONG_CARRIER,
            f"Carrier {speaker} says {says!r} of case {word.case_id}, which is with {case.carrier}."
            " Ask the carrier which case was meant, then discard.",
        )
    return case


def _require_sound(db: Connection, case: Case | None, asked: CaseRequested) -> None:
    """Raises :class:`Permanent` for a request about a case that is not on file, or without what it needs."""
    if case is None or case.state is None:
        raise Permanent(
            DeadLetterCause.UNKNOWN_CASE,
            f"{asked.request.value!r} was asked of case {asked.case_id}, which is not on file. Check the id, discard"
            " this and ask again.",
        )
    needs = {
        CaseRequestKind.CHANGE_FACE_AMOUNT: ("face_amount", asked.face_amount),
        CaseRequestKind.CHANGE_MODE: ("mode", asked.mode),
        CaseRequestKind.CHANGE_BENEFICIARY: ("beneficiaries", asked.beneficiaries),
        CaseRequestKind.MARK_DUPLICATE: ("other_case_id", asked.other_case_id),
        CaseRequestKind.MARK_ADDITIONAL: ("other_case_id", asked.other_case_id),
        CaseRequestKind.MARK_ALTERNATE: ("other_case_id", asked.other_case_id),
    }
    name, value = needs.get(asked.request, ("", True))
    if not value:
        raise Permanent(
            DeadLetterCause.MALFORMED,
            f"{asked.request.value!r} of case {asked.case_id} does not say {name}. Discard this and ask again with it.",
        )
    _require_issuable(case, asked)
    other = asked.other_case_id
    if other and (other == asked.case_id or not store.is_on_file(db, other)):
        raise Permanent(
            DeadLetterCause.UNKNOWN_CASE,
            f"Case {asked.case_id} cannot be related to {other}: no other case with this id is on file.",
        )


def _require_issuable(case: Case, asked: CaseRequested) -> None:
    """Raises :class:`Permanent` for a face amount that the product is issued for at no age."""
    present, face = case.present, asked.face_amount
    if face is None or present is None or present.face_amounts is None:
        return
    low, high = present.face_amounts
    if not low <= face <= high:
        raise Permanent(
            DeadLetterCause.ILLEGAL_TRANSITION,
            f"A face amount of ${face:,.0f} was asked of case {case.case_id}, but {case.carrier_name} issues"
            f" {present.product_name} for ${low:,.0f} to ${high:,.0f}. Discard this and ask for an amount in between,"
            " or have a new application written for another product.",
        )


def _require_granted(outcome: Outcome, fact: Fact) -> None:
    refused = [remark for remark in outcome.remarks if remark.kind is RemarkKind.REFUSED and remark.fact == fact.id]
    if refused:
        raise Permanent(DeadLetterCause.ILLEGAL_TRANSITION, refused[0].text)


def _submitted(db: Connection, case: Case, submission: Submission) -> Outgoing:
    read = store.application(db, case.case_id, submission.version)
    if read is None:
        raise ValueError(f"case {case.case_id} is submitted without its application")
    submission_id = derived_id(case.case_id, "submission", submission.version)
    store.record_submission(db, submission_id, case, submission.version, submission.at)
    submitted = ApplicationSubmitted(
        submission_id=submission_id,
        case_id=case.case_id,
        version=submission.version,
        carrier=read.application.carrier,
        agent_code=case.agent_code,
        documents=read.documents,
        application=read.application,
        submitted_at=submission.at,
    )
    return _to_carrier(submitted)


def _to_carrier(said: ApplicationSubmitted | CarrierAsked) -> Outgoing:
    """For the carrier alone to open what is private in it."""
    return Outgoing(topics.submissions(said.carrier), said.case_id, said, reader=carrier_reader(said.carrier))


def _standing(before: Case, case: Case, now: datetime) -> Iterator[Outgoing]:
    """Who owes what, where that is otherwise now."""
    stands = owing.stands(case, now)
    if stands != owing.stands(before, now):
        yield Outgoing(topics.CASES_STANDINGS, case.case_id, stands)


def _passed_on(db: Connection, read: ApplicationRead, now: datetime) -> Iterator[Outgoing]:
    """Documents that came after the submission, to the carrier that has the case."""
    case, last = store.find(db, read.case_id), store.last_with_carrier(db, read.case_id)
    if case is None or last == 0 or not is_with_carrier(case.state):
        return
    new = tuple(filed for filed in read.documents if (filed.version or 1) > last)
    if not new:
        return
    submission_id = derived_id(case.case_id, "documents", read.version)
    store.record_passed_on(db, submission_id, case, read.version, now)
    more = DocumentsSubmitted(
        submission_id=submission_id,
        case_id=case.case_id,
        version=read.version,
        carrier=case.carrier,
        carrier_reference=case.carrier_reference,
        agent_code=case.agent_code,
        documents=new,
        application=read.application if read.changes and read.changes.fields else None,
        changes=read.changes,
        submitted_at=now,
    )
    yield Outgoing(topics.submissions(case.carrier), case.case_id, more)


def _missing(before: Case, case: Case, now: datetime) -> Iterator[Outgoing]:
    """Words that wait since this fact: the difference is told, and the carrier asked for what came before them."""
    known = {each.fact for each in before.waiting}
    for waiting in case.waiting:
        if waiting.fact not in known:
            found = asking.not_possible(case, waiting, now)
            yield Outgoing(topics.CASES_DIFFERENCES, case.case_id, found)
            yield _to_carrier(asking.missing_words(case, found.message, now))


def describe_service(carriers: Carriers, policy: Retention | None = None) -> Service:
    """The service for these carriers; without a policy no case is forgotten by the clock."""
    clerk, keeper = Clerk(carriers, policy), Keeper(policy)
    return Service(
        name="cases",
        consumes=(
            topics.INTAKE_APPLICATIONS,
            topics.VALIDATION_VERDICTS,
            topics.REQUIREMENTS_CHANGES,
            topics.CASES_REQUESTS,
            topics.PRIVATE_REQUESTS,
            topics.PRIVATE_FORGOTTEN,
            *(topics.decisions(carrier) for carrier in carriers),
        ),
        handlers=(
            Handler(ApplicationRead, clerk.read),
            Handler(VerdictReached, clerk.judged),
            Handler(RequirementsChanged, clerk.required),
            Handler(CarrierDecided, clerk.spoken),
            Handler(CarrierRequired, clerk.spoken),
            Handler(CarrierListed, clerk.listed),
            Handler(CaseRequested, clerk.requested),
            Handler(PrivacyRequested, keeper.requested),
            on_forgotten(store.let_go),
        ),
        migrations=Path(__file__).parent / "migrations",
        keeps_private=True,
        tasks=(clerk.watch_offers, keeper.watch),
        pages=PAGES,
    )


def build() -> tuple[Service, ServiceSettings]:
    settings = CasesSettings()
    return describe_service(
        load_carriers(settings.carriers), policy_of(settings.retention, settings.carriers)
    ), settings
