"""How an insured is named outside the case file: first name and the last name's initial, nothing more."""

import re

from schemas.application import Person

UNKNOWN = "the insured"
_NAME = re.compile(r"[^\W\d_][^\W\d_'’-]*")


def masked(person: Person) -> str:
    """``Jordan P.``; what is no name (nothing read, or a number in the name's box) is never passed on."""
    first, last = _first_word(person.first_name), _first_word(person.last_name)
    if first is None:
        return UNKNOWN
    return f"{first} {last[0].upper()}." if last else first


def _first_word(written: str | None) -> str | None:
    words = (written or "").split()
    if not words or any(character.isdigit() for character in written or ""):
        return None
    found = _NAME.match(words[0])
    return found.group() if found else None
