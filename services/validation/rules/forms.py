"""Rules on the forms of the packet: V-60, V-61, V-63, V-82, V-83."""

from collections.abc import Iterator
from datetime import date

from schemas.application import FormFound
from schemas.carrier import Form
from schemas.codes import FormKind, ReasonCode, Severity, SignatureMark, SignerRole
from services.validation.rule import Fault, rule
from services.validation.rule_input import RuleInput
from services.validation.signature_lines import is_foreign, is_juvenile, needed_lines
from services.validation.wording import in_words, listed

_HIPAA = FormKind.HIPAA


@rule(
    "V-60",
    Severity.NIGO,
    ReasonCode.APPLICATION_ISSUE,
    reads=("forms",),
    basis="carriers' guides: the edition in force when and where the form is signed",
)
def editions_are_accepted(case: RuleInput) -> Iterator[Fault]:
    """The carrier takes each form's edition on the day it was signed, in the state that governs."""
    for found, form in case.forms_on_file:
        if form.accepted_to and _day_signed(case, found) > form.accepted_to:
            yield Fault(
                case.form_at(found),
                f"edition {found.edition} of form {found.number} was taken until {in_words(form.accepted_to)} only. "
                f"Complete and sign {case.current_form(found.kind)} instead.",
                label=form.title,
            )
        elif form.states and case.issue_state and case.issue_state not in form.states:
            yield Fault(
                case.form_at(found),
                f"form {found.number} is not for use in {case.issue_state}. Use the carrier's form for that state.",
                label=form.title,
            )


def _day_signed(case: RuleInput, found: FormFound) -> date:
    """The last plausible signing of the form; where there is none, the day that the case is judged on."""
    lines = case.application.signatures.get(found.kind, {}).values()
    days = [line.signed_on for line in lines if line.signed_on and line.signed_on <= case.latest_day]
    return max(days, default=case.judged_on)


@rule(
    "V-61",
    Severity.NIGO,
    ReasonCode.INCOMPLETE_FORM,
    reads=("forms",),
    basis="carriers' guides on managing cases",
    version=3,
)
def every_page_is_there(case: RuleInput) -> Iterator[Fault]:
    """The application is in the packet; no form lacks a page, has one twice in a document, or is out of order."""
    if case.form(FormKind.APPLICATION) is None:
        yield Fault(
            "forms",
            f"the packet has no application in it. Send {case.current_form(FormKind.APPLICATION)}.",
            label="Application",
            reason=ReasonCode.MISSING_FORM,
            severity=Severity.BLOCK,
        )
    for found in case.application.forms:
        missing = found.missing_pages
        if missing and found.carrier == case.carrier.id:
            numbers = listed([str(page) for page in missing])
            words, verb, them = ("page", "is", "it") if len(missing) == 1 else ("pages", "are", "them")
            yield Fault(
                case.form_at(found),
                f"{words} {numbers} of the {found.page_count} pages of form {found.number} {verb} missing. "
                f"Send {them}.",
                label=_title(case.carrier.form(found.form_id), found),
                severity=Severity.BLOCK if _keeps_from_the_grid(case, found) else None,
            )
        yield from _doubled_or_shuffled(case, found)


def _keeps_from_the_grid(case: RuleInput, found: FormFound) -> bool:
    """Without the insured's age and the amount nobody can say what to order, whatever a carrier accepts."""
    application = case.application
    unknown = application.insured.date_of_birth is None or application.coverage.face_amount is None
    return unknown and found is case.form(FormKind.APPLICATION)


def _doubled_or_shuffled(case: RuleInput, found: FormFound) -> Iterator[Fault]:
    """Both can be read; the carrier wants a tidy packet all the same."""
    at, label = case.form_at(found), _title(case.carrier.form(found.form_id), found)
    if found.doubled_pages:
        numbers = listed([str(page) for page in found.doubled_pages])
        word = "page" if len(found.doubled_pages) == 1 else "pages"
        yield Fault(
            at,
            f"{word} {numbers} of form {found.number} came more than once, and the first that says something "
            "counts. See that the copies say the same, and leave one out.",
            label=label,
            reason=ReasonCode.NEED_CLARITY,
            severity=Severity.WARN,
        )
    if not found.is_in_order:
        yield Fault(
            at,
            f"the pages of form {found.number} are not in their order. We have read them in the right one.",
            label=label,
            reason=ReasonCode.OTHER,
            severity=Severity.INFO,
        )


