"""The words of each letter, by the state that the case came to; states that are not here are no agent's concern."""

from dataclasses import dataclass
from enum import StrEnum

from schemas.codes import CaseState, RefusalCause


class Tone(StrEnum):
    """What a letter asks of its reader; it gives the colour, and the status says the same in words."""

    ATTENTION = "attention"
    GOOD = "good"
    CALM = "calm"
    SAD = "sad"


@dataclass(frozen=True)
class Wording:
    """``{insured}``, ``{Insured}`` (at the start of a sentence), ``{carrier}``, ``{on}``, ``{answer_by}``,
    ``{outcome}``, ``{folder}`` (where what belongs to the case is uploaded) are filled in."""

    tone: Tone
    status: str
    subject: str
    """After case id and insured."""
    heading: str
    lead: str
    closing: tuple[str, ...]
    passes_note_on: bool = False
    """The carrier's own words may be in the mail: they are about papers, not about underwriting."""


_NO_REASONS = "The carrier’s reasons are not repeated by e-mail. Your case manager can tell you what may be said."
_UPLOAD_AGAIN = (
    "Then upload the pages that you corrected or that were missing, and only those, into the folder {folder} or behind"
    " the case’s cover sheet. They take the place of the old ones, and everything is checked again as soon as they"
    " arrive."
)
_NOTHING_TO_DO = "There is nothing for you to do now. We write again when something changes."

WORDINGS: dict[CaseState, Wording] = {
    CaseState.NIGO: Wording(
        tone=Tone.ATTENTION,
        status="Not in good order",
        subject="not in good order",
        heading="Not in good order",
        lead="We checked every page of {insured}’s application. It has not gone to {carrier} yet: this has to be put"
        " right first.",
        closing=(_UPLOAD_AGAIN,),
    ),
    CaseState.SUBMITTED: Wording(
        tone=Tone.GOOD,
        status="In good order",
        subject="in good order and submitted to {carrier}",
        heading="Submitted to {carrier}",
        lead="{Insured}’s application is in good order. It went to {carrier} on {on}.",
        closing=(_NOTHING_TO_DO,),
    ),
    CaseState.CARRIER_NIGO: Wording(
        tone=Tone.ATTENTION,
        status="Sent back",
        subject="{carrier} sent the application back",
        heading="{carrier} sent the application back",
        lead="{carrier} cannot take {insured}’s application as it is.",
        closing=("Put right what the carrier names. " + _UPLOAD_AGAIN,),
        passes_note_on=True,
    ),
    CaseState.AWAITING_REQUIREMENTS: Wording(
        tone=Tone.CALM,
        status="Requirements open",
        subject="new requirements for {carrier}",
        heading="New requirements",
        lead="Before {carrier} can decide on {insured}’s application, it needs what is listed here.",
        closing=("Please help along what needs your client. We write again when something changes.",),
    ),
    CaseState.APPROVED: Wording(
        tone=Tone.GOOD,
        status="Approved",
        subject="approved by {carrier}",
        heading="Approved by {carrier}",
        lead="Good news: {carrier} approved {insured}’s application.",
        closing=("The policy is issued next. We write when it is on its way.",),
        passes_note_on=True,
    ),
    CaseState.APPROVED_OTHER_THAN_APPLIED: Wording(
        tone=Tone.ATTENTION,
        status="Approved other than applied for",
        subject="approved other than applied for by {carrier}",
        heading="Approved, but other than applied for",
        lead="{carrier} approved {insured}’s application on other terms than applied for.",
        closing=("We write as soon as the carrier names the day by which to answer.", _NO_REASONS),
    ),
    CaseState.TENTATIVE_OFFER: Wording(
        tone=Tone.ATTENTION,
        status="Tentative offer",
        subject="a tentative offer from {carrier}",
        heading="A tentative offer from {carrier}",
        lead="{carrier} made a tentative offer on {insured}’s application.",
        closing=("We write as soon as the carrier names the day by which to answer.", _NO_REASONS),
    ),
    CaseState.OFFER_OUT: Wording(
        tone=Tone.ATTENTION,
        status="Offer to be answered",
        subject="an offer from {carrier}, to be answered by {answer_by}",
        heading="An offer, to be answered by {answer_by}",
        lead="{carrier} decided on {insured}’s application: {outcome}. The offer stands until {answer_by}.",
        closing=(
            "Talk the offer over with your client, and tell your case manager before that day whether it is taken.",
            _NO_REASONS,
        ),
    ),
    CaseState.OFFER_EXPIRED: Wording(
        tone=Tone.ATTENTION,
        status="Offer expired",
        subject="the offer from {carrier} was not answered in time",
        heading="The offer has expired",
        lead="The day by which {carrier}’s offer on {insured}’s application was to be answered has passed, and no"
        " answer reached us.",
        closing=("If your client wants it still, tell your case manager at once: the carrier can be asked.",),
    ),
    CaseState.POSTPONED: Wording(
        tone=Tone.SAD,
        status="Postponed",
        subject="postponed by {carrier}",
        heading="Postponed by {carrier}",
        lead="{carrier} put its decision on {insured}’s application off.",
        closing=(_NO_REASONS,),
    ),
    CaseState.DECLINED: Wording(
        tone=Tone.SAD,
        status="Declined",
        subject="declined by {carrier}",
        heading="Declined by {carrier}",
        lead="{carrier} declined {insured}’s application.",
        closing=(_NO_REASONS, "Another carrier may see the case differently: ask your case manager."),
    ),
    CaseState.CLOSED_INCOMPLETE: Wording(
        tone=Tone.SAD,
        status="Closed as incomplete",
        subject="closed as incomplete by {carrier}",
        heading="Closed as incomplete",
        lead="{carrier} closed {insured}’s application because something it asked for did not come.",
        closing=("If it is at hand now, tell your case manager: the carrier may open the case again.",),
        passes_note_on=True,
    ),
    CaseState.ISSUED: Wording(
        tone=Tone.GOOD,
        status="Issued",
        subject="policy issued by {carrier}",
        heading="The policy is issued",
        lead="{carrier} issued {insured}’s policy. It is in force once it is delivered and the first premium is paid.",
        closing=("Deliver the policy, and return the signed delivery papers and the first premium.",),
        passes_note_on=True,
    ),
    CaseState.PLACED: Wording(
        tone=Tone.GOOD,
        status="In force",
        subject="in force with {carrier}",
        heading="The policy is in force",
        lead="{Insured}’s policy with {carrier} is delivered, paid for and in force. The case is done.",
        closing=("Thank you for your business.",),
        passes_note_on=True,
    ),
    CaseState.NOT_TAKEN: Wording(
        tone=Tone.SAD,
        status="Not taken",
        subject="policy not taken",
        heading="The policy was not taken",
        lead="{carrier} closed {insured}’s case: the policy was not taken.",
        closing=("If that is a mistake, tell your case manager at once.",),
        passes_note_on=True,
    ),
    CaseState.WITHDRAWN_BY_CLIENT: Wording(
        tone=Tone.SAD,
        status="Withdrawn",
        subject="withdrawn by the client",
        heading="Withdrawn by the client",
        lead="{Insured}’s application with {carrier} was withdrawn by the client.",
        closing=("If that is a mistake, tell your case manager at once.",),
    ),
    CaseState.WITHDRAWN_BY_PRODUCER: Wording(
        tone=Tone.SAD,
        status="Withdrawn",
        subject="withdrawn by the agent",
        heading="Withdrawn by the agent",
        lead="{Insured}’s application with {carrier} was withdrawn on the agent’s side.",
        closing=("If that was not you, tell your case manager at once.",),
    ),
    CaseState.WITHDRAWN_BY_CARRIER: Wording(
        tone=Tone.SAD,
        status="Withdrawn",
        subject="withdrawn by {carrier}",
        heading="Withdrawn by {carrier}",
        lead="{carrier} withdrew {insured}’s application.",
        closing=("Your case manager can ask the carrier why.",),
    ),
    CaseState.REOPENED: Wording(
        tone=Tone.CALM,
        status="Opened again",
        subject="opened again by {carrier}",
        heading="{carrier} opened the case again",
        lead="{carrier} looks at {insured}’s application again.",
        closing=(_NOTHING_TO_DO,),
    ),
    CaseState.FREE_LOOK_CANCELLED: Wording(
        tone=Tone.SAD,
        status="Cancelled",
        subject="policy cancelled in the free look",
        heading="Cancelled in the free-look period",
        lead="{Insured}’s policy with {carrier} was given back in its free-look period.",
        closing=("If that is a mistake, tell your case manager at once.",),
    ),
    CaseState.RESCINDED: Wording(
        tone=Tone.SAD,
        status="Rescinded",
        subject="policy rescinded by {carrier}",
        heading="Rescinded by {carrier}",
        lead="{carrier} rescinded {insured}’s policy.",
        closing=(_NO_REASONS,),
    ),
}

