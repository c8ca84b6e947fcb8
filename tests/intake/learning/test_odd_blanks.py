"""Blanks of other people's programs: turned, pre-filled, hidden, without names, hostile."""

from dataclasses import replace
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.generic import NameObject, TextStringObject

from samples.packets import Delivery, Packet, build
from schemas.carrier import CarrierForm, Carriers
from services.intake.learning.apart import learn_apart
from services.intake.learning.learned import CannotLearnError, Learned, Told, learn
from services.intake.reading.catalogue import Blank, Catalogue, blank_from
from services.intake.reading.page_reading import Reading, Survey
from services.intake.reading.templates import Templates
from tests.intake.learning.odd_blanks import HIDDEN, blank, boxes, field, laid_on_its_side
from tests.intake.learning.test_learned_forms import TODAY
from tests.intake.reading.hostile import endless, exploding
from tests.intake.reading.in_process import InProcess

STATE, PAID = (72, 690, 200, 710), (72, 640, 200, 660)
STATES = [["TX", "Texas"], ["UT", "Utah"]]


def _odd(**more: object) -> bytes:
    return blank(
        field("/Ch", "state", STATE, Opt=STATES, Ff=1 << 17),
        field("/Tx", "paid", PAID, V="0.00", DA="/Helv 10 Tf 0 g"),
        field("/Tx", "under", STATE, F=HIDDEN, V="secret"),
        field("/Tx", "", (300, 640, 400, 660)),
        field("/Tx", "beside", (700, 640, 800, 660)),
        boxes("ask", Yes=(300, 690, 312, 702), No=(340, 690, 352, 702)),
        **more,
    )


def _on_file(learned: Learned) -> Blank:
    return blank_from(CarrierForm("odd", learned.form, Path("blank.pdf")), learned.blank)


def _hands(*blanks: Blank) -> InProcess:
    return InProcess(Templates(Catalogue({one.form.id: one for one in blanks})))


def test_a_field_is_what_is_shown_once_and_each_box_that_shares_a_name_is_one() -> None:
    assert set(learn(_odd(), Told(), {}).form.fields) == {"state", "paid", "ask=Yes", "ask=No"}


def test_what_is_read_is_what_was_answered_as_it_is_shown() -> None:
    writer = PdfWriter(clone_from=PdfReader(BytesIO(_odd())))
    held = {str(one["/T"]): one for one in (each.get_object() for each in writer.root_object["/AcroForm"]["/Fields"])
            if "/T" in one}  # fmt: skip
    held["state"][NameObject("/V")] = TextStringObject("TX")
    held["ask"][NameObject("/V")] = NameObject("/No")
    out = BytesIO()
    writer.write(out)
    reading = _hands(_on_file(learn(_odd(), Told(), {}))).read(out.getvalue())
    assert isinstance(reading, Reading), reading
    said = {zone.zone: zone.raw or zone.marked for zone in reading.pages[0].zones}
    assert said == {"state": "Texas", "paid": False, "ask=Yes": False, "ask=No": True}


def test_a_blank_is_drawn_without_the_values_in_its_fields() -> None:
    bare = blank(field("/Tx", "paid", PAID, DA="/Helv 10 Tf 0 g"))
    full = blank(field("/Tx", "paid", PAID, DA="/Helv 10 Tf 0 g", V="1,234.50"))
    drawn = []
    for content in (bare, full):
        page = _on_file(learn(content, Told(), {})).pages[0]
        drawn.append(Templates(Catalogue({})).picture(page))
    assert np.array_equal(*drawn)


def test_a_blank_laid_on_its_side_has_the_zones_and_words_of_the_upright_one(carriers: Carriers) -> None:
    held = carriers["quillhaven"].forms[1]
    content = held.blank.read_bytes()
    upright, turned = (_on_file(learn(one, Told(), {})) for one in (content, laid_on_its_side(content)))
    assert turned.form == upright.form
    for here, there in zip(upright.pages, turned.pages, strict=True):
        assert (here.width, here.height) == (there.width, there.height)
        assert [word.text for word in here.words] == [word.text for word in there.words]
        assert np.allclose([(w.x, w.y) for w in here.words], [(w.x, w.y) for w in there.words], atol=0.1)
        assert np.allclose([zone.box for zone in here.zones], [zone.box for zone in there.zones], atol=0.1)


@pytest.mark.slow
def test_pages_without_a_form_line_are_known_by_their_print(carriers: Carriers) -> None:
    forms = [replace(held, form=held.form.model_copy(update={"printed": "not printed"}))
             for held in carriers["quillhaven"].forms]  # fmt: skip
    hands = _hands(*(blank_from(held, held.blank.read_bytes()) for held in forms))
    packet = build(Packet("by print", "quillhaven", 7, TODAY, delivery=Delivery.FLATTENED))
    writer, out = PdfWriter(), BytesIO()
    pages = PdfReader(BytesIO(packet.content)).pages
    order = [*reversed(range(len(pages)))]
    for number in order:
        writer.add_page(pages[number]).rotate(180 if number % 2 else 0)
    writer.add_blank_page(612, 792)
    writer.write(out)
    reading = hands.read(out.getvalue())
    assert isinstance(reading, Reading), reading
    told = [(page.form_id, page.form_page) for page in reading.pages]
    assert told == [*(packet.pages[number] for number in order), (None, None)]
    plain = _hands(*(blank_from(held, held.blank.read_bytes()) for held in carriers["quillhaven"].forms))
    usual = plain.read(packet.content)
    assert isinstance(usual, Reading)
    assert reading.application.insured == usual.application.insured


def test_of_pages_printed_alike_none_is_guessed(carriers: Carriers) -> None:
    held = carriers["quillhaven"].forms[1]
    kept = blank_from(held, held.blank.read_bytes())
    nameless = replace(kept, pages=tuple(replace(page, printed="not printed") for page in kept.pages))
    twin = replace(
        nameless,
        form=kept.form.model_copy(update={"id": "twin"}),
        pages=tuple(replace(page, form_id="twin") for page in nameless.pages),
    )
    for blanks, known in (((nameless,), kept.form.id), ((nameless, twin), None)):
        survey = _hands(*blanks).survey(held.blank.read_bytes(), "0" * 64)
        assert isinstance(survey, Survey)
        assert {page.form_id for page in survey.pages} == {known}


def test_a_dynamic_form_is_refused_with_what_to_do() -> None:
    with pytest.raises(CannotLearnError, match="Adobe"):
        learn(blank(xfa=True), Told(), {})


def test_a_blank_that_is_no_page_to_fill_in_is_refused() -> None:
    writer, out = PdfWriter(), BytesIO()
    writer.add_blank_page(14400, 14400)
    writer.write(out)
    with pytest.raises(CannotLearnError, match="200"):
        learn(out.getvalue(), Told(), {})


@pytest.mark.slow
def test_a_blank_is_learned_apart_as_here_and_one_that_hurts_its_reader_hurts_nobody_else() -> None:
    assert learn_apart(_odd(), Told(), {}) == learn(_odd(), Told(), {})
    with pytest.raises(CannotLearnError, match="neither a PDF"):
        learn_apart(b"no pdf", Told(), {})
    with pytest.raises(CannotLearnError, match="within 3 seconds"):
        learn_apart(endless(), Told(number="E 1", edition="2026-01"), {}, seconds=3)
    with pytest.raises(CannotLearnError):
        learn_apart(exploding(), Told(number="E 1", edition="2026-01"), {}, seconds=10, memory=600 * 2**20)
