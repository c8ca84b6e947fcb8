"""Sample packets: what is written is on the paper, alike for the same seed, different for another."""

import re
from datetime import date
from io import BytesIO

import pypdfium2
import pytest
from pypdf import PdfReader

from samples.hostile import HOSTILE, PASSWORD
from samples.packets import NAMED, Delivery, Packet, build, load_shelf, named_packet, random_packet
from samples.packets.case_values import Circumstances
from samples.packets.defects import DEFECTS
from samples.packets.paper import PaperError, base, fill
from samples.packets.writing import Written, in_writing, is_marked
from schemas.carrier import FieldType
from schemas.codes import RefusalCause, SignatureMark
from services.intake.reading.acroform import widgets_of

TODAY = date(2026, 6, 15)


def _text(content: bytes) -> str:
    paper = pypdfium2.PdfDocument(content)
    return "\n".join(page.get_textpage().get_text_range() for page in paper)


@pytest.mark.parametrize("name", ["clean-aldermoor", "clean-quillhaven"])
def test_every_value_of_a_fillable_packet_reads_back_from_its_fields(name: str) -> None:
    built = named_packet(name, TODAY)
    held = PdfReader(BytesIO(built.content)).get_fields() or {}
    carrier = load_shelf().carriers[built.truth.carrier]
    checked = 0
    for form_id in built.truth.forms:
        form = carrier.form(form_id)
        assert form is not None
        for field_name, field in form.fields.items():
            value = built.truth.values.get(field.means)
            # Rows of lists are counted without the empty ones in the truth: they have a test of their own.
            if value is None or re.match(r"(beneficiaries|details|existing\.policies)\.", field.means):
                continue
            group, _, export = field_name.partition("=")
            stands = str(held[group].get("/V", ""))
            if field.type is FieldType.CHECKBOX:
                assert (stands == f"/{export or 'Yes'}") == is_marked(field, value), field_name
            elif field.type is FieldType.SSN:
                assert stands.replace("-", "") == str(value).replace("-", ""), field_name
            elif field.type is not FieldType.SIGNATURE:
                assert stands == in_writing(field.type, value), field_name
            checked += 1
    assert checked > 100


def test_rows_left_blank_on_the_form_do_not_count_in_the_truth() -> None:
    values = build(Packet("rows", "aldermoor", 21, TODAY)).truth.values
    rows = sorted({int(path.split(".")[1]) for path in values if path.startswith("beneficiaries.")})
    assert rows == list(range(len(rows)))
    assert values[f"beneficiaries.{rows[-1]}.beneficiary_class"] == "contingent"


def test_a_signature_is_ink_on_the_page_and_leaves_the_signature_field_alone() -> None:
    signed = build(Packet("signed", "aldermoor", 3, TODAY, circumstances=Circumstances()))
    unsigned = build(
        Packet("unsigned", "aldermoor", 3, TODAY, defects=("missing-signature",), circumstances=Circumstances())
    )
    mark = "signatures.application.insured.mark"
    assert (signed.truth.values[mark], unsigned.truth.values[mark]) == (SignatureMark.PRESENT, SignatureMark.EMPTY)
    dark = []
    for built in (signed, unsigned):
        page = PdfReader(BytesIO(built.content)).pages[4]
        zone = next(w for w in widgets_of(page) if w.name == "SG_Insured_Sign")
        assert not zone.on
        picture = pypdfium2.PdfDocument(built.content)[4].render(scale=1, grayscale=True).to_pil()
        left, bottom, right, top = zone.box
        crop = picture.crop((int(left) + 1, int(792 - top) + 1, int(right) - 1, int(792 - bottom) - 1))
        dark.append(sum(crop.histogram()[:150]))
    assert dark[0] > 100
    assert dark[1] == 0


