"""Rules on who the insured is and how to reach them: V-01 to V-09."""

from collections.abc import Iterator

from schemas.ages import age_last, age_nearest
from schemas.codes import RateClass, ReasonCode, Severity, YesNo
from services.validation.numbers import can_be_itin, can_be_ssn, is_post_office_box
from services.validation.rule import Fault, rule
from services.validation.rule_input import RuleInput
from services.validation.wording import listed
from services.validation.zip_prefixes import disagree

_OLDEST = 120
_HEIGHT_INCHES = range(24, 97)
_WEIGHT_POUNDS = range(40, 701)
_TOBACCO_CLASSES = frozenset({RateClass.PREFERRED_TOBACCO, RateClass.STANDARD_TOBACCO})


@rule(
    "V-01",
    Severity.NIGO,
    ReasonCode.INCOMPLETE_FORM,
    reads=("insured.ssn",),
    basis="application-entry guides; the number's format as the Social Security Administration describes it",
)
def ssn_can_be_one(case: RuleInput) -> Iterator[Fault]:
    """The insured's SSN is there and can be one; a non-citizen may have an ITIN instead."""
    at, ssn = "insured.ssn", case.application.insured.ssn
    if case.blank(at):
        yield Fault(at, f"the number {case.how_blank(at)}. Write the insured's nine-digit number.")
    elif ssn and not can_be_ssn(ssn):
        if case.application.insured.us_citizen is YesNo.NO and can_be_itin(ssn):
            return
        yield Fault(
            at,
            "what is written cannot be a Social Security number (nine digits, no such area or group is issued). "
            "Compare it with the insured's card and correct it.",
            reason=ReasonCode.NEED_CLARITY,
        )


@rule(
    "V-02",
    Severity.BLOCK,
    ReasonCode.APPLICATION_ISSUE,
    reads=("insured.date_of_birth", "insured.age_stated"),
    basis="application-entry guides",
)
def date_of_birth_is_valid(case: RuleInput) -> Iterator[Fault]:
    """The insured's date of birth is a real past date and matches the age stated."""
    at, person = "insured.date_of_birth", case.application.insured
    born, stated = person.date_of_birth, person.age_stated
    if case.blank(at):
        yield Fault(at, f"the date {case.how_blank(at)}. Write month, day and year.")
    elif born is None:
        return
    elif born > case.today:
        yield Fault(at, "the date lies in the future. Correct it.")
    elif age_last(born, case.today) > _OLDEST:
        yield Fault(at, f"the date lies more than {_OLDEST} years back. Correct the year.")
    elif stated is not None:
        days = (case.judged_on, case.received_on)
        ages = {age(born, day) for day in days for age in (age_last, age_nearest)}
        if stated not in ages:
            yield Fault(
                "insured.age_stated",
                "the age stated does not follow from the date of birth. Correct the one that is wrong.",
            )


@rule(
    "V-03",
    Severity.NIGO,
    ReasonCode.INCOMPLETE_FORM,
    reads=("insured.first_name", "insured.last_name", "owner.name"),
    basis="application-entry guides",
)
def legal_names_are_there(case: RuleInput) -> Iterator[Fault]:
    """First and last name of the insured are there, and the owner's name when the owner is another."""
    missing = case.blanks(("insured.first_name", "insured.last_name"))
    if missing:
        which = {"insured.first_name": "first name", "insured.last_name": "last name"}
        words = listed([which[path] for path in missing])
        yield Fault(missing[0], f"the insured's {words} {case.how_blank(missing[0])}. Write the full legal name.")
    if not case.owner_is_insured and case.blank("owner.name"):
        yield Fault(
            "owner.name",
            "the owner is someone other than the insured, but is not named. Write the owner's full legal name.",
        )


@rule(
    "V-04",
    Severity.NIGO,
    ReasonCode.INCOMPLETE_FORM,
    reads=("insured.residence",),
    basis="application-entry guides",
)
def residence_is_a_street_address(case: RuleInput) -> Iterator[Fault]:
    """The residence is a complete street address; a PO box serves for mailing only."""
    residence = case.application.insured.residence
    parts = {"street": "street", "city": "city", "state": "state", "zip": "ZIP code"}
    missing = case.blanks(f"insured.residence.{part}" for part in parts)
    if missing:
        words = listed([parts[path.rpartition(".")[2]] for path in missing])
        verb = case.how_blank(missing[0]) if len(missing) == 1 else "are empty or could not be understood"
        yield Fault(missing[0], f"the {words} of the residence {verb}. Complete the address.")
    if residence.street and is_post_office_box(residence.street):
        yield Fault(
            "insured.residence.street",
            "a PO box is not a residence. Write the street address here; the PO box may stand as mailing address.",
        )


