"""Which form a page is, among sixty forms and more with near twins: how often right, and how long it takes."""

from collections import Counter
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from random import Random

import pypdfium2 as pdfium

from benchmarks.reading.packets import Case, packet, processor_seconds
from samples.degrading import CONDITIONS, degraded
from samples.form_library import STATES, write_library
from samples.packets.paper import base, fill
from schemas.carrier import CarrierForm, load_carriers
from services.intake.reading.catalogue import BlankPage, load_catalogue
from services.intake.reading.form_line import same_edition
from services.intake.reading.pictures import Picture
from services.intake.reading.registration import place
from services.intake.reading.scans import drawn_scan, scan_features
from services.intake.reading.templates import Templates

NOT_ON_FILE = "WA"
"""A state whose variants are drawn and filled, and are no part of the library."""
_DRAWN, _FILED = "drawn", "filed"


@dataclass(frozen=True)
class Guess:
    """One page's outcome."""

    condition: str
    truth: tuple[str, int] | None
    """``None`` for a page of a form that is not on file."""
    said: tuple[str, int] | None
    twins: bool
    """What was said and what is true are printed alike but for the form line."""
    seconds: float

    @property
    def outcome(self) -> str:
        if self.truth is None:
            return "unknown refused" if self.said is None else "unknown taken for a twin"
        if self.said == self.truth:
            return "right"
        if self.said is None:
            return "refused"
        return "taken for a twin" if self.twins else "wrong page"


@dataclass(frozen=True)
class LibraryResult:
    forms: int
    pages: int
    families: int
    load_seconds: float
    guesses: tuple[Guess, ...]

    def outcomes(self, condition: str) -> Counter[str]:
        return Counter(guess.outcome for guess in self.guesses if guess.condition == condition)


def measured(folder: Path, pages_a_condition: int, pool: Executor) -> LibraryResult:
    """Random pages of random variants, filled, in each condition; one in six of a form that is not on file."""
    write_library(folder / _DRAWN, (*STATES, NOT_ON_FILE))
    write_library(folder / _FILED)
    before = processor_seconds()
    templates = _templates(folder)
    load_seconds = processor_seconds() - before
    found = pool.map(partial(guesses, folder, pages_a_condition), CONDITIONS)
    catalogue = templates.catalogue
    return LibraryResult(
        len(catalogue.blanks),
        len(list(catalogue.pages)),
        len(templates.families),
        load_seconds,
        tuple(guess for held in found for guess in held),
    )


@cache
def _templates(folder: Path) -> Templates:
    templates = Templates(load_catalogue(load_carriers(folder / _FILED)))
    for family in templates.families:
        templates.features(family[0])
    return templates


def guesses(folder: Path, count: int, condition: str) -> list[Guess]:
    """The outcomes in one condition."""
    templates, every, random = _templates(folder), load_carriers(folder / _DRAWN), Random(condition)
    held = [form for carrier in every.values() for form in carrier.forms]
    strange = [form for form in held if form.form.id.endswith(f"-{NOT_ON_FILE.lower()}")]
    filed = [form for form in held if form not in strange]
    found = []
    for number in range(count):
        form = random.choice(strange if number % 6 == 5 else filed)
        page = random.randrange(form.form.page_count)
        truth = None if form in strange else (form.form.id, page + 1)
        found.append(_guess(form, page, truth, condition, number, templates))
    return found


def _guess(
    form: CarrierForm, page: int, truth: tuple[str, int] | None, condition: str, number: int, templates: Templates
) -> Guess:
    filled = packet(Case("clean 200", form.carrier, 1 + number % 3)).written
    pdf = fill(base(((str(form.blank), (page,)),), flattened=True), filled, flattened=True)
    sheet = pdfium.PdfDocument(degraded(pdf, CONDITIONS[condition], number))
    try:
        before = processor_seconds()
        picture = drawn_scan(sheet[0])
        found = _recognised(picture, templates)
        seconds = processor_seconds() - before
    finally:
        sheet.close()
    said = found.key if found else None
    family_of = {one.key: family for family in templates.families for one in family}
    twins = truth is not None and said is not None and family_of[truth] is family_of[said]
    return Guess(condition, truth, said, twins, seconds)


def _recognised(picture: Picture, templates: Templates) -> BlankPage | None:
    features, scale = scan_features(picture)
    placed = same_edition(picture, place(picture, features, scale, templates), templates)
    return placed.blank if placed else None