@pytest.mark.parametrize("name", ["flattened", "flattened-quillhaven"])
def test_a_flattened_packet_has_its_values_in_the_text_and_no_fields(name: str) -> None:
    built = named_packet(name, TODAY)
    reader = PdfReader(BytesIO(built.content))
    assert "/AcroForm" not in reader.root_object
    assert not any(page.get("/Annots") for page in reader.pages)
    text = _text(built.content)
    for path in ("insured.last_name", "insured.residence.street", "insured.phone", "agent_report.agent_name"):
        assert str(built.truth.values[path]) in text


def test_a_scanned_packet_is_pictures_only() -> None:
    packet = Packet("scan", "quillhaven", 5, TODAY, delivery=Delivery.SCANNED)
    built = build(packet)
    assert _text(built.content).strip() == ""
    paper = pypdfium2.PdfDocument(built.content)
    assert len(paper) == sum(
        held.form.page_count for held in load_shelf().carriers["quillhaven"].forms if held.form.id in built.truth.forms
    )
    assert build(packet).content == built.content


def test_random_packets_differ_by_seed_and_never_for_the_same_seed() -> None:
    seeds = range(60)
    first = [random_packet(seed, TODAY) for seed in seeds]
    again = [random_packet(seed, TODAY) for seed in seeds]
    assert [p.content for p in first] == [p.content for p in again]
    assert len({p.content for p in first}) == len(seeds)
    assert len({p.truth.values["hipaa.ssn"] for p in first if "hipaa.ssn" in p.truth.values}) > 50
    clean = sum(not packet.truth.rules for packet in first)
    assert 20 < clean < 50


@pytest.mark.parametrize("today", [date(2026, 3, 1), date(2028, 2, 29), date(2027, 12, 31)])
def test_signatures_are_recent_on_any_day(today: date) -> None:
    for seed in range(20):
        values = build(Packet("any-day", "aldermoor", seed, today)).truth.values
        signed = values["signatures.application.insured.signed_on"]
        assert isinstance(signed, date)
        assert 0 < (today - signed).days < 30


def test_nobody_in_a_packet_can_be_real() -> None:
    for seed in range(40):
        values = random_packet(seed, TODAY).truth.values
        for path, value in values.items():
            if path.endswith((".ssn", ".tax_id")):
                assert re.fullmatch(r"8\d\d-\d\d-\d{4}", str(value)), path
            if path.endswith(".phone"):
                assert re.fullmatch(r"\(\d{3}\) 555-01\d\d", str(value)), path
            if path.endswith(".email"):
                assert str(value).endswith(("@example.com", "@example.org")), path


def test_named_packets_say_which_rules_they_break() -> None:
    for name, sample in NAMED.items():
        if sample.delivery is not Delivery.SCANNED:
            assert named_packet(name, TODAY).truth.rules == {DEFECTS[defect].rule for defect in sample.defects}


def test_a_value_too_long_for_its_field_is_an_error_and_is_not_cut() -> None:
    held = load_shelf().carriers["aldermoor"].forms[0]
    blanks = base(((str(held.blank), tuple(range(held.form.page_count))),), flattened=False)
    name = next(name for name, field in held.form.fields.items() if field.type is FieldType.NAME)
    with pytest.raises(PaperError, match=name):
        fill(blanks, Written({name: "W" * 200}, frozenset(), {}), flattened=False)


def test_hostile_files_are_what_they_are_said_to_be() -> None:
    made = {name: make() for name, (make, _) in HOSTILE.items()}
    causes = {name: cause for name, (_, cause) in HOSTILE.items()}
    assert made["empty"] == b""
    assert causes["text"] is RefusalCause.NOT_A_PDF
    assert b"%PDF" not in made["text"]
    assert made["corrupt"].startswith(b"%PDF-")
    for name, password in (("corrupt", None), ("encrypted", None), ("encrypted", "wrong")):
        with pytest.raises(pypdfium2.PdfiumError):
            pypdfium2.PdfDocument(made[name], password=password)
    assert len(pypdfium2.PdfDocument(made["encrypted"], password=PASSWORD)) == 1
    assert "nothing enclosed" in _text(made["letter"])
