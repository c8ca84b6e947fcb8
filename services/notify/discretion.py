"""Takes what looks like a personal number or a date of birth out of words that others wrote, before they are mailed."""

import re

HIDDEN = "[removed]"

_SSN = re.compile(r"(?<![\w-])\d{3}[-–. ]?\d{2}[-–. ]?\d{4}(?![\w-])")
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_DATE = re.compile(
    rf"\b(?:\d{{1,2}}[-/.]\d{{1,2}}[-/.](?:\d{{4}}|\d{{2}})|\d{{4}}[-/.]\d{{1,2}}[-/.]\d{{1,2}}"
    rf"|{_MONTH}\s+\d{{1,2}},?\s+\d{{4}}|\d{{1,2}}\s+{_MONTH},?\s+\d{{4}})\b",
    re.IGNORECASE,
)
_YEAR = re.compile(r"\d{4}")
_BORN = re.compile(r"\b(?:d\.?o\.?b\.?|born|date of birth|birth ?date)\b\W{0,3}(?:on\s|is\s)?\W{0,3}$", re.IGNORECASE)
_RECENT_YEARS = 10
"""A date this young speaks of the case, unless the words before it say that it is a birth."""


def one_line(written: str) -> str:
    """Without line breaks and control characters: what may stand in a header."""
    return " ".join("".join(character if character.isprintable() else " " for character in written).split())


def discreet(written: str, year: int, longest: int = 600) -> str:
    """One printable line without SSNs (with or without hyphens) and dates of birth; ``year`` is the present one."""

    def hide_birth(found: re.Match[str]) -> str:
        stated = _YEAR.search(found.group())
        is_old = stated is not None and int(stated.group()) < year - _RECENT_YEARS
        return HIDDEN if is_old or _BORN.search(written[: found.start()]) else found.group()

    written = one_line(written)
    written = _DATE.sub(hide_birth, written)
    written = _SSN.sub(HIDDEN, written)
    return written if len(written) <= longest else written[: longest - 1].rstrip() + "…"
