"""Finds the case that a person means by a case id, whole or abbreviated."""

import re
from collections.abc import Sequence

from goodorder.faults import Fault

_MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1"})
"""Letters that a case id never holds, and the digits they are mistaken for."""

_WHOLE = re.compile(r"GO(-[0-9A-HJKMNP-TV-Z]{4}){3}")


def the_case(meant: str, known: Sequence[str]) -> str:
    """The one known case id that begins so; with or without ``GO-``, hyphens and capitals."""
    wanted = _bare(meant)
    found = [case_id for case_id in known if _bare(case_id).startswith(wanted)] if wanted else []
    if not found:
        raise Fault(f"There is no case {meant}.", "`goodorder cases` lists them all.")
    if len(found) > 1:
        raise Fault(f"{len(found)} cases begin with {meant}: {', '.join(found[:5])}.", "Give more of its id.")
    return found[0]


def is_whole(case_id: str) -> bool:
    return _WHOLE.fullmatch(case_id) is not None


def _bare(case_id: str) -> str:
    letters = case_id.strip().upper().removeprefix("GO-").replace("-", "")
    return letters.translate(_MISREAD)
