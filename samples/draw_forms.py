"""Draws every sample carrier's blank forms into ``carriers/<id>/forms/`` (``python -m samples.draw_forms``)."""

import sys
from collections.abc import Callable, Iterator
from functools import partial
from io import BytesIO
from pathlib import Path

import yaml
from pypdf import PdfReader

from samples.blanks import (
    aldermoor_application,
    aldermoor_companions,
    aldermoor_languages,
    aldermoor_special,
    quillhaven_application,
    quillhaven_companions,
)
from samples.blanks.sheet import DrawnForm
from schemas.carrier import Form

DRAWINGS: dict[str, tuple[Callable[[], DrawnForm], ...]] = {
    "aldermoor": (
        partial(aldermoor_application.draw, aldermoor_application.CURRENT),
        partial(aldermoor_application.draw, aldermoor_application.RETIRED),
        aldermoor_companions.draw_hipaa,
        aldermoor_companions.draw_replacement,
        *aldermoor_special.DRAWINGS,
        *aldermoor_languages.DRAWINGS,
    ),
    "quillhaven": (
        quillhaven_application.draw,
        quillhaven_companions.draw_hipaa,
        quillhaven_companions.draw_replacement,
        quillhaven_companions.draw_hiv,
    ),
}
CARRIERS = Path(__file__).parent.parent / "carriers"


def main(carriers: Path) -> None:
    for path, content in drawn_files(carriers):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        print(f"{path.relative_to(carriers.parent)}: {len(content):,} bytes")  # noqa: T201


def drawn_files(carriers: Path) -> Iterator[tuple[Path, bytes]]:
    """Each file that the descriptions give, with its content."""
    for carrier, drawings in DRAWINGS.items():
        for draw in drawings:
            drawn = draw()
            folder = carriers / carrier / "forms" / drawn.form.id
            yield folder / "blank.pdf", drawn.pdf
            yield folder / "form.yaml", form_yaml(drawn).encode()


def form_yaml(drawn: DrawnForm) -> str:
    """The form's description as a person would like to read it: one line a field, page by page."""
    form = drawn.form.model_dump(mode="json", exclude_defaults=True)
    form.pop("fields")
    head = yaml.safe_dump(form, sort_keys=False, allow_unicode=True, width=110)
    lines = ["# Made by `python -m samples.draw_forms` together with blank.pdf; change the drawing, not this file."]
    lines += [head.rstrip(), "fields:"]
    page = 0
    pages = _pages_of_fields(drawn.pdf)
    for name in drawn.form.fields:
        if pages[name.split("=")[0]] != page:
            page = pages[name.split("=")[0]]
            lines.append(f"  # page {page}")
        lines.append(f"  {_flow(name)}: {_flow(_field_entries(drawn.form, name))}")
    return "\n".join(lines) + "\n"


def _field_entries(form: Form, name: str) -> dict[str, str]:
    return form.fields[name].model_dump(mode="json", exclude_defaults=True)


def _flow(value: object) -> str:
    text: str = yaml.safe_dump(value, default_flow_style=True, sort_keys=False, allow_unicode=True, width=10_000)
    return text.removesuffix("...\n").strip()


def _pages_of_fields(pdf: bytes) -> dict[str, int]:
    pages: dict[str, int] = {}
    for number, page in enumerate(PdfReader(BytesIO(pdf)).pages, start=1):
        for annotation in page.annotations or ():
            node, parts = annotation.get_object(), []
            while node is not None:
                if "/T" in node:
                    parts.append(str(node["/T"]))
                node = node["/Parent"].get_object() if "/Parent" in node else None
            pages[".".join(reversed(parts))] = number
    return pages


if __name__ == "__main__":
    main(Path(sys.argv[1]).absolute() if len(sys.argv) > 1 else CARRIERS)
