"""The letter to the people who watch the house: what stopped, what it means, what to type. Pure."""

from schemas.codes import DeadLetterCause
from schemas.dead_letter_events import DeadLettersBegan
from services.notify.discretion import discreet
from services.notify.letters import Item, Letter, moment
from services.notify.wording import Tone

OPS = "operations desk"
"""How the letter greets its reader."""

MEANS: dict[str, tuple[str, str]] = {
    DeadLetterCause.MALFORMED: (
        "A malformed event",
        "The record breaks the published schema. If it came from outside, its sender has to correct it, or you correct"
        " it yourself; if one of our own services sent it, it is a defect of ours.",
    ),
    DeadLetterCause.UNREADABLE_DOCUMENT: (
        "An unreadable document",
        "No reader could open an uploaded file. The agent was told by mail what to do; discard it once another file"
        " came.",
    ),
    DeadLetterCause.OBJECT_GONE: (
        "A document is gone",
        "A stored document is no longer in the archive bucket. Put it back, or ask the agent for the file.",
    ),
    DeadLetterCause.WRONG_CARRIER: (
        "A wrong carrier",
        "A carrier spoke about a case that is with another carrier. Nothing was changed. Ask it which case it meant.",
    ),
    DeadLetterCause.UNKNOWN_CASE: (
        "An unknown case",
        "An event speaks of a case that was never seen here. Its packet may still be on its way; otherwise the number"
        " is wrong.",
    ),
    DeadLetterCause.ILLEGAL_TRANSITION: (
        "Not allowed now",
        "What a person asked of a case is not possible in its state. Ask for what is possible, and discard this.",
    ),
    DeadLetterCause.MISSING_REFERENCE_DATA: (
        "Data not on file",
        "Something is missing in our own files: a carrier, a product, a grid, a key. Add it, restart the service, and"
        " replay all of this cause.",
    ),
    DeadLetterCause.REJECTED_SEND: (
        "An event too large",
        "An event that the service wanted to publish is larger than the broker takes. Raise both limits, then replay.",
    ),
    DeadLetterCause.UNEXPECTED: (
        "A defect of ours",
        "A handler failed several times in a way nobody foresaw. Look at the stack, mend or roll back, then replay.",
    ),
}
"""Each cause as a person says it, and what it means for them."""
_UNFORESEEN = ("A record of unknown cause", "Somebody else wrote to the topic of dead letters. Look at it.")


def about_dead_letters(began: DeadLettersBegan, runbook: str) -> Letter:
    """The letter at the first dead letter of a kind; ``runbook`` is where its reader finds the page."""
    what, meaning = MEANS.get(began.cause, _UNFORESEEN)
    short = began.dead_letter_id[:8]
    year = began.failed_at.year
    return Letter(
        template="dead_letters_began",
        subject=f"Dead letters in {began.service}: {what[:1].lower()}{what[1:]}",
        preheader=meaning,
        tone=Tone.ATTENTION,
        status="Somebody should look",
        heading=f"{what}, in the service {began.service}",
        paragraphs=(
            f"The service {began.service} put an event aside that it could not deal with. Everything else goes on;"
            " only later events of the same case may wait behind it. Nothing is lost: it can be tried again any time.",
            meaning,
        ),
        items=(
            Item("See what happened", f"goodorder dead-letters show {short}", True),
            Item("Mend the cause", discreet(began.message, year) or "The stack in the output of `show` says where."),
            Item("Have it tried again", f'goodorder dead-letters replay {short} --reason "what you mended"', True),
        ),
        closing=(
            "You get one mail at the first of a kind, and the next only after none of that kind was open any more.",
        ),
        link=("Runbook, step by step", f"{runbook}#a-dead-letter"),
        facts=(
            ("Service", began.service),
            ("Cause", began.cause),
            ("Dead letter", began.dead_letter_id),
            ("Failed", moment(began.failed_at)),
            ("Open of this kind", str(began.open)),
        ),
        footer="You get this e-mail because GOODORDER_OPS_MAIL names your address. It is sent automatically, and holds"
        " nothing personal.",
    )
