"""What a schema found wrong with a record, in plain words and without the values: those may be somebody's."""

import re

from pydantic import ValidationError

_FIELD = re.compile(r"[a-z][a-z0-9_.]{0,60}")
_MOST = 10
_A_MOMENT = "is no date and time with its zone, such as 2026-03-15T12:00:00Z"
_A_DAY = "is no date such as 2026-03-15"
_A_NUMBER = "is no number"
_WORDS = {
    "missing": "is missing",
    "extra_forbidden": "is not known to the schema",
    "json_invalid": "is no JSON",
    "datetime_type": _A_MOMENT,
    "datetime_parsing": _A_MOMENT,
    "datetime_from_date_parsing": _A_MOMENT,
    "datetime_object_invalid": _A_MOMENT,
    "timezone_naive": "does not say its time zone: end it with Z, or with an offset such as -05:00",
    "date_type": _A_DAY,
    "date_parsing": _A_DAY,
    "date_from_datetime_parsing": _A_DAY,
    "date_from_datetime_inexact": _A_DAY,
    "enum": "is none of the codes that the schema lists",
    "literal_error": "is none of the codes that the schema lists",
    "string_type": "is no text",
    "string_too_short": "is too short",
    "string_too_long": "is too long",
    "string_pattern_mismatch": "is not written as the schema says",
    "int_type": "is no whole number",
    "int_parsing": "is no whole number",
    "int_from_float": "is no whole number",
    "float_type": _A_NUMBER,
    "float_parsing": _A_NUMBER,
    "decimal_type": _A_NUMBER,
    "decimal_parsing": _A_NUMBER,
    "finite_number": _A_NUMBER,
    "bool_type": "is neither true nor false",
    "bool_parsing": "is neither true nor false",
    "greater_than": "is too small",
    "greater_than_equal": "is too small",
    "less_than": "is too large",
    "less_than_equal": "is too large",
    "too_short": "has too few entries",
    "too_long": "has too many entries",
    "list_type": "is no list",
    "tuple_type": "is no list",
    "dict_type": "is no object",
    "model_type": "is no object",
    "model_attributes_type": "is no object",
    "value_error": "breaks a rule of the schema",
}
"""By pydantic's name of the fault; the rest is told by that name."""


def in_words(error: ValidationError) -> str:
    """``data.effective_at is no date and time …; data.decision is missing``: the first ten."""
    faults = error.errors(include_url=False, include_context=False, include_input=False)
    return "; ".join(f"{_place(fault['loc'])} {_words(fault['type'])}" for fault in faults[:_MOST])


def _words(fault: str) -> str:
    return _WORDS.get(fault) or f"is not as the schema says ({fault.replace('_', ' ')})"


def _place(steps: tuple[int | str, ...]) -> str:
    """Names of fields and numbers in lists; the keys of a free mapping may be anything, so they are not told."""
    shown = (str(step) if isinstance(step, int) or _FIELD.fullmatch(step) else "?" for step in steps)
    return ".".join(shown) or "the record"
