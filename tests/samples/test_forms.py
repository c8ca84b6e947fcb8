"""The blanks and their descriptions: drawn alike each time, and of one mind."""

import re
import subprocess
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path

import pypdfium2
import pytest
from pydantic import TypeAdapter
from pypdf import PdfReader

from samples.draw_forms import CARRIERS
from schemas.carrier import CarrierForm, FieldType, load_carriers
from schemas.codes import FormKind, SignatureMark
from services.intake.reading.acroform import widgets_of
from services.intake.reading.languages import LANGUAGES
from tests.samples.application_paths import type_at

FORMS = [held for carrier in load_carriers(CARRIERS).values() for held in carrier.forms]
FITS = {
    FieldType.DATE: date,
    FieldType.INTEGER: int,
    FieldType.MONEY: Decimal,
    FieldType.PERCENT: Decimal,
    FieldType.SIGNATURE: SignatureMark,
}
each_form = pytest.mark.parametrize("held", FORMS, ids=lambda held: held.form.id)


def _fields_in(blank: Path) -> list[str]:
    return [widget.name for page in PdfReader(blank).pages for widget in widgets_of(page)]


def test_drawing_again_changes_no_byte(tmp_path: Path) -> None:
    """In a process of its own: reportlab numbers what it has drawn since it began."""
    subprocess.run([sys.executable, "-m", "samples.draw_forms", str(tmp_path)], check=True, cwd=CARRIERS.parent)
    drawn = {path.relative_to(tmp_path): path for path in tmp_path.glob("*/forms/*/*")}
    on_file = {path.relative_to(CARRIERS): path for path in CARRIERS.glob("*/forms/*/*")}
    assert set(drawn) == set(on_file)
    assert [path for path in drawn if drawn[path].read_bytes() != on_file[path].read_bytes()] == []


@each_form
def test_description_and_blank_have_the_same_fields(held: CarrierForm) -> None:
    in_blank = _fields_in(held.blank)
    assert sorted(in_blank) == sorted(held.form.fields)


@each_form
def test_every_field_means_something_in_the_application(held: CarrierForm) -> None:
    for field in held.form.fields.values():
        meant = type_at(field.means)
        if field.type is FieldType.CHECKBOX:
            value = (field.value,) if meant == tuple[str, ...] else field.value
            TypeAdapter(meant).validate_python(value)
        else:
            assert field.value is None
            assert meant is FITS.get(field.type, str), field.means
    for path, value in held.form.implied.items():
        TypeAdapter(type_at(path)).validate_python(value)


@each_form
def test_every_question_has_a_yes_and_a_no(held: CarrierForm) -> None:
    for root, questions in (("lifestyle", held.form.lifestyle), ("medical", held.form.medical)):
        boxes = [(f.means, f.value) for f in held.form.fields.values() if f.means.startswith(f"{root}.")]
        wanted = [(f"{root}.{question}", answer) for question in questions for answer in ("yes", "no")]
        assert sorted(boxes) == sorted(wanted)
    numbers = [q.number for q in (*held.form.lifestyle.values(), *held.form.medical.values())]
    assert len(set(numbers)) == len(numbers)


@each_form
def test_each_page_alone_says_form_edition_and_page(held: CarrierForm) -> None:
    paper = pypdfium2.PdfDocument(held.blank)
    assert len(paper) == held.form.page_count
    for number, page in enumerate(paper, start=1):
        words = re.sub(r"\s+", " ", page.get_textpage().get_text_range())
        assert held.form.printed in words
        assert LANGUAGES[held.form.language].page_line(number, held.form.page_count) in words


@each_form
def test_each_field_has_a_tooltip_and_a_place_on_its_page(held: CarrierForm) -> None:
    for page in PdfReader(held.blank).pages:
        width, height = (float(edge) for edge in page.mediabox[2:])
        for reference in page.get("/Annots", ()):
            widget = reference.get_object()
            field = widget if "/T" in widget else widget["/Parent"]
            assert field["/TU"]
            left, bottom, right, top = (float(edge) for edge in widget["/Rect"])
            assert 0 < left < right < width
            assert 0 < bottom < top < height


@each_form
def test_no_two_fields_overlap(held: CarrierForm) -> None:
    for page in PdfReader(held.blank).pages:
        boxes = [(w.name, *w.box) for w in widgets_of(page)]
        for place, (name, left, bottom, right, top) in enumerate(boxes):
            for other, other_left, other_bottom, other_right, other_top in boxes[place + 1 :]:
                apart = right <= other_left or other_right <= left or top <= other_bottom or other_top <= bottom
                assert apart, f"{name} lies over {other}"


@each_form
def test_blank_is_small_enough_to_keep_in_the_repository(held: CarrierForm) -> None:
    assert held.blank.stat().st_size < 150_000


def test_each_carrier_has_one_of_every_kind_of_form_that_all_cases_may_need() -> None:
    always = {FormKind.APPLICATION, FormKind.HIPAA, FormKind.REPLACEMENT_NOTICE, FormKind.HIV_CONSENT}
    for carrier in load_carriers(CARRIERS).values():
        in_force = [held.form for held in carrier.forms if held.form.accepted_to is None]
        assert len({(form.kind, form.language) for form in in_force}) == len(in_force)
        kinds = [form.kind for form in in_force if form.language == "en"]
        assert always <= set(kinds)


def test_the_retired_edition_asks_one_question_less_and_is_laid_out_differently() -> None:
    forms = {held.form.id: held for held in FORMS}
    current, retired = forms["ald-tl-101-2026-01"], forms["ald-tl-101-2019-01"]
    assert set(current.form.lifestyle) - set(retired.form.lifestyle) == {"military"}
    assert set(retired.form.lifestyle) < set(current.form.lifestyle)
    places = [
        {w.name: w.box for page in PdfReader(held.blank).pages for w in widgets_of(page)} for held in (current, retired)
    ]
    moved = [name for name in places[1] if places[0][name] != places[1][name]]
    assert len(moved) > 20


def test_carriers_tick_differently() -> None:
    radios = {held.carrier: any("=" in name for name in held.form.fields) for held in FORMS if held.form.medical}
    assert radios == {"aldermoor": False, "quillhaven": True}
