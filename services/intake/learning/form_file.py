"""Writes a learned form into its carrier's folder, in the way a person would like to read and correct it."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from services.intake.learning.learned import SURE, CannotLearnError, Learned

_HEAD = """\
# Drafted by `goodorder forms learn` from blank.pdf. Look at `goodorder forms show {id}`, then go through the fields
# under `confirm`: correct what a field means where the draft is wrong, and take its name off the list.
# A field that means `extra.<name>` is kept with the application and judged by no rule.
"""

_CARRIER = """\
# Made by `goodorder forms learn`. COMPLETE IT before the first packet: the products with their ages, face amounts and
# modes, the dated limits, and who orders which requirement. docs/add-a-carrier.md explains each part.
id: {id}
name: {name}
auto_submit: false
grid_age_basis: last
products: []
limits: []
requirements: {{}}
"""
_GRID = "effective_from,effective_to,age_from,age_to,face_from,face_to,requirements,note,source\n"


@dataclass(frozen=True)
class Filed:
    """Where a learned form now is."""

    folder: Path
    new_carrier: bool


def file_form(learned: Learned, carriers: Path, carrier: str) -> Filed:
    """Writes ``form.yaml`` and ``blank.pdf``; the carrier's folder is made when it is not there.

    Raises :class:`CannotLearnError` rather than write over a form that a person may have corrected.
    """
    home = carriers / carrier
    folder = home / "forms" / learned.form.id
    if folder.exists():
        raise CannotLearnError(
            f"{folder} is there already. Give the new form another --id (an edition or a state's variant has a "
            "folder of its own), or remove that folder to learn the form anew."
        )
    new_carrier = not (home / "carrier.yaml").exists()
    folder.mkdir(parents=True)
    if new_carrier:
        name = carrier.replace("-", " ").title()
        (home / "carrier.yaml").write_text(_CARRIER.format(id=carrier, name=name), encoding="utf-8")
        (home / "grid.csv").write_text(_GRID, encoding="utf-8")
    (folder / "blank.pdf").write_bytes(learned.blank)
    (folder / "form.yaml").write_text(form_yaml(learned), encoding="utf-8")
    return Filed(folder, new_carrier)


def form_yaml(learned: Learned) -> str:
    """One line a field, page by page; beside a doubtful one its score and what is printed there."""
    form = learned.form.model_dump(mode="json", exclude_defaults=True)
    fields, confirm = form.pop("fields"), form.pop("confirm", [])
    head = yaml.safe_dump(form, sort_keys=False, allow_unicode=True, width=110).rstrip()
    lines = [_HEAD.format(id=learned.form.id) + head]
    if confirm:
        lines += ["confirm:", *(f"  - {_flow(name)}" for name in confirm)]
    lines += ["fields:", *_field_lines(learned, fields)]
    return "\n".join(lines) + "\n"


def _field_lines(learned: Learned, fields: dict[str, dict[str, object]]) -> Iterator[str]:
    page = 0
    for draft in learned.drafts:
        field = draft.field.field
        if field.page != page:
            page = field.page
            yield f"  # page {page}"
        said = f"  # {draft.score:.0%}" if draft.score < SURE else ""
        if said and draft.field.caption and draft.field.caption not in draft.label:
            said += f", printed: {draft.field.caption[:60]}"
        yield f"  {_flow(field.name)}: {_flow(fields[field.name])}{said}"


def _flow(value: object) -> str:
    text: str = yaml.safe_dump(value, default_flow_style=True, sort_keys=False, allow_unicode=True, width=100_000)
    return text.removesuffix("...\n").strip()