@rule(
    "V-05",
    Severity.WARN,
    ReasonCode.NEED_CLARITY,
    reads=("insured.residence.zip", "insured.mailing.zip", "owner.address.zip"),
    basis="USPS ZIP code prefixes",
)
def state_and_zip_agree(case: RuleInput) -> Iterator[Fault]:
    """State and ZIP code of an address agree."""
    application = case.application
    addresses = {
        "insured.residence.zip": application.insured.residence,
        "insured.mailing.zip": application.insured.mailing,
        "owner.address.zip": application.owner.address,
    }
    for at, address in addresses.items():
        if address.state and address.zip and disagree(address.state, address.zip):
            yield Fault(at, f"this ZIP code does not lie in {address.state}. Correct the ZIP code or the state.")


@rule(
    "V-06",
    Severity.WARN,
    ReasonCode.INCOMPLETE_FORM,
    reads=("insured.phone", "insured.email", "insured.best_time_to_call"),
    basis="carriers' underwriting guides",
)
def insured_can_be_reached(case: RuleInput) -> Iterator[Fault]:
    """A phone number or an e-mail address of the insured, and the best time to call."""
    ways = [path for path in ("insured.phone", "insured.email") if case.asks(path)]
    if ways and all(case.blank(path) for path in ways):
        yield Fault(
            ways[0],
            "neither phone nor e-mail can be read. Add one, so that the examiner can reach the insured.",
        )
    elif case.application.insured.phone and case.blank("insured.best_time_to_call"):
        yield Fault("insured.best_time_to_call", "no best time to call is given. Add it.")


@rule(
    "V-07",
    Severity.NIGO,
    ReasonCode.INCOMPLETE_FORM,
    reads=("insured.us_citizen", "insured.visa_or_green_card"),
    basis="carriers' underwriting guides",
)
def citizenship_is_answered(case: RuleInput) -> Iterator[Fault]:
    """Citizenship is answered; a non-citizen gives visa or green card."""
    if case.blank("insured.us_citizen"):
        yield Fault("insured.us_citizen", f"{_unanswered(case, 'insured.us_citizen')}. Mark yes or no.")
    elif case.application.insured.us_citizen is YesNo.NO and case.blank("insured.visa_or_green_card"):
        yield Fault(
            "insured.visa_or_green_card",
            "the insured is not a citizen, but visa or green card data are missing. Add type and number.",
        )


@rule(
    "V-08",
    Severity.NIGO,
    ReasonCode.INCOMPLETE_FORM,
    reads=("insured.height_feet", "insured.height_inches", "insured.weight_pounds"),
    basis="application-entry guides; bounds of our own (24 to 96 inches, 40 to 700 pounds)",
)
def height_and_weight_are_plausible(case: RuleInput) -> Iterator[Fault]:
    """Height and weight are there and within human bounds."""
    person = case.application.insured
    missing = case.blanks(("insured.height_feet", "insured.weight_pounds"))
    if missing:
        which = {"insured.height_feet": "height", "insured.weight_pounds": "weight"}
        words = listed([which[path] for path in missing])
        verb = "is" if len(missing) == 1 else "are"
        yield Fault(missing[0], f"the {words} {verb} missing or could not be understood. Write feet, inches, pounds.")
    height, inches = person.height_total_inches, person.height_inches
    if height is not None and (height not in _HEIGHT_INCHES or (inches or 0) not in range(12)):
        yield Fault(
            "insured.height_feet",
            "this cannot be a height in feet and inches. Correct it.",
            reason=ReasonCode.NEED_CLARITY,
        )
    if person.weight_pounds is not None and person.weight_pounds not in _WEIGHT_POUNDS:
        yield Fault(
            "insured.weight_pounds",
            "this cannot be a weight in pounds. Correct it.",
            reason=ReasonCode.NEED_CLARITY,
        )


@rule(
    "V-09",
    Severity.NIGO,
    ReasonCode.APPLICATION_ISSUE,
    reads=("insured.tobacco", "coverage.rate_class"),
    basis="application-entry guides",
)
def tobacco_agrees_with_rate_class(case: RuleInput) -> Iterator[Fault]:
    """Tobacco use is answered and agrees with the rate class applied for."""
    tobacco, rate_class = case.application.insured.tobacco, case.application.coverage.rate_class
    if case.blank("insured.tobacco"):
        yield Fault(
            "insured.tobacco",
            f"{_unanswered(case, 'insured.tobacco')}. Mark yes or no.",
            reason=ReasonCode.INCOMPLETE_FORM,
        )
    elif tobacco and rate_class and (tobacco is YesNo.YES) != (rate_class in _TOBACCO_CLASSES):
        yield Fault(
            "coverage.rate_class",
            "the rate class applied for does not go with the answer on tobacco. Correct the one that is wrong.",
        )


def _unanswered(case: RuleInput, at: str) -> str:
    if case.illegible(at):
        return "both boxes are marked, or the mark is unclear"
    return "the question is not answered"
