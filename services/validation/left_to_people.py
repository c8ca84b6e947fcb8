"""What the rules leave to a person: ids of the field's list that no rule here decides, and the rest of some others."""

from dataclasses import dataclass
from enum import StrEnum

from schemas.codes import Severity


class Standing(StrEnum):
    """How far a rule of the field's list is decided here."""

    DECIDED = "decided"
    IN_PART = "decided in part"
    NEEDS_A_PERSON = "needs a person"


@dataclass(frozen=True)
class Undecided:
    id: str
    severity: Severity
    demand: str
    standing: Standing
    why: str


UNDECIDED = {
    one.id: one
    for one in (
        Undecided(
            "V-65",
            Severity.NIGO,
            "Corrections are initialed; there is no white-out; nothing was changed after the signing.",
            Standing.NEEDS_A_PERSON,
            "the reader tells what is written, not what was struck out or painted over, nor when",
        ),
    )
}
"""By id; an id that a rule decides after all is told as decided."""

IN_PART = {
    "V-14": "our forms state no total of their own, so only the limit is judged, not the client's addition",
    "V-26": "a relationship that is no weak one by the carrier's list is taken for good; a person may doubt it",
    "V-29": "trust pages in the packet belong to no form on file; only the certification is looked for",
    "V-33": "list of policies, sales material and disclosure statement of a replacement are the carrier's to ask for",
    "V-50": "while the producer directory is empty this warns, and V-51 to V-53 and V-55 say nothing",
    "V-54": "the forms name one agent; an agent beside the writing one is looked at by a person",
    "V-61": "a blank page between forms is no page of a form, and is let pass",
    "V-64": "blurred pages are noticed by the values that cannot be read, not by their resolution",
    "V-72": "papers of a guardian who is no parent are looked at by a person",
    "V-79": "a name typed over the line looks like ink to the reader; only electronic signature fields are told apart",
    "V-80": "duplicate, additional or alternate: a person decides",
}
"""Of rules that are decided: what of the field's demand stays with a person."""


def standing_of(rule_id: str, decided: bool) -> Standing:
    """How far the rule is decided. Raises :class:`KeyError` for an id of neither kind."""
    if decided:
        return Standing.IN_PART if rule_id in IN_PART else Standing.DECIDED
    return UNDECIDED[rule_id].standing
