"""Requirements and their orders: who orders what, and what a vendor is told, no more than it needs."""

from schemas.application import Application
from schemas.base import StoredObject, UtcDatetime
from schemas.carrier import Carrier, CarrierDataError, RequirementRule
from schemas.codes import FormKind, Orderer, RequirementKind, RequirementStatus
from schemas.events import ApplicationRead, OrderParty, Requirement, RequirementOrdered
from schemas.ids import derived_id
from services.requirements.grid import Required

_MEETS_THE_INSURED = frozenset(
    {
        RequirementKind.PARAMED,
        RequirementKind.BLOOD_URINE,
        RequirementKind.EKG,
        RequirementKind.TELE_INTERVIEW,
        RequirementKind.INSPECTION,
        RequirementKind.FUNCTIONAL_TEST,
    }
)
"""Kinds whose vendor calls or visits the insured."""


class CannotOrder(Exception):
    """The application lacks what an order needs; the message names the case and the remedy."""


def requirement_id(case_id: str, kind: RequirementKind) -> str:
    """The same for a case and a kind for ever: a second order of it is recognised."""
    return derived_id(case_id, f"requirement {kind.value}")


def rule_for(carrier: Carrier, kind: RequirementKind) -> RequirementRule:
    """How the carrier wants a kind ordered. Raises :class:`CarrierDataError` when its file does not say."""
    rule = carrier.file.requirements.get(kind)
    if rule is None or (rule.orderer is Orderer.BGA and not rule.vendor):
        missing = "no entry" if rule is None else "no vendor"
        raise CarrierDataError(
            f"carriers/{carrier.id}/carrier.yaml has {missing} for {kind.value} under requirements, "
            "but its grid asks for it. Add it."
        )
    return rule


def needed(case_id: str, carrier: Carrier, asked: Required) -> Requirement:
    """A requirement as the grid asks for it, before anybody was asked."""
    rule = rule_for(carrier, asked.kind)
    return Requirement(
        requirement_id=requirement_id(case_id, asked.kind),
        kind=asked.kind,
        name=rule.name,
        status=RequirementStatus.NEEDED,
        why=asked.why,
        vendor=rule.vendor,
        carrier_owned=rule.orderer is Orderer.CARRIER,
    )


def order(read: ApplicationRead, requirement: Requirement, ordered_at: UtcDatetime) -> RequirementOrdered:
    """The order of a requirement. Only who meets the insured learns the phone; only records need the
    authorization and the physician. Raises :class:`CannotOrder`."""
    is_aps = requirement.kind is RequirementKind.APS
    physician = read.application.physician
    if requirement.vendor is None:
        raise CannotOrder(f"Case {read.case_id}: nobody is named to order {requirement.name} from.")
    return RequirementOrdered(
        case_id=read.case_id,
        requirement_id=requirement.requirement_id,
        kind=requirement.kind,
        vendor=requirement.vendor,
        carrier=read.application.carrier,
        party=_party(read, requirement.kind),
        authorization=_authorization(read) if is_aps else None,
        physician_name=physician.name if is_aps else None,
        physician_address=physician.address if is_aps else None,
        ordered_at=ordered_at,
    )


def _party(read: ApplicationRead, kind: RequirementKind) -> OrderParty:
    insured = read.application.insured
    if insured.full_name is None or insured.date_of_birth is None:
        raise CannotOrder(
            f"Case {read.case_id}: no order can go out without the insured's name and date of birth. "
            "Have the application corrected and sent again."
        )
    meets = kind in _MEETS_THE_INSURED
    return OrderParty(
        name=insured.full_name,
        date_of_birth=insured.date_of_birth.isoformat(),
        sex=insured.sex.value if insured.sex else None,
        address=insured.residence,
        phone=insured.phone if meets else None,
        best_time_to_call=insured.best_time_to_call if meets else None,
    )


def _authorization(read: ApplicationRead) -> StoredObject | None:
    document = _document_of_authorization(read.application)
    filed = (held.archive for held in read.documents if held.document_id == document)
    return next(filed, None)


def _document_of_authorization(application: Application) -> str | None:
    form = application.form(FormKind.HIPAA)
    return form.pages[0].document_id if form and form.pages else None
