"""On a blank without fields, the places to write and to tick are found from what is drawn."""

from collections.abc import Iterator

import pypdfium2 as pdfium
import pytest
from pypdf import PdfReader

from schemas.application import Box
from schemas.carrier import CarrierForm, Carriers
from services.intake.learning.drawn_zones import drawn_zones
from services.intake.learning.fields import BlankField, fields_of
from services.intake.learning.printing import runs_of
from tests.intake.learning.blanks import without_fields
from tests.intake.learning.test_meanings import FORMS

pytestmark = pytest.mark.slow

ENOUGH = 0.5
"""Share of the area that a proposal and a zone have in common, of what both cover."""


@pytest.mark.parametrize("form_id", FORMS)
def test_zones_are_found_where_the_fields_were(form_id: str, carriers: Carriers) -> None:
    held = next(h for c in carriers.values() for h in c.forms if h.form.id == form_id)
    true, proposed = _true_zones(held), list(_proposed_zones(held))
    found = [zone for zone in true if any(_fits(zone, one) for one in proposed)]
    right = [one for one in proposed if any(_fits(zone, one) for zone in true)]
    recall, precision = len(found) / len(true), len(right) / len(proposed)
    missed = [zone.name for zone in true if zone not in found]
    print(
        f"{form_id}: {recall:.1%} of {len(true)} zones found, {precision:.1%} of {len(proposed)} proposals right",
        missed,
    )
    assert recall >= 0.97
    assert precision >= 0.93


@pytest.mark.parametrize("form_id", FORMS)
def test_boxes_to_tick_and_lines_to_sign_are_told_from_places_to_write(form_id: str, carriers: Carriers) -> None:
    held = next(h for c in carriers.values() for h in c.forms if h.form.id == form_id)
    proposed = list(_proposed_zones(held))
    for zone in _true_zones(held):
        kinds = {one.kind for one in proposed if _fits(zone, one)}
        assert not kinds or kinds == {zone.kind}, zone.name


def _true_zones(held: CarrierForm) -> list[BlankField]:
    pages = zip(PdfReader(held.blank).pages, pdfium.PdfDocument(held.blank), strict=True)
    return [field for n, (page, sheet) in enumerate(pages, start=1) for field in fields_of(page, n, sheet)]


def _proposed_zones(held: CarrierForm) -> Iterator[BlankField]:
    paper = pdfium.PdfDocument(without_fields(held.blank.read_bytes()))
    for number, sheet in enumerate(paper, start=1):
        yield from drawn_zones(sheet, number, runs_of(sheet))


def _fits(zone: BlankField, proposed: BlankField) -> bool:
    return zone.page == proposed.page and _common_share(zone.box, proposed.box) >= ENOUGH


def _common_share(one: Box, other: Box) -> float:
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    if width <= 0 or height <= 0:
        return 0
    common = width * height
    return common / (_area(one) + _area(other) - common)


def _area(box: Box) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])
