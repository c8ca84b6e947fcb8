"""What became of a file, and whether that is what was expected of it."""

from collections.abc import Callable
from dataclasses import dataclass

from schemas.codes import RefusalCause, SealState
from schemas.file_events import DocumentSeen

READ, REVIEW, UNPACKED, TAKEN, ODD, MESSAGE = "read", "review", "unpacked", "taken", "odd message", "message read"
"""A packet with a form on file; a sound file without one, for a person; a file of files; a notification that was
understood; one that was not; a TXLife message."""
NONE = "NO OUTCOME"


@dataclass(frozen=True)
class Outcome:
    """``what``: one of the words above, or the cause of a refusal that became a dead letter."""

    what: str
    seen: DocumentSeen | None = None

    @property
    def is_accepted(self) -> bool:
        return self.what in (READ, REVIEW, UNPACKED)

    def __str__(self) -> str:
        return f"{self.what}{f' ({in_words(self.seen)})' if self.seen else ''}"


def in_words(seen: DocumentSeen) -> str:
    """What kind of file it is, in one line."""
    said = [f"{seen.pages} pages"]
    counts = (
        (seen.text_pages, "with words"),
        (seen.picture_pages, "with pictures"),
        (seen.fields, "fields"),
        (seen.filled_fields, "filled"),
        (seen.unsigned_fields, "unsigned"),
        (seen.embedded_files, "attached"),
    )
    said += [f"{count} {words}" for count, words in counts if count]
    said += [word for word in ("repaired", "unlocked", "javascript", "xfa") if getattr(seen, word)]
    return ", ".join([*said, *(f"seal {state}" for state in seen.seals)])


def is_expected(expect: str, detail: str, outcome: Outcome) -> bool:
    """Whether the outcome is what the manifest's code, or else its words, ask for."""
    if "too many pages" in detail and outcome.what == RefusalCause.TOO_MANY_PAGES:
        return True
    if "or accept what opens" in detail and outcome.is_accepted:
        return True
    return _CHECKS[expect](outcome)


def argument(expect: str, outcome: Outcome) -> str:
    """Why an outcome that was not expected is right all the same, where that can be told."""
    seen = outcome.seen
    if expect == "ACCEPT_FIELDS" and outcome.is_accepted and seen and seen.fields and not seen.filled_fields:
        return "argued: every value stored in its fields is empty or off, so it is a blank form, and is read as one"
    if expect in ("DLQ_PASSWORD", "DLQ_ENCRYPTED") and outcome.is_accepted and seen and seen.unlocked:
        return "argued: a reader opens it without any password, and what opens is read (the rule for all locked files)"
    if expect == "DLQ_CORRUPT" and outcome.is_accepted and seen and seen.repaired:
        return "argued: a reader could mend it; it is noted as repaired"
    return "not argued: look at it"


def _refused(*causes: RefusalCause) -> Callable[[Outcome], bool]:
    return lambda outcome: outcome.what in causes


def _accepted(look: Callable[[DocumentSeen], bool] = lambda seen: True) -> Callable[[Outcome], bool]:
    return lambda outcome: outcome.is_accepted and outcome.seen is not None and look(outcome.seen)


def _sealed(*states: SealState) -> Callable[[Outcome], bool]:
    return _accepted(lambda seen: bool(seen.seals) and set(seen.seals) <= set(states))


def _either(*checks: Callable[[Outcome], bool]) -> Callable[[Outcome], bool]:
    return lambda outcome: any(check(outcome) for check in checks)


_LOCKED = _refused(RefusalCause.PASSWORD_PROTECTED, RefusalCause.UNKNOWN_LOCK)
_RUINED = _refused(RefusalCause.DAMAGED_PDF, RefusalCause.NO_PAGES, RefusalCause.TOO_DEMANDING)

_CHECKS: dict[str, Callable[[Outcome], bool]] = {
    "ACCEPT_TEXT": _accepted(lambda seen: seen.text_pages > 0),
    "ACCEPT_OCR": _accepted(lambda seen: seen.picture_pages > 0),
    "ACCEPT_EMPTY": _accepted(lambda seen: not seen.filled_fields),
    "ACCEPT_FIELDS": _accepted(lambda seen: seen.filled_fields > 0),
    "ACCEPT_BLANK_FORM": _accepted(lambda seen: seen.fields > 0),
    "ACCEPT_OR_DLQ_DAMAGED": _either(_accepted(), _RUINED),
    "ACCEPT_OR_DLQ_PASSWORD": _either(_accepted(), _LOCKED),
    "DLQ_PASSWORD": _LOCKED,
    "DLQ_ENCRYPTED": _LOCKED,
    "DLQ_CORRUPT": _refused(RefusalCause.DAMAGED_PDF),
    "DLQ_NO_PAGES": _refused(RefusalCause.NO_PAGES),
    "SIGNATURE_INTACT": _sealed(SealState.HOLDS),
    "SIGNATURE_SUSPECT": _sealed(SealState.CHANGED, SealState.UNKNOWN),
    "SIGNATURE_TAMPERED": _sealed(SealState.BROKEN),
    "SIGNATURE_INVALID": _sealed(SealState.BROKEN, SealState.UNKNOWN),
    "DLQ_OR_SIGNATURE_INVALID": _either(_RUINED, _sealed(SealState.BROKEN, SealState.UNKNOWN)),
    "NO_SIGNATURE": _accepted(lambda seen: not seen.seals),
    "UNSIGNED_FIELD": _accepted(lambda seen: seen.unsigned_fields > 0 and not seen.seals),
    # Without a blank nobody says where a signature is due: such a page is for a person, signed or not.
    "SIGNED": _accepted(lambda seen: seen.picture_pages > 0),
    "UNSIGNED": _accepted(lambda seen: seen.picture_pages > 0),
    "PARSE_EVENT": lambda outcome: outcome.what == TAKEN,
    "IGNORE_EVENT": lambda outcome: outcome.what == TAKEN,
    "WRONG_EVENT": lambda outcome: outcome.what == ODD,
    "PARSE": lambda outcome: outcome.what == MESSAGE,
    "REJECT": lambda outcome: outcome.what not in (MESSAGE, NONE),
}
