"""How values are written into a form's fields: the words in each box, and which boxes are ticked."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from samples.packets.case_values import Value, Values
from schemas.carrier import FieldType, Form, FormField
from schemas.codes import SignatureMark


@dataclass(frozen=True)
class Written:
    """What a filled form bears."""

    texts: dict[str, str]
    """By field name."""
    ticks: frozenset[str]
    """Names of the marked boxes, a radio button's as ``name=ExportValue``."""
    signed: dict[str, str]
    """Who signed in each signature field with ink in it, by field name."""


def written(form: Form, values: Values) -> Written:
    """Fills a form by what its fields mean."""
    texts: dict[str, str] = {}
    ticks: set[str] = set()
    signed: dict[str, str] = {}
    for name, field in form.fields.items():
        value = values.get(field.means)
        if value is None:
            continue
        if field.type is FieldType.SIGNATURE:
            if value == SignatureMark.PRESENT:
                signed[name] = str(values[field.means.removesuffix("mark") + "printed_name"])
        elif field.type is FieldType.CHECKBOX:
            if is_marked(field, value):
                ticks.add(name)
        else:
            texts[name] = in_writing(field.type, value, form.language)
    return Written(texts, frozenset(ticks), signed)


def is_marked(field: FormField, value: Value) -> bool:
    """Whether a value ticks this box."""
    if isinstance(value, tuple):
        return field.value in value
    if isinstance(value, bool):
        return field.value == str(value).lower()
    return field.value == str(value)


_DAYS = {"en": "%m/%d/%Y", "fr": "%d/%m/%Y", "sv": "%Y-%m-%d", "ms": "%d/%m/%Y"}
_FRENCH_NUMBERS = str.maketrans({",": " ", ".": ","})
_NUMBERS: dict[str, dict[int, str]] = {"fr": _FRENCH_NUMBERS, "sv": _FRENCH_NUMBERS}
"""Of languages that do not part thousands by commas."""


def in_writing(kind: FieldType, value: Value, language: str = "en") -> str:
    """As a careful writer of the language does it."""
    if isinstance(value, date):
        return value.strftime(_DAYS[language])
    if isinstance(value, Decimal):
        if kind is FieldType.MONEY:
            amount = f"{value:,.2f}" if value % 1 else f"{value:,.0f}"
            return amount.translate(_NUMBERS.get(language, {}))
        return f"{value.normalize():f}".translate(_NUMBERS.get(language, {}))
    return str(value)


def as_read(form: Form, values: Values) -> Iterator[tuple[str, Value]]:
    """What a perfect reader finds on the form: only what it asks, by paths as the application counts rows."""
    rows = _rows_written(form, values)
    for path in dict.fromkeys([*(field.means for field in form.fields.values()), *form.implied]):
        value = form.implied.get(path) if path in form.implied else values.get(path)
        value = SignatureMark.EMPTY if value is None and path.endswith(".mark") else value
        moved = _moved(path, rows)
        if value is not None and moved is not None:
            yield moved, value


LISTS = ("beneficiaries", "existing.policies", "details")


def _rows_written(form: Form, values: Values) -> dict[str, list[str]]:
    """Of each list, the rows with something in them, in the form's order."""
    asked = dict.fromkeys(field.means for field in form.fields.values())
    rows: dict[str, list[str]] = {name: [] for name in LISTS}
    for path in asked:
        for name in LISTS:
            if path.startswith(f"{name}.") and path in values:
                row = path.removeprefix(f"{name}.").partition(".")[0]
                if row not in rows[name]:
                    rows[name].append(row)
    return rows


def _moved(path: str, rows: dict[str, list[str]]) -> str | None:
    """The path with empty rows closed up; ``None`` for a row with nothing in it."""
    for name in LISTS:
        if path.startswith(f"{name}."):
            row, _, rest = path.removeprefix(f"{name}.").partition(".")
            return f"{name}.{rows[name].index(row)}.{rest}" if row in rows[name] else None
    return path
