"""Rules on what several forms of the packet say about the same thing: V-66."""

import re
from collections.abc import Iterator

from schemas.codes import FormKind, OwnerKind, ReasonCode, Severity
from services.validation.names import is_close, is_same
from services.validation.rule import Fault, rule
from services.validation.rule_input import RuleInput


@rule(
    "V-66",
    Severity.NIGO,
    ReasonCode.NEED_CLARITY,
    reads=(
        "hipaa",
        "replacement_notice.applicant_name",
        "hiv_consent",
        "temporary_insurance",
        "signatures",
    ),
    basis="new-business guides: SSN, date of birth and name agree between forms",
)
def forms_agree(case: RuleInput) -> Iterator[Fault]:
    """Name, date of birth and SSN are the same on every form."""
    insured, hipaa = case.application.insured, case.application.hipaa
    # Half a name is V-03's finding and nothing to compare with.
    name = insured.full_name if insured.first_name and insured.last_name else None
    applicants = (name, case.application.owner.name) if name else ()
    yield from _name_faults(case, FormKind.HIPAA, "hipaa.insured_name", (name,))
    yield from _name_faults(case, FormKind.REPLACEMENT_NOTICE, "replacement_notice.applicant_name", applicants)
    yield from _name_faults(case, FormKind.APPLICATION, None, applicants)
    yield from _name_faults(case, FormKind.HIV_CONSENT, "hiv_consent.insured_name", (name,))
    yield from _name_faults(case, FormKind.TEMPORARY_INSURANCE, "temporary_insurance.insured_name", (name,))
    dates = (hipaa.date_of_birth, insured.date_of_birth)
    if _differ(*dates) and _are_sure(case, "hipaa.date_of_birth", "insured.date_of_birth"):
        yield Fault("hipaa.date_of_birth", _message("the insured's date of birth"))
    numbers = (_digits(hipaa.ssn), _digits(insured.ssn))
    if _differ(*numbers) and _are_sure(case, "hipaa.ssn", "insured.ssn"):
        yield Fault("hipaa.ssn", _message("the insured's Social Security number"))


def _name_faults(case: RuleInput, kind: FormKind, stated: str | None, known: tuple[str | None, ...]) -> Iterator[Fault]:
    """One fault a form, be the name wrong in one place of it or in two."""
    # For a trust or a firm somebody signs whose name is not the owner's; an owner without a name is V-03's finding.
    owner = case.application.owner
    unknown = not owner.name or owner.kind in (OwnerKind.ENTITY, OwnerKind.TRUST)
    roles = ("insured",) if not case.owner_is_insured and unknown else ("insured", "owner")
    printed = [f"signatures.{kind.value}.{role}.printed_name" for role in roles]
    places = [at for at in (stated, *printed) if at and _name_differs(case, at, known)]
    if places:
        yield Fault(places[0], _message("the name"), rests_on=("insured.first_name", "insured.last_name"))


def _message(what: str) -> str:
    return f"{what} is not the same here as in the application. Correct the one that is wrong."


def _differ(one: object, other: object) -> bool:
    return bool(one and other and one != other)


def _are_sure(case: RuleInput, *paths: str) -> bool:
    return all(case.is_sure(path) for path in paths)


def _name_differs(case: RuleInput, at: str, known: tuple[str | None, ...]) -> bool:
    """The name is none of those known. An unsure reading has to be far off before it counts."""
    written = case.value(at)
    names = [name for name in known if name]
    if not isinstance(written, str) or not written or not names:
        return False
    if any(is_same(written, name) for name in names):
        return False
    sure = _are_sure(case, at, "insured.first_name", "insured.last_name")
    return sure or not any(is_close(written, name) for name in names)


def _digits(number: str | None) -> str:
    return re.sub(r"\D", "", number or "")
