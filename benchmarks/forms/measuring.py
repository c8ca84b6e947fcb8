"""One learned form, filled in with made-up values, printed, spoilt, and read back by the real reader."""

import logging
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from random import Random

import cv2
import numpy as np
import pypdfium2 as pdfium
from pypdf import PdfReader, PdfWriter, Transformation
from reportlab.pdfgen.canvas import Canvas

from benchmarks.forms.made_up import value_for
from benchmarks.forms.viewer import filled, printed
from benchmarks.reading.packets import processor_seconds
from benchmarks.reading.scores import PageScore, scored
from samples.degrading import CONDITIONS, degraded
from samples.packets.ink import scribble
from samples.packets.writing import Written
from schemas.carrier import FieldType, load_carriers
from schemas.ids import document_id
from services.intake.reading.acroform import fields_with_entries, inherited
from services.intake.reading.catalogue import BlankPage, load_catalogue
from services.intake.reading.opening import Limits
from services.intake.reading.page_reading import PageReading, Refused
from services.intake.reading.page_space import upright
from services.intake.reading.reader import scan_document_page, survey_document
from services.intake.reading.templates import Templates

FILLABLE, FLATTENED = "fillable", "flattened"
"""How a form arrives that was never on paper."""
_MULTILINE = 1 << 12
_LINE = 1.35
"""Height of a line in sizes of its type."""
_USUAL_SIZE = 10.0


@dataclass(frozen=True)
class Task:
    """One form of a folder of learned ones."""

    library: Path
    form_id: str
    pages: int
    """At most so many of its pages are filled and read."""
    seed: int


def measured(task: Task) -> list[PageScore]:
    """Scores of every page in every condition."""
    # What readers complain of in a file that is odd by design is no news.
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    cv2.setNumThreads(1)
    templates = Templates(load_catalogue(load_carriers(task.library)))
    for page in templates.catalogue.pages:
        templates.picture(page)
    return list(_scores(task, templates))


def _scores(task: Task, templates: Templates) -> Iterator[PageScore]:
    blank = templates.catalogue.blanks[task.form_id]
    pages = tuple(page for page in blank.pages if page.zones)[: task.pages]
    content = next(task.library.glob(f"*/forms/{task.form_id}/blank.pdf")).read_bytes()
    form = filled(content, pages, _values(content, pages, task.seed), task.seed)
    typed = Written(form.texts, frozenset(form.ticks), {})
    yield from _by_their_data(FILLABLE, form.content, pages, typed, templates)
    paper, signed = _signed(printed(form.content), pages, task.seed)
    said = Written(form.texts, frozenset(form.ticks), signed)
    yield from _by_their_data(FLATTENED, paper, pages, said, templates)
    numbers = [page.number for page in pages]
    for name, condition in CONDITIONS.items():
        arrived = degraded(paper, condition, task.seed, numbers)
        for place, page in enumerate(pages, start=1):
            before = processor_seconds()
            reading = scan_document_page(arrived, document_id(arrived), place, templates, Limits())
            cpu = processor_seconds() - before
            yield scored(name, page, said, None if isinstance(reading, Refused) else reading, cpu)


def _by_their_data(
    name: str, content: bytes, pages: tuple[BlankPage, ...], said: Written, templates: Templates
) -> Iterator[PageScore]:
    before = processor_seconds()
    survey = survey_document(content, document_id(content), templates, Limits())
    cpu = (processor_seconds() - before) / len(pages)
    read: dict[int, PageReading] = {} if isinstance(survey, Refused) else {page.page: page for page in survey.pages}
    if not isinstance(survey, Refused):
        for number in survey.to_scan:
            scanned = scan_document_page(content, document_id(content), number, templates, Limits())
            if isinstance(scanned, PageReading):
                read[number] = scanned
    for page in pages:
        yield scored(name, page, said, read.get(page.number), cpu)


def _values(content: bytes, pages: tuple[BlankPage, ...], seed: int) -> dict[str, str]:
    """Something for four of five fields, by name."""
    random, looks = Random(seed), _looks(content)
    values: dict[str, str] = {}
    for page in pages:
        for zone in page.zones:
            if zone.type in (FieldType.CHECKBOX, FieldType.SIGNATURE) or random.random() < 0.2:
                continue
            longest, size, multiline = looks.get(zone.name, (0, 0.0, False))
            tall = zone.box[3] - zone.box[1]
            lines = max(int(tall / ((size or _USUAL_SIZE) * _LINE)), 1) if multiline else 1
            values[zone.name] = value_for(zone, longest, size or (_USUAL_SIZE * multiline), lines, random)
    return values


def _looks(content: bytes) -> dict[str, tuple[int, float, bool]]:
    """Most signs, size of type and whether on several lines, by field."""
    found = {}
    for page in PdfReader(BytesIO(content)).pages:
        for entry, widget in fields_with_entries(page):
            longest, flags = inherited(entry, "/MaxLen"), inherited(entry, "/Ff")
            style = re.search(r"([\d.]+)\s+Tf", str(inherited(entry, "/DA") or ""))
            found[widget.name] = (
                int(longest) if isinstance(longest, int) else 0,
                float(style[1]) if style else 0.0,
                bool(isinstance(flags, int) and flags & _MULTILINE),
            )
    return found


def _signed(content: bytes, pages: tuple[BlankPage, ...], seed: int) -> tuple[bytes, dict[str, str]]:
    """The document with ink on some of its lines to sign."""
    random, signed = Random(seed), dict[str, str]()
    paper = pdfium.PdfDocument(content)
    writer = PdfWriter(clone_from=PdfReader(BytesIO(content)))
    for page in pages:
        lines = [z for z in page.zones if z.type is FieldType.SIGNATURE and z.name not in signed]
        lines = [zone for zone in lines if random.random() < 0.6]
        if not lines:
            continue
        signed |= {zone.name: f"Somebody {zone.name}" for zone in lines}
        out = BytesIO()
        canvas = Canvas(out, pagesize=(page.width, page.height), pageCompression=0)
        canvas._code.extend(scribble(signed[zone.name], zone.box).decode() for zone in lines)
        canvas.showPage()
        canvas.save()
        (a, b, e), (c, d, f), _ = np.linalg.inv(upright(paper[page.number - 1])).tolist()
        overlay = PdfReader(BytesIO(out.getvalue())).pages[0]
        writer.pages[page.number - 1].merge_transformed_page(overlay, Transformation((a, c, b, d, e, f)), expand=False)
    if not signed:
        return content, signed
    out = BytesIO()
    writer.write(out)
    return out.getvalue(), signed
