"""A form learned from its blank and filed is loaded, and read from, like one that a person described."""

import shutil
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader, PdfWriter

from samples.packets import Delivery, Packet, build
from schemas.application import Application
from schemas.carrier import Carriers, FieldType, FormField, load_carriers
from services.intake.learning.form_file import file_form
from services.intake.learning.identity import edition_in
from services.intake.learning.learned import CannotLearnError, Learned, Told, learn
from services.intake.reading.catalogue import load_catalogue
from services.intake.reading.page_reading import Reading
from services.intake.reading.templates import Templates
from tests.intake.learning.blanks import without_fields
from tests.intake.reading.in_process import InProcess

pytestmark = pytest.mark.slow

TODAY = date(2026, 11, 20)
IN_FORCE = ("2026-01", "2026-02")


@pytest.fixture(scope="module")
def learned_carriers(carriers: Carriers, tmp_path_factory: pytest.TempPathFactory) -> Carriers:
    """The sample carriers with every form described by nobody: learned from its blank."""
    return _relearned(carriers, tmp_path_factory.mktemp("fillable"), flat=False)


@pytest.fixture(scope="module")
def flat_carriers(carriers: Carriers, tmp_path_factory: pytest.TempPathFactory) -> Carriers:
    """The same from blanks that have no fillable fields."""
    return _relearned(carriers, tmp_path_factory.mktemp("flat"), flat=True)


def _relearned(carriers: Carriers, folder: Path, flat: bool) -> Carriers:
    for carrier in carriers.values():
        (folder / carrier.id).mkdir()
        source = carrier.forms[0].blank.parents[2]
        for name in ("carrier.yaml", "grid.csv"):
            shutil.copy(source / name, folder / carrier.id)
        products = {product.code: product.name for product in carrier.file.products}
        for held in carrier.forms:
            content = held.blank.read_bytes()
            if held.form.edition in IN_FORCE:
                learned = learn(without_fields(content) if flat else content, Told(), products)
                file_form(learned, folder, carrier.id)
    return load_carriers(folder)


def _read(content: bytes, carriers: Carriers) -> Application:
    reading = InProcess(Templates(load_catalogue(carriers))).read(content)
    assert isinstance(reading, Reading), reading
    return reading.application


@pytest.mark.parametrize("carrier", ["aldermoor", "quillhaven"])
@pytest.mark.parametrize("delivery", [Delivery.FILLABLE, Delivery.FLATTENED])
def test_a_packet_is_read_by_learned_forms_as_by_described_ones(
    carrier: str, delivery: Delivery, carriers: Carriers, learned_carriers: Carriers
) -> None:
    content = build(Packet("round trip", carrier, 7, TODAY, delivery=delivery)).content
    told, learned = _read(content, carriers), _read(content, learned_carriers)
    assert learned.model_dump(exclude={"evidence"}) == told.model_dump(exclude={"evidence"})
    assert learned.evidence.keys() == told.evidence.keys()


@pytest.mark.parametrize("carrier", ["aldermoor", "quillhaven"])
def test_a_flattened_packet_is_read_by_zones_that_were_found_on_the_drawing(
    carrier: str, carriers: Carriers, flat_carriers: Carriers
) -> None:
    content = build(Packet("round trip", carrier, 7, TODAY, delivery=Delivery.FLATTENED)).content
    told = {path: proof.raw for path, proof in _read(content, carriers).evidence.items()}
    found = {path: proof.raw for path, proof in _read(content, flat_carriers).evidence.items()}
    wrong = {path: (raw, found.get(path)) for path, raw in told.items() if found.get(path) != raw}
    print(f"{carrier}: {1 - len(wrong) / len(told):.1%} of {len(told)} values", wrong)
    assert len(wrong) / len(told) <= 0.05


def test_what_no_application_has_is_read_and_kept(carriers: Carriers) -> None:
    own = {
        "form1.insured.birthDate": "extra.born",
        "form1.plan.face": "extra.sum",
        "form1.insured.surname": "extra.1st",
    }
    quillhaven = carriers["quillhaven"]
    application = quillhaven.forms[0]
    fields = {
        name: field.model_copy(update={"means": own.get(name, field.means)})
        for name, field in application.form.fields.items()
    }
    form = application.form.model_copy(update={"fields": fields})
    changed = replace(quillhaven, forms=(replace(application, form=form), *quillhaven.forms[1:]))
    content = build(Packet("extra", "quillhaven", 7, TODAY)).content
    usual, read = _read(content, carriers), _read(content, {"quillhaven": changed})
    assert read.extra == {
        "born": str(usual.insured.date_of_birth),
        "sum": str(usual.coverage.face_amount),
        "1st": usual.insured.last_name,
    }
    assert read.insured.last_name is None
    assert read.evidence["extra.born"].raw


