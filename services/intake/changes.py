"""What a version of an application says otherwise than the one before it: paths and labels, never the values."""

from collections.abc import Iterable, Iterator
from typing import Any

from schemas.application import Application
from schemas.codes import FieldChangeKind, SignatureMark
from schemas.document_events import FieldChange, VersionChanges

_NO_VALUES = {"evidence", "forms", "unknown_pages", "carrier"}
_NOTHING = (None, "", SignatureMark.EMPTY.value)


def changes_between(before: Application, after: Application, documents: Iterable[str]) -> VersionChanges:
    """``documents``: those that the later version brought."""
    old, new = dict(_values(before)), dict(_values(after))
    known = {form.form_id for form in before.forms}
    return VersionChanges(
        documents=tuple(documents),
        fields=tuple(_changes(old, new, before, after)),
        forms_added=tuple(form.number for form in after.forms if form.form_id not in known),
    )


def _changes(
    old: dict[str, Any], new: dict[str, Any], before: Application, after: Application
) -> Iterator[FieldChange]:
    for path in dict.fromkeys((*new, *old)):
        place = after.evidence.get(path) or before.evidence.get(path)
        # What stands beside a value (by what means a line was signed) has no place of its own on the page.
        if place is None or old.get(path) == new.get(path):
            continue
        kind = FieldChangeKind.CHANGED
        if path not in old:
            kind = FieldChangeKind.ADDED
        elif path not in new:
            kind = FieldChangeKind.REMOVED
        yield FieldChange(at=path, label=place.label, change=kind)


def _values(application: Application) -> Iterator[tuple[str, Any]]:
    """Every value that is there, by path; a list without fields of its own is one value."""
    yield from _leaves("", application.model_dump(mode="json", exclude=_NO_VALUES))


def _leaves(path: str, value: Any) -> Iterator[tuple[str, Any]]:
    parts: Iterable[tuple[Any, Any]]
    if isinstance(value, dict):
        parts = value.items()
    elif isinstance(value, list) and any(isinstance(part, dict) for part in value):
        parts = enumerate(value)
    else:
        if value not in _NOTHING and value != []:
            yield path, value
        return
    for name, part in parts:
        yield from _leaves(f"{path}.{name}" if path else str(name), part)
