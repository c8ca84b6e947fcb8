"""Rules on what several forms of the packet say about the same thing: V-66."""

import difflib
import re
import unicodedata
from collections.abc import Iterator

from schemas.codes import FormKind, ReasonCode, Severity
from services.validation.rule import Fault, rule
from services.validation.rule_input import RuleInput

_CLOSE = 0.75


@rule(
    "V-66",
    Severity.NIGO,
    ReasonCode.NEED_CLARITY,
    reads=("hipaa", "replacement_notice.applicant_name", "signatures"),
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
    dates = (hipaa.date_of_birth, insured.date_of_birth)
    if _differ(*dates) and _are_sure(case, "hipaa.date_of_birth", "insured.date_of_birth"):
        yield Fault("hipaa.date_of_birth", _message("the insured's date of birth"))
    numbers = (_digits(hipaa.ssn), _digits(insured.ssn))
    if _differ(*numbers) and _are_sure(case, "hipaa.ssn", "insured.ssn"):
        yield Fault("hipaa.ssn", _message("the insured's Social Security number"))


def _name_faults(case: RuleInput, kind: FormKind, stated: str | None, known: tuple[str | None, ...]) -> Iterator[Fault]:
    """One fault a form, be the name wrong in one place of it or in two."""
    printed = [f"signatures.{kind.value}.{role}.printed_name" for role in ("insured", "owner")]
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
    if any(_same_name(written, name) for name in names):
        return False
    sure = _are_sure(case, at, "insured.first_name", "insured.last_name")
    return sure or not any(_is_close(written, name) for name in names)


def _same_name(one: str, other: str) -> bool:
    """The shorter name's words are all in the longer one, an initial standing for a word."""
    few, many = sorted((_words(one), _words(other)), key=len)
    rest = list(many)
    for word in few:
        match = next((known for known in rest if _stands_for(word, known)), None)
        if match is None:
            return False
        rest.remove(match)
    return bool(few)


def _stands_for(word: str, known: str) -> bool:
    return word == known or (min(len(word), len(known)) == 1 and word[0] == known[0])


def _is_close(one: str, other: str) -> bool:
    return difflib.SequenceMatcher(None, "".join(_words(one)), "".join(_words(other))).ratio() >= _CLOSE


def _words(name: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", name.casefold())
    return re.findall(r"[a-z]+", "".join(letter for letter in plain if not unicodedata.combining(letter)))


def _digits(number: str | None) -> str:
    return re.sub(r"\D", "", number or "")
