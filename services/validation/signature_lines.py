"""Which signature lines an application needs, and what may stand in the way of judging them."""

from collections.abc import Iterator

from schemas.ages import age_last
from schemas.codes import FormKind, ReasonCode, SealState, SignatureKind, SignatureMark, SignerRole
from schemas.state_tables import ReplacementModel
from services.validation.rule import Fault
from services.validation.rule_input import RuleInput
from services.validation.wording import listed

ADULT = 18
_APPLICATION = FormKind.APPLICATION
_PARTS = {"signed_on": "date", "city": "city", "state": "state", "title": "title"}


def replacement_notice_due(case: RuleInput) -> bool:
    """Something is replaced, or there is existing cover in a state of the NAIC model."""
    return case.is_replacing or (case.has_existing and case.replacement_model is ReplacementModel.NAIC)


def replacement_notice_roles(case: RuleInput) -> tuple[SignerRole, ...]:
    """Applicant and agent, as far as the notice has a line for them; one line serves insured and owner alike."""
    kind = FormKind.REPLACEMENT_NOTICE
    applicants = (case.applicant, SignerRole.INSURED, SignerRole.OWNER)
    applicant = [role for role in applicants if case.asks(f"signatures.{kind.value}.{role.value}.mark")][:1]
    agent = [SignerRole.AGENT] if case.asks(f"signatures.{kind.value}.agent.mark") else []
    return (*applicant, *agent)


def is_juvenile(case: RuleInput) -> bool:
    """The insured is under adult age, and a parent or guardian signs."""
    born = case.born
    return born is not None and age_last(born, case.judged_on) < ADULT


def is_foreign(case: RuleInput, kind: FormKind) -> bool:
    """The packet's only form of a kind is another carrier's: V-82 says so, and nothing else needs saying."""
    found = {form.carrier for form in case.application.forms if form.kind is kind}
    return bool(found) and case.carrier.id not in found


def needed_lines(case: RuleInput) -> Iterator[tuple[FormKind, SignerRole]]:
    """Every signature line of the packet's forms that has to be signed."""
    application, hipaa = FormKind.APPLICATION, FormKind.HIPAA
    signer = SignerRole.GUARDIAN if is_juvenile(case) else SignerRole.INSURED
    owner = () if case.owner_is_insured else ((application, SignerRole.OWNER),)
    lines = ((application, signer), *owner, (application, SignerRole.AGENT), (hipaa, signer))
    for kind, role in lines:
        if case.asks(f"signatures.{kind.value}.{role.value}.mark") and not is_foreign(case, kind):
            yield kind, role
    kind = FormKind.REPLACEMENT_NOTICE
    if replacement_notice_due(case) and not is_foreign(case, kind):
        for role in replacement_notice_roles(case):
            yield kind, role


def lines_under(case: RuleInput, *states: SealState) -> tuple[str, ...]:
    """Paths of the marks that are such digital signatures; where only the document bears one, the first mark's."""
    found = {
        f"signatures.{kind.value}.{role.value}.mark": line.kind
        for kind, lines in case.application.signatures.items()
        for role, line in lines.items()
        if line.seal and line.seal.state in states
    }
    own = tuple(at for at, kind in found.items() if kind is SignatureKind.DIGITAL)
    return own or tuple(found)[:1]


def is_proven(case: RuleInput) -> bool:
    """The certificate of an electronic signing is among the forms."""
    return case.application.form(FormKind.ESIGN_CERTIFICATE) is not None


def line_faults(case: RuleInput, role: SignerRole, who: str, parts: tuple[str, ...]) -> Iterator[Fault]:
    """A signature that is missing; else what is missing beside it."""
    at = f"signatures.application.{role.value}"
    mark = case.signature(_APPLICATION, role).mark
    if not case.asks(f"{at}.mark"):
        return
    if mark is SignatureMark.EMPTY:
        words = listed([_PARTS[part] for part in parts])
        yield Fault(
            f"{at}.mark", f"{who} has not signed. Have the page signed, with {words}, and send that page again."
        )
    elif mark is SignatureMark.PRESENT:
        missing = [part for part in parts if case.blank(f"{at}.{part}")]
        if missing:
            words = listed([_PARTS[part] for part in missing])
            yield Fault(
                f"{at}.{missing[0]}",
                f"beside the signature of {who} the {words} cannot be read or is missing. Have the signer add it.",
                reason=ReasonCode.INCOMPLETE_FORM,
            )