REFUSALS: dict[RefusalCause, str] = {
    RefusalCause.EMPTY_FILE: "it is empty",
    RefusalCause.NOT_A_PDF: "it is neither a PDF nor a picture",
    RefusalCause.HEIC_PHOTO: "it is an iPhone photo in a format we cannot read",
    RefusalCause.DAMAGED_PDF: "it is damaged",
    RefusalCause.NO_PAGES: "it has no pages",
    RefusalCause.PASSWORD_PROTECTED: "it needs a password",
    RefusalCause.UNKNOWN_LOCK: "it is locked",
    RefusalCause.XFA_FORM: "only Adobe’s programs can show it",
    RefusalCause.TOO_LARGE: "it is too large",
    RefusalCause.PICTURE_TOO_LARGE: "its pictures are too large",
    RefusalCause.TOO_MANY_PAGES: "it has too many pages",
    RefusalCause.TOO_DEMANDING: "reading it took too long",
    RefusalCause.DAMAGED_ZIP: "the ZIP file is damaged",
    RefusalCause.NESTED_ARCHIVE: "it holds packed files within packed files",
    RefusalCause.NOTHING_INSIDE: "there is no file in it",
    RefusalCause.TOO_MANY_FILES: "it holds too many files",
    RefusalCause.VIRUS_FOUND: "a virus scanner warned of it",
    RefusalCause.NO_KNOWN_FORM: "it holds no form that we know",
}