def _title(form: Form | None, found: FormFound) -> str:
    return form.title if form else f"Form {found.number}"


@rule(
    "V-63",
    Severity.BLOCK,
    ReasonCode.INCOMPLETE_FORM,
    reads=("forms", "hipaa", "signatures.hipaa"),
    basis="45 CFR 164.508; carriers' submission tips (signed in all cases)",
)
def hipaa_authorization_is_valid(case: RuleInput) -> Iterator[Fault]:
    """The HIPAA authorisation is there, signed and dated, names the insured, and has not expired."""
    if is_foreign(case, _HIPAA):
        return
    form = case.form(_HIPAA)
    if form is None:
        yield Fault(
            "forms",
            f"the packet lacks it. Send {case.current_form(_HIPAA)}, signed and dated by the insured.",
            label="HIPAA authorization",
            reason=ReasonCode.MISSING_FORM,
        )
        return
    if case.blank("hipaa.insured_name"):
        yield Fault("hipaa.insured_name", "the authorization does not name the insured. Write the full name.")
    role = SignerRole.GUARDIAN if is_juvenile(case) else SignerRole.INSURED
    if (_HIPAA, role) in needed_lines(case):
        yield from _signature_faults(case, role)


def _signature_faults(case: RuleInput, role: SignerRole) -> Iterator[Fault]:
    line, at = case.signature(_HIPAA, role), f"signatures.hipaa.{role.value}"
    if line.mark is SignatureMark.EMPTY:
        yield Fault(
            f"{at}.mark",
            f"the authorization is not signed. Have the {role.value} sign and date it.",
            reason=ReasonCode.MISSING_SIGNATURE,
        )
    elif line.mark is SignatureMark.PRESENT and case.blank(f"{at}.signed_on"):
        yield Fault(f"{at}.signed_on", f"the date {case.how_blank(f'{at}.signed_on')}. Have the signer date it.")
    days = case.limits.hipaa_valid_days
    if line.signed_on and (case.received_on - line.signed_on).days > days:
        yield Fault(
            f"{at}.signed_on",
            f"the authorization is valid for {days} days from its signing and has expired. Have a new one signed.",
            reason=ReasonCode.APPLICATION_ISSUE,
        )


@rule(
    "V-82",
    Severity.BLOCK,
    ReasonCode.APPLICATION_ISSUE,
    reads=("forms",),
    basis="carriers' agent training",
)
def forms_are_the_carriers_own(case: RuleInput) -> Iterator[Fault]:
    """Every form in the packet is of the carrier that is applied to."""
    for found in case.application.forms:
        if found.carrier != case.carrier.id:
            yield Fault(
                case.form_at(found),
                f"this form is another carrier's ({found.carrier}). Replace it by {case.current_form(found.kind)}.",
                label=f"Form {found.number}",
            )


@rule(
    "V-83",
    Severity.WARN,
    ReasonCode.NEED_CLARITY,
    reads=("forms",),
    basis="our own: rules of states cannot be judged without the state",
)
def governing_state_is_known(case: RuleInput) -> Iterator[Fault]:
    """The application says in which state the owner lives; a form for other countries may not ask."""
    found = case.form(FormKind.APPLICATION)
    # Where the form asks, V-04 speaks of a missing state, and V-61 of the page that asks.
    if found is None or found.missing_pages or case.issue_state or case.asks("insured.residence.state"):
        return
    yield Fault(
        case.form_at(found),
        "the form asks for no state, so no rule of a state was looked at: replacement notice, consent to tests, "
        "licence and appointment, where the product is sold. Find out which law governs, and whether the agent may "
        "sell there.",
        label=_title(case.carrier.form(found.form_id), found),
    )
