"""What follows from a request, or from a word that is not possible: what a carrier is asked, what starts anew."""

from datetime import datetime

from schemas.case_events import CarrierAsked, CarrierRequired, CaseAmended, CaseRequested, DifferenceFound
from schemas.case_states import DECIDED
from schemas.codes import (
    CarrierAskKind,
    CarrierRequirementStatus,
    CaseState,
    ChangeConsequence,
    DifferenceKind,
    ReasonSource,
    RequestAction,
    RequirementStage,
)
from schemas.codes import CaseRequestKind as Request
from schemas.ids import derived_id
from schemas.requirement_events import RequirementRequest
from services.cases.case import Case, Waiting
from services.cases.states import CHANGES
from services.cases.taking import in_words
from services.cases.walking import saying

_ASKS = {
    Request.ACCEPT_OFFER: CarrierAskKind.ACCEPT_OFFER,
    Request.REFUSE_OFFER: CarrierAskKind.REFUSE_OFFER,
    Request.WITHDRAW_FOR_CLIENT: CarrierAskKind.WITHDRAW,
    Request.WITHDRAW_FOR_PRODUCER: CarrierAskKind.WITHDRAW,
    Request.REOPEN: CarrierAskKind.REOPEN,
    Request.CHANGE_FACE_AMOUNT: CarrierAskKind.CHANGE_FACE_AMOUNT,
    Request.CHANGE_BENEFICIARY: CarrierAskKind.CHANGE_BENEFICIARY,
    Request.CHANGE_MODE: CarrierAskKind.CHANGE_MODE,
}
_ISSUED = (CaseState.ISSUED, CaseState.DELIVERY_PENDING)


def consequences(before: Case, asked: CaseRequested) -> tuple[ChangeConsequence, ...]:
    """What a change sets in motion again, by where the case stands; none for a request that changes nothing.

    More cover asks the grid again, and after a decision for a statement of health. Less cover takes no requirement
    away. Before submission, and for a beneficiary ever, a signed page has to bring the change.
    """
    if asked.request not in CHANGES:
        return ()
    applied_for = before.present.face_amount if before.present else None
    more = asked.face_amount is not None and (applied_for is None or asked.face_amount > applied_for)
    face, mode = asked.request is Request.CHANGE_FACE_AMOUNT, asked.request is Request.CHANGE_MODE
    with_carrier = _is_with_carrier(before)
    follows = {
        ChangeConsequence.CORRECTED_PAGE: not with_carrier or asked.request is Request.CHANGE_BENEFICIARY,
        ChangeConsequence.RULES: not with_carrier,
        ChangeConsequence.REQUIREMENTS: face and more,
        ChangeConsequence.PREMIUM: face or mode,
        ChangeConsequence.ILLUSTRATION: face,
        ChangeConsequence.HEALTH_STATEMENT: face and more and before.state in DECIDED,
        ChangeConsequence.CARRIER_DECISION: face and with_carrier,
        ChangeConsequence.REISSUE: before.state in _ISSUED,
    }
    return tuple(consequence for consequence, holds in follows.items() if holds)


def amended(before: Case, asked: CaseRequested, now: datetime) -> CaseAmended | None:
    """The word to everybody on a change that was taken up."""
    follows = consequences(before, asked)
    if not follows:
        return None
    return CaseAmended(
        case_id=before.case_id,
        version=before.version,
        change=asked.request,
        face_amount=asked.face_amount,
        mode=asked.mode,
        consequences=follows,
        amended_at=now,
    )


def asked_of_carrier(before: Case, asked: CaseRequested, fact: str, now: datetime) -> CarrierAsked | None:
    """The question to the carrier, where it has the case and the request is its business."""
    ask = _ASKS.get(asked.request)
    if ask is None or not _is_with_carrier(before):
        return None
    return CarrierAsked(
        ask_id=derived_id(before.case_id, f"ask|{fact}"),
        case_id=before.case_id,
        carrier=before.carrier,
        ask=ask,
        carrier_reference=before.carrier_reference,
        face_amount=asked.face_amount,
        mode=asked.mode,
        beneficiaries=asked.beneficiaries,
        reason=asked.reason,
        asked_at=now,
    )


_ACTIONS = {
    CarrierRequirementStatus.OUTSTANDING: RequestAction.ASK,
    CarrierRequirementStatus.RECEIVED: RequestAction.RECEIVED,
    CarrierRequirementStatus.WAIVED: RequestAction.WAIVE,
    CarrierRequirementStatus.CANCELLED: RequestAction.WAIVE,
}


def for_the_requirements_desk(case: Case, raised: CarrierRequired, fact: str) -> RequirementRequest | None:
    """What the carrier raised, where it is of a kind that is ordered and followed like the grid's own."""
    if raised.kind is None or raised.stage is not RequirementStage.UNDERWRITING:
        return None
    return RequirementRequest(
        request_id=fact,
        case_id=case.case_id,
        action=_ACTIONS[raised.status],
        kind=raised.kind,
        about=raised.requirement_id,
        name=raised.name,
        asked_by=ReasonSource.CARRIER,
        asker=case.carrier,
        reason=f"{case.carrier_name} asks for it",
        carrier_reference=raised.requirement_id,
        effective_at=raised.effective_at,
    )


def missing_words(case: Case, reason: str, now: datetime) -> CarrierAsked:
    """Ask the carrier to say again what it said since the last word that reached us."""
    since = case.word.effective_at if case.word else None
    return CarrierAsked(
        ask_id=derived_id(case.case_id, f"resend|{since}|{reason}"),
        case_id=case.case_id,
        carrier=case.carrier,
        ask=CarrierAskKind.RESEND,
        carrier_reference=case.carrier_reference,
        since=since,
        reason=reason,
        asked_at=now,
    )


def not_possible(case: Case, waiting: Waiting, now: datetime) -> DifferenceFound:
    """The difference that a word shows which the state does not allow."""
    return DifferenceFound(
        difference_id=derived_id(case.case_id, f"not possible|{waiting.fact}"),
        carrier=case.carrier,
        case_id=case.case_id,
        kind=DifferenceKind.NOT_POSSIBLE,
        our_state=case.state,
        heard=case.word.decision if case.word else None,
        said=waiting.word.decision,
        message=f"{waiting.speaker} says {saying(waiting.word)} of {waiting.word.effective_at:%Y-%m-%d %H:%M}, which is"
        f" not possible while the case is {in_words(case.state)}. The word waits; the carrier is asked for what came"
        " before it. If nothing comes, ask which case was meant.",
        found_at=now,
    )


def _is_with_carrier(case: Case) -> bool:
    return (
        case.submitted_version > 0
        and case.state is not CaseState.CARRIER_NIGO
        and case.submitted_version >= (case.version)
    )
