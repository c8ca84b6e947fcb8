"""A library of many forms: state variants of the sample forms, which differ in nothing but the printed number."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from samples.blanks import aldermoor_application, aldermoor_companions, quillhaven_application, quillhaven_companions
from samples.blanks.description import Head
from samples.blanks.sheet import DrawnForm
from samples.draw_forms import CARRIERS, form_yaml

STATES = ("TX", "FL", "CA", "NY", "PA", "OH", "NC", "GA", "MI")
_FORMS: tuple[tuple[str, Head, Callable[[Head], DrawnForm]], ...] = (
    ("aldermoor", aldermoor_application.CURRENT, aldermoor_application.draw),
    ("aldermoor", aldermoor_companions.HIPAA, aldermoor_companions.draw_hipaa),
    ("aldermoor", aldermoor_companions.REPLACEMENT, aldermoor_companions.draw_replacement),
    ("quillhaven", quillhaven_application.CURRENT, quillhaven_application.draw),
    ("quillhaven", quillhaven_companions.HIPAA, quillhaven_companions.draw_hipaa),
    ("quillhaven", quillhaven_companions.REPLACEMENT, quillhaven_companions.draw_replacement),
)


def write_library(folder: Path, states: tuple[str, ...] = STATES) -> list[str]:
    """Copies the sample carriers to ``folder`` and adds every form's variant for each state; returns their ids."""
    shutil.copytree(CARRIERS, folder, dirs_exist_ok=True)
    ids = []
    for carrier, head, draw in _FORMS:
        for state in states:
            drawn = draw(variant(head, state))
            place = folder / carrier / "forms" / drawn.form.id
            place.mkdir(parents=True, exist_ok=True)
            (place / "blank.pdf").write_bytes(drawn.pdf)
            (place / "form.yaml").write_text(form_yaml(drawn), encoding="utf-8")
            ids.append(drawn.form.id)
    return ids


def variant(head: Head, state: str) -> Head:
    """The form as a state wants it: its number ends in the state's letters."""
    number = f"{head.number}-{state}"
    return replace(
        head, id=f"{head.id}-{state.lower()}", number=number, printed=head.printed.replace(head.number, number)
    )
