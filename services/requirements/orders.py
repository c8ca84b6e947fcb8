"""Orders: what is kept to order by once the application is gone, and what a vendor is told, no more than it needs."""

from schemas.application import Address, Application
from schemas.base import Contract, StoredObject, UtcDatetime
from schemas.carrier import Carrier, CarrierDataError, RequirementRule
from schemas.codes import AgeBasis, FormKind, Orderer, RequirementKind
from schemas.events import ApplicationRead
from schemas.ids import derived_id
from schemas.insured import masked
from schemas.private import Sealed
from schemas.requirement_events import OrderParty, Requirement, RequirementOrdered
from services.requirements.facts import Facts

_MEETS_THE_INSURED = frozenset(
    {
        RequirementKind.PARAMED,
        RequirementKind.BLOOD_URINE,
        RequirementKind.BLOOD,
        RequirementKind.URINE,
        RequirementKind.VITALS,
        RequirementKind.EKG,
        RequirementKind.TELE_INTERVIEW,
        RequirementKind.INSPECTION,
        RequirementKind.COGNITIVE_INSPECTION,
        RequirementKind.COGNITIVE_TEST,
        RequirementKind.FUNCTIONAL_TEST,
    }
)
"""Kinds whose vendor calls or visits the insured."""


class CannotOrder(Exception):
    """The application lacks what an order needs; the message names the case and the remedy."""


class OrderSheet(Contract):
    """What orders, reminders and dates need of an application: no SSN, no medical answer."""

    version: int
    carrier: str
    agent_code: str | None = None
    insured_masked: str
    uploaded_at: UtcDatetime
    ages: dict[AgeBasis, int]
    name: Sealed[str | None] = None
    date_of_birth: Sealed[str | None] = None
    sex: str | None = None
    address: Sealed[Address] = Address()
    phone: Sealed[str | None] = None
    best_time_to_call: str | None = None
    physician_name: Sealed[str | None] = None
    physician_address: Sealed[str | None] = None
    physician_phone: Sealed[str | None] = None
    authorization: StoredObject | None = None
    life: Sealed[str | None] = None
    """The insured's identity in a form that cannot be read back from an event or a log; absent when not known."""


def sheet_of(read: ApplicationRead, facts: Facts) -> OrderSheet:
    """What is kept of an application in good order."""
    insured, physician = read.application.insured, read.application.physician
    born = insured.date_of_birth
    return OrderSheet(
        version=read.version,
        carrier=read.application.carrier,
        agent_code=read.agent_code,
        insured_masked=masked(insured),
        uploaded_at=read.uploaded_at,
        ages=dict(facts.ages),
        name=insured.full_name,
        date_of_birth=born.isoformat() if born else None,
        sex=insured.sex.value if insured.sex else None,
        address=insured.residence,
        phone=insured.phone,
        best_time_to_call=insured.best_time_to_call,
        physician_name=physician.name,
        physician_address=physician.address,
        physician_phone=physician.phone,
        authorization=_authorization(read),
        life=life_of(read.application),
    )


def life_of(application: Application) -> str | None:
    """Which life it is, the same in every case; ``None`` when SSN or date of birth is not known."""
    digits = "".join(filter(str.isdigit, application.insured.ssn or ""))
    born = application.insured.date_of_birth
    return derived_id(f"{digits}|{born}", "life") if digits and born else None


def requirement_id(case_id: str, kind: RequirementKind, about: str = "") -> str:
    """The same for a case, a kind and what it is about, for ever: a second order of it is recognised."""
    return derived_id(case_id, f"requirement {kind.value} {about}".rstrip())


def rule_for(carrier: Carrier, kind: RequirementKind) -> RequirementRule:
    """How the carrier wants a kind ordered. Raises :class:`CarrierDataError` when its file does not say."""
    rule = carrier.file.requirements.get(kind)
    if rule is None or (rule.orderer is Orderer.BGA and not rule.vendor):
        missing = "no entry" if rule is None else "no vendor"
        raise CarrierDataError(
            f"carriers/{carrier.id}/carrier.yaml has {missing} for {kind.value} under requirements, "
            "but it is asked for. Add it."
        )
    return rule


def order(
    case_id: str,
    sheet: OrderSheet,
    requirement: Requirement,
    ordered_at: UtcDatetime,
    times: int = 1,
    instructions: tuple[str, ...] = (),
) -> RequirementOrdered:
    """The order of a requirement. Only who meets the insured learns the phone; only records need the
    authorization and the physician. Raises :class:`CannotOrder`."""
    is_aps = requirement.kind is RequirementKind.APS
    if requirement.vendor is None:
        raise CannotOrder(f"Case {case_id}: nobody is named to order {requirement.name} from.")
    return RequirementOrdered(
        case_id=case_id,
        requirement_id=requirement.requirement_id,
        kind=requirement.kind,
        vendor=requirement.vendor,
        carrier=sheet.carrier,
        party=_party(case_id, sheet, requirement.kind),
        authorization=sheet.authorization if is_aps else None,
        physician_name=sheet.physician_name if is_aps else None,
        physician_address=sheet.physician_address if is_aps else None,
        physician_phone=sheet.physician_phone if is_aps else None,
        ordered_at=ordered_at,
        order=times,
        instructions=instructions or None,
    )


def _party(case_id: str, sheet: OrderSheet, kind: RequirementKind) -> OrderParty:
    if sheet.name is None or sheet.date_of_birth is None:
        raise CannotOrder(
            f"Case {case_id}: no order can go out without the insured's name and date of birth. "
            "Have the application corrected and sent again."
        )
    meets = kind in _MEETS_THE_INSURED
    return OrderParty(
        name=sheet.name,
        date_of_birth=sheet.date_of_birth,
        sex=sheet.sex,
        address=sheet.address,
        phone=sheet.phone if meets else None,
        best_time_to_call=sheet.best_time_to_call if meets else None,
    )


def _authorization(read: ApplicationRead) -> StoredObject | None:
    document = _document_of_authorization(read.application)
    filed = (held.archive for held in read.documents if held.document_id == document)
    return next(filed, None)


def _document_of_authorization(application: Application) -> str | None:
    form = application.form(FormKind.HIPAA)
    return form.pages[0].document_id if form and form.pages else None
