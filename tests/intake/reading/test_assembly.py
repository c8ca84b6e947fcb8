"""Values from pages become one application, rows in order, nothing invented."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest

from schemas.application import Application
from schemas.carrier import CarrierDataError, Carriers, FieldType
from schemas.codes import BeneficiaryClass, Doubt, FormKind, ReadingMethod, SignatureMark, SignerRole, YesNo
from services.intake.reading.assembly import packet_from
from services.intake.reading.catalogue import Catalogue, load_catalogue
from services.intake.reading.page_reading import ILLEGIBLE, PageReading, ZoneReading

DOCUMENT, LATER = "a" * 64, "b" * 64
FORM = "ald-tl-101-2026-01"
HIPAA = "ald-ha-20-2026-01"


def pages_of(
    catalogue: Catalogue,
    form_id: str,
    said: dict[str, str],
    marked: frozenset[str] = frozenset(),
    document: str = DOCUMENT,
    method: ReadingMethod = ReadingMethod.ACROFORM,
) -> tuple[PageReading, ...]:
    """Every page of a form, with texts by path and marks by ``path=value``."""
    pages = []
    for blank in catalogue.blanks[form_id].pages:
        zones = tuple(
            ZoneReading(
                zone=zone.name,
                raw=said.get(zone.means, "") if zone.type is not FieldType.CHECKBOX else "",
                marked=f"{zone.means}={zone.value}" in marked or zone.means in marked,
                method=method,
                confidence=0.9,
            )
            for zone in blank.zones
        )
        pages.append(
            PageReading(document_id=document, page=blank.number, form_id=form_id, form_page=blank.number, zones=zones)
        )
    return tuple(pages)


@pytest.fixture
def application(catalogue: Catalogue) -> Callable[..., Application]:
    def assemble(said: dict[str, str] | None = None, *marked: str) -> Application:
        return packet_from(pages_of(catalogue, FORM, said or {}, frozenset(marked)), catalogue)

    return assemble


def test_empty_rows_go_and_the_others_move_up_with_their_evidence(application: Callable[..., Application]) -> None:
    read = application(
        {
            "beneficiaries.1.name": "Second Primary",
            "beneficiaries.1.share": "60",
            "beneficiaries.3.name": "First Contingent",
        }
    )
    assert [(b.beneficiary_class, b.name, b.share) for b in read.beneficiaries] == [
        (BeneficiaryClass.PRIMARY, "Second Primary", Decimal(60)),
        (BeneficiaryClass.CONTINGENT, "First Contingent", None),
    ]
    assert read.evidence["beneficiaries.0.name"].raw == "Second Primary"
    assert read.evidence["beneficiaries.1.name"].raw == "First Contingent"


def test_without_any_beneficiary_the_empty_place_is_still_known(application: Callable[..., Application]) -> None:
    read = application()
    assert read.beneficiaries == ()
    assert read.evidence["beneficiaries.0.name"].raw == ""
    assert read.evidence["beneficiaries.0.name"].page == 2


def test_a_row_whose_only_value_is_not_understood_is_kept(application: Callable[..., Application]) -> None:
    read = application({"existing.policies.1.face_amount": "a lot", "existing.policies.2.company": "Elsewhere Life"})
    assert [policy.company for policy in read.existing.policies] == [None, "Elsewhere Life"]
    assert read.evidence["existing.policies.0.face_amount"].raw == "a lot"


def test_one_tick_answers_two_do_not_and_say_so(application: Callable[..., Application]) -> None:
    assert application(None, "medical.heart=yes").medical["heart"] is YesNo.YES
    both = application(None, "medical.heart=yes", "medical.heart=no")
    assert both.medical["heart"] is None
    assert both.evidence["medical.heart"].raw == "yes, no"
    assert both.evidence["medical.heart"].doubts == (Doubt.SEVERAL_MARKED,)
    neither = application()
    assert neither.medical["heart"] is None
    assert neither.evidence["medical.heart"].raw == ""


def test_a_scribbled_out_box_leaves_the_other_s_answer_and_a_doubt(catalogue: Catalogue) -> None:
    def read(*ticked: str, doubt: Doubt) -> Application:
        pages = []
        for page in pages_of(catalogue, FORM, {}, frozenset(f"medical.heart={value}" for value in ticked)):
            zones = [
                zone.model_copy(update={"doubtful": True, "doubts": (doubt,), "confidence": 0.5})
                if catalogue.page(FORM, page.form_page or 1).by_name[zone.zone].means == "medical.heart"
                and not zone.marked
                else zone
                for zone in page.zones
            ]
            pages.append(page.model_copy(update={"zones": tuple(zones)}))
        return packet_from(pages, catalogue)

    corrected = read("no", doubt=Doubt.SCRIBBLED_OUT)
    assert corrected.medical["heart"] is YesNo.NO
    assert corrected.evidence["medical.heart"].doubts == (Doubt.SCRIBBLED_OUT,)
    assert corrected.evidence["medical.heart"].confidence == 0.5
    # The tail of a tick in the next box is no doubt; alone it is no answer, and not nothing either.
    assert read("no", doubt=Doubt.FAINT).evidence["medical.heart"].doubts == ()
    touched = read(doubt=Doubt.FAINT)
    assert (touched.medical["heart"], touched.evidence["medical.heart"].raw) == (None, ILLEGIBLE)


def test_a_question_s_evidence_speaks_of_the_question_and_covers_its_boxes(
    application: Callable[..., Application], catalogue: Catalogue
) -> None:
    evidence = application().evidence["medical.heart"]
    assert evidence.label == "Question 8a: heart or circulation"
    boxes = [zone.box for page in catalogue.blanks[FORM].pages for zone in page.zones if zone.means == "medical.heart"]
    assert evidence.box == (
        min(box[0] for box in boxes),
        min(box[1] for box in boxes),
        max(box[2] for box in boxes),
        max(box[3] for box in boxes),
    )


def test_riders_add_up(application: Callable[..., Application], catalogue: Catalogue) -> None:
    offered = [
        zone.value for page in catalogue.blanks[FORM].pages for zone in page.zones if zone.means == "coverage.riders"
    ]
    assert len(offered) > 1
    assert application(None, *(f"coverage.riders={rider}" for rider in offered)).coverage.riders == tuple(offered)
    assert application().coverage.riders == ()


def test_writing_nobody_can_read_is_no_value_and_not_nothing(application: Callable[..., Application]) -> None:
    read = application({"insured.last_name": ILLEGIBLE})
    assert read.insured.last_name is None
    assert read.evidence["insured.last_name"].raw == ILLEGIBLE


def test_what_is_not_understood_keeps_what_was_written(application: Callable[..., Application]) -> None:
    read = application({"insured.date_of_birth": "last spring"})
    assert read.insured.date_of_birth is None
    assert read.evidence["insured.date_of_birth"].raw == "last spring"


def test_a_later_document_fills_what_the_first_left_open(catalogue: Catalogue) -> None:
    first = pages_of(catalogue, FORM, {"insured.first_name": "Ann"})
    second = pages_of(catalogue, HIPAA, {"hipaa.insured_name": "Ann Lee"}, document=LATER)
    signed = pages_of(
        catalogue,
        FORM,
        {"insured.first_name": "Anna"},
        frozenset({"signatures.application.insured.mark"}),
        document=LATER,
    )
    read = packet_from((*first, *second, *signed[-1:], *signed), catalogue)
    assert read.insured.first_name == "Ann"
    assert read.hipaa.insured_name == "Ann Lee"
    assert read.evidence["hipaa.insured_name"].document_id == LATER
    assert read.signature(FormKind.APPLICATION, SignerRole.INSURED).mark is SignatureMark.PRESENT
    assert [form.form_id for form in read.forms] == [FORM, HIPAA]


def test_a_hipaa_form_alone_is_an_application_of_its_carrier_that_asks_no_questions(catalogue: Catalogue) -> None:
    read = packet_from(pages_of(catalogue, HIPAA, {}), catalogue)
    assert (read.carrier, read.medical, read.lifestyle) == ("aldermoor", {}, {})
    assert read.form(FormKind.APPLICATION) is None


def test_every_path_of_every_form_can_be_put_together(catalogue: Catalogue) -> None:
    for form_id, blank in catalogue.blanks.items():
        texts = {zone.means: "1" for page in blank.pages for zone in page.zones}
        read = packet_from(pages_of(catalogue, form_id, texts, frozenset(texts)), catalogue)
        assert read.evidence.keys() == texts.keys()


def test_a_beneficiary_row_without_a_class_is_a_fault_of_the_form_s_description(carriers: Carriers) -> None:
    aldermoor = carriers["aldermoor"]
    held = next(held for held in aldermoor.forms if held.form.id == FORM)
    bare = replace(held, form=held.form.model_copy(update={"implied": {}}))
    with pytest.raises(CarrierDataError, match="class of beneficiary row 0"):
        load_catalogue({"aldermoor": replace(aldermoor, forms=(bare,))})


def test_a_described_field_that_the_blank_lacks_is_named(carriers: Carriers) -> None:
    aldermoor = carriers["aldermoor"]
    held = next(held for held in aldermoor.forms if held.form.id == FORM)
    fields = {**held.form.fields, "PI_Nickname": next(iter(held.form.fields.values()))}
    odd = replace(held, form=held.form.model_copy(update={"fields": fields}))
    with pytest.raises(CarrierDataError, match="PI_Nickname"):
        load_catalogue({"aldermoor": replace(aldermoor, forms=(odd,))})
