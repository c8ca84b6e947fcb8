"""Rules on what several forms of the packet say about the same thing: V-66."""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher

from schemas.codes import FormKind, OwnerKind, ReasonCode, Severity
from services.validation.names import is_close, is_same
from services.validation.rule import Fault, rule
from services.validation.rule_input import RuleInput

_FAR_OFF = 0.6
"""Likeness below which two numbers are not one number read differently."""


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
    version=2,
)
def forms_agree(case: RuleInput) -> Iterator[Fault]:
    """Name, date of birth and SSN are the same on every form."""
    insured = case.application.insured
    # Half a name is V-03's finding and nothing to compare with.
    name = insured.full_name if insured.first_name and insured.last_name else None
    applicants = (name, case.application.owner.name) if name else ()
    yield from _name_faults(case, FormKind.HIPAA, "hipaa.insured_name", (name,))
    yield from _name_faults(case, FormKind.REPLACEMENT_NOTICE, "replacement_notice.applicant_name", applicants)
    yield from _name_faults(case, FormKind.APPLICATION, None, applicants)
    yield from _name_faults(case, FormKind.HIV_CONSENT, "hiv_consent.insured_name", (name,))
    yield from _name_faults(case, FormKind.TEMPORARY_INSURANCE, "temporary_insurance.insured_name", (name,))
    if _differ(case, "hipaa.date_of_birth", "insured.date_of_birth"):
        yield Fault("hipaa.date_of_birth", _message("the insured's date of birth"))
    if _differ(case, "hipaa.ssn", "insured.ssn"):
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
        yield Fault(places[0], _message("the name"))


def _message(what: str) -> str:
    return f"{what} is not the same here as in the application. Correct the one that is wrong."


def _differ(case: RuleInput, *places: str) -> bool:
    """Both are there, and other digits. An unsure reading has to be far off before it counts."""
    one, other = (_digits(case.value(at)) for at in places)
    if not one or not other or one == other:
        return False
    sure = all(case.is_sure(at) for at in places)
    return sure or SequenceMatcher(None, one, other).ratio() < _FAR_OFF


def _name_differs(case: RuleInput, at: str, known: tuple[str | None, ...]) -> bool:
    """The name is none of those known. An unsure reading has to be far off before it counts."""
    written = case.value(at)
    names = [name for name in known if name]
    if not isinstance(written, str) or not written or not names:
        return False
    if any(is_same(written, name) for name in names):
        return False
    sure = all(case.is_sure(path) for path in (at, "insured.first_name", "insured.last_name"))
    return sure or not any(is_close(written, name) for name in names)


def _digits(written: object) -> str:
    return re.sub(r"\D", "", str(written or ""))
