"""What the rules leave to a person: of rules that are decided here, the part that is not."""

from enum import StrEnum


class Standing(StrEnum):
    """How far a rule of the field's list is decided here."""

    DECIDED = "decided"
    IN_PART = "decided in part"


IN_PART = {
    "V-14": "our forms state no total of their own, so only the limit is judged, not the client's addition",
    "V-26": "a relationship that is no weak one by the carrier's list is taken for good; a person may doubt it",
    "V-29": "trust pages in the packet belong to no form on file; only the certification is looked for",
    "V-33": "list of policies, sales material and disclosure statement of a replacement are the carrier's to ask for",
    "V-50": "while the producer directory is empty this warns, and V-51 to V-53 and V-55 say nothing",
    "V-54": "the forms name one agent; an agent beside the writing one is looked at by a person",
    "V-61": "a blank page between forms is no page of a form, and is let pass",
    "V-64": "blurred pages are noticed by the values that cannot be read, not by their resolution",
    "V-65": "lines through the writing and scribbled-out boxes are seen on paper; white-out, and changes to a PDF that "
    "bears no digital signature, are looked at by a person",
    "V-72": "papers of a guardian who is no parent are looked at by a person",
    "V-79": "whether a digital signature holds is judged; who stands behind its certificate is looked at by a person",
    "V-80": "duplicate, additional or alternate: a person decides",
}
"""By rule: what of the field's demand stays with a person."""


def standing_of(rule_id: str) -> Standing:
    return Standing.IN_PART if rule_id in IN_PART else Standing.DECIDED