def test_a_zone_on_paper_has_page_and_box() -> None:
    with pytest.raises(ValueError, match="both page and box"):
        FormField(means="extra.x", type=FieldType.TEXT, label="X", page=1)


def test_what_a_form_is_called_is_read_from_its_pages(carriers: Carriers) -> None:
    for carrier in carriers.values():
        for held in carrier.forms:
            learned = learn(held.blank.read_bytes(), Told(), {}).form
            same = {"id", "kind", "number", "edition", "printed", "title", "language", "page_count"}
            assert learned.model_dump(include=same) == held.form.model_dump(include=same)


def test_what_one_says_of_a_form_goes_before_what_is_guessed(carriers: Carriers) -> None:
    blank = carriers["aldermoor"].forms[0].blank.read_bytes()
    form = learn(blank, Told(number="XY 7", edition="2031-05", title="Consent", states=("TX",)), {}).form
    assert (form.id, form.title, form.states) == ("xy-7-2031-05-tx", "Consent", ("TX",))
    assert form.accepted_from == date(2031, 5, 1)


def test_a_form_on_file_is_never_written_over(carriers: Carriers, tmp_path: Path) -> None:
    learned = learn(carriers["aldermoor"].forms[0].blank.read_bytes(), Told(), {})
    filed = file_form(learned, tmp_path, "somebody")
    assert filed.new_carrier
    (filed.folder / "form.yaml").write_text("corrected by hand")
    with pytest.raises(CannotLearnError, match="another --id"):
        file_form(learned, tmp_path, "somebody")
    assert (filed.folder / "form.yaml").read_text() == "corrected by hand"


def test_a_new_carrier_can_be_loaded_before_it_is_complete(carriers: Carriers, tmp_path: Path) -> None:
    file_form(learn(carriers["aldermoor"].forms[0].blank.read_bytes(), Told(), {}), tmp_path, "somebody-else")
    assert load_carriers(tmp_path)["somebody-else"].file.name == "Somebody Else"


def test_editions_and_state_variants_stand_side_by_side(carriers: Carriers, tmp_path: Path) -> None:
    blank = carriers["aldermoor"].forms[0].blank.read_bytes()
    for told in (Told(), Told(edition="2030-01"), Told(states=("TX",))):
        file_form(learn(blank, told, {}), tmp_path, "somebody")
    assert len(load_carriers(tmp_path)["somebody"].forms) == 3


def test_a_blank_that_somebody_filled_in_is_remarked_on(carriers: Carriers) -> None:
    content = build(Packet("filled", "quillhaven", 3, TODAY)).content
    reader = PdfReader(BytesIO(content))
    writer = PdfWriter()
    writer.append(reader, pages=(0, 6))
    out = BytesIO()
    writer.write(out)
    assert any("already hold a value" in remark for remark in _learn_any(out.getvalue()).remarks)


def test_doubtful_drafts_are_listed_for_a_person(carriers: Carriers) -> None:
    learned = learn(carriers["quillhaven"].forms[0].blank.read_bytes(), Told(), {})
    doubtful = {draft.field.field.name for draft in learned.drafts if draft.score < 0.8}
    assert set(learned.form.confirm) == doubtful


def _learn_any(content: bytes) -> Learned:
    return learn(content, Told(), {})


@pytest.mark.parametrize(
    ("line", "edition"),
    [
        ("Form ALD-TL-101 (01/2026)", "2026-01"),
        ("QM 4410 Ed. 2026-02", "2026-02"),
        ("Form X (Rev. 10-2018)", "2018-10"),
        ("LIFE 12 March 2024", "2024-03"),
        ("ICC24-1234 (11-24)", "2024-11"),
        ("Form 77 (2019)", "2019-01"),
        ("Form 77", None),
    ],
)
def test_editions_are_read_as_forms_print_them(line: str, edition: str | None) -> None:
    assert edition_in(line) == edition


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7 nothing", b"no pdf"])
def test_a_file_that_is_no_blank_says_what_to_do(content: bytes) -> None:
    with pytest.raises(CannotLearnError):
        _learn_any(content)
