"""The values of an application as people read them: by section, with where each stands and how sure it is."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from schemas.application import Application, Evidence
from schemas.base import Contract
from schemas.carrier import FieldType, Form
from schemas.codes import SignatureMark
from schemas.private import MASKED, is_private
from services.console.projection.sure import is_sure

_SECTIONS = {
    "insured": "Insured",
    "owner": "Owner",
    "payor": "Payor",
    "beneficiaries": "Beneficiaries",
    "coverage": "Coverage",
    "premium": "Premium",
    "existing": "Existing insurance",
    "lifestyle": "Lifestyle",
    "medical": "Medical questions",
    "details": "Details to the answers",
    "medications": "Medical questions",
    "physician": "Physician",
    "agent_report": "Agent’s report",
    "signatures": "Signatures",
}
_OTHER = "Other forms"


@dataclass(frozen=True)
class Value:
    """One value with its evidence."""

    at: str
    """Path in the application."""
    label: str
    shown: str
    """As it was understood; empty where nothing was."""
    evidence: Evidence
    is_sure: bool
    is_private: bool
    """To be shown to somebody who says why, and not before."""
    is_covered: bool = False

    @property
    def percent(self) -> int:
        return int(self.evidence.confidence * 100)


@dataclass(frozen=True)
class Section:
    name: str
    values: tuple[Value, ...]


def sections(application: Application, opened: Collection[str] = ()) -> tuple[Section, ...]:
    """Every value that has a place on a page, by section, in the order of the pages; private ones covered."""
    by_name: dict[str, list[Value]] = {}
    for value in values(application):
        by_name.setdefault(_SECTIONS.get(value.at.split(".")[0], _OTHER), []).append(covered(value, opened))
    order = [*dict.fromkeys(_SECTIONS.values()), _OTHER]
    return tuple(Section(name, tuple(by_name[name])) for name in order if name in by_name)


def values(application: Application) -> Iterator[Value]:
    for at, evidence in application.evidence.items():
        shown = as_written(application, at, evidence)
        yield Value(at, evidence.label, shown, evidence, is_sure(evidence), is_private(Application, at))


def covered(value: Value, opened: Collection[str] = ()) -> Value:
    """The value without what is private of it, unless it was opened."""
    if not value.is_private or value.at in opened:
        return value
    blank = value.evidence.model_copy(update={"raw": "", "crop": None})
    return replace(value, shown=MASKED if value.shown else "", evidence=blank, is_covered=True)


def unsure(application: Application) -> tuple[Value, ...]:
    """What a person should look at, in the order of the pages from top to bottom."""
    found = [value for value in values(application) if not value.is_sure]
    return tuple(sorted(found, key=_place))


def _place(value: Value) -> tuple[str, int, float]:
    box = value.evidence.box
    return value.evidence.document_id, value.evidence.page, -(box[3] if box else 0.0)


def choices(forms: Mapping[str, Form], held: Evidence) -> tuple[str, ...]:
    """What may stand at a place that is chosen from boxes or signed; nothing for a line to write on."""
    form = forms.get(held.form_id)
    field = form.fields.get(held.field) if form else None
    if form is None or field is None:
        return ()
    if field.type is FieldType.SIGNATURE:
        return (SignatureMark.PRESENT, SignatureMark.EMPTY)
    if field.type is not FieldType.CHECKBOX:
        return ()
    return tuple(dict.fromkeys(each.value or "yes" for each in form.fields.values() if each.means == field.means))


def to_confirm(forms: Mapping[str, Form], value: Value) -> str:
    """What stands at a value's place as it was read: who says the same confirms it."""
    is_signature = "signatures" in value.at and choices(forms, value.evidence)
    return value.shown if is_signature else value.evidence.raw


def as_written(application: Application, at: str, evidence: Evidence | None = None) -> str:
    """The value at a path as one writes it; what was read where it was not understood."""
    found: Any = application
    for step in at.split("."):
        if isinstance(found, Contract):
            found = getattr(found, step, None)
        elif isinstance(found, dict):
            found = found.get(step)
        elif isinstance(found, tuple | list):
            found = found[int(step)] if step.isdigit() and int(step) < len(found) else None
    if found is None or isinstance(found, Contract | dict | tuple | list):
        return evidence.raw.strip() if evidence else ""
    return str(found)
