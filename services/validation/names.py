"""Whether two written names can be the same person's."""

import difflib
import re
import unicodedata

_CLOSE = 0.75


def is_same(one: str, other: str) -> bool:
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


def is_close(one: str, other: str) -> bool:
    return difflib.SequenceMatcher(None, "".join(_words(one)), "".join(_words(other))).ratio() >= _CLOSE


def _words(name: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", name.casefold())
    return re.findall(r"[a-z]+", "".join(letter for letter in plain if not unicodedata.combining(letter)))
