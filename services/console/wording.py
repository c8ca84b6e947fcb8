"""Codes and numbers in words, as people at the desk say them."""

from datetime import datetime, timedelta

_SPOKEN = {
    "nigo": "not in good order",
    "igo": "in good order",
    "carrier_nigo": "sent back by the carrier",
    "carrier_pending": "with the carrier",
    "scrubbing": "being checked",
    "extracting": "being read",
    "bga": "our desk",
    "facility": "physician’s office",
    "aps": "physician’s statement",
    "ekg": "EKG",
    "paramed": "paramedical exam",
    "blood_urine": "blood profile and urine specimen",
    "mvr": "driving record",
}


def in_words(code: str | None) -> str:
    """``awaiting_requirements`` as a person says it."""
    if not code:
        return "–"
    return _SPOKEN.get(str(code), str(code).replace("_", " "))


def sentence(words: str) -> str:
    """With a capital; an EKG stays one."""
    return words[:1].upper() + words[1:]


def counted(number: int, thing: str, things: str | None = None) -> str:
    """``1 case``, ``2 cases``."""
    return f"{number:,} {thing if number == 1 else things or thing + 's'}"


def in_short(duration: timedelta) -> str:
    """A length of time in one unit: ``50 s``, ``4 min``, ``36 h``, ``5 d``."""
    seconds = max(int(duration.total_seconds()), 0)
    if seconds < 60:
        return f"{seconds} s"
    if seconds < 60 * 60:
        return f"{seconds // 60} min"
    return f"{seconds // 3600} h" if seconds < 48 * 3600 else f"{seconds // 86400} d"


def ago(then: datetime, now: datetime) -> str:
    """How long since, in one unit: ``4 min``, ``3 h``, ``12 days``."""
    seconds = max(0, int((now - then).total_seconds()))
    if seconds < 90:
        return f"{seconds} s"
    if seconds < 5400:
        return f"{round(seconds / 60)} min"
    if seconds < 129_600:
        return f"{round(seconds / 3600)} h"
    return counted(round(seconds / 86_400), "day")


def until(then: datetime, now: datetime) -> str:
    """``in 3 days``, or how long it is over."""
    return f"in {ago(now, then)}" if then > now else f"{ago(then, now)} over"
