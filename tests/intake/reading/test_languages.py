"""Applications in French, Swedish and Malay: read whole from their own data, and nearly whole from paper.

The floors are what was measured on these samples by Tesseract alone, less a little; run with ``-s`` to see them.
"""

from datetime import date
from functools import cache

import pytest
from pytesseract import TesseractError

from samples.degrading import CONDITIONS, degraded
from samples.packets import BuiltPacket, Delivery, Packet, build
from samples.packets.case_values import Circumstances
from schemas.carrier import CarrierDataError, CarrierForm, Carriers
from services.intake.reading import child
from services.intake.reading.catalogue import load_blank
from services.intake.reading.languages import LANGUAGES
from services.intake.reading.opening import Limits
from services.intake.reading.task import Task, Work
from tests.intake.reading.comparing import differences, values_of
from tests.own_hands import read

FOREIGN = [code for code in LANGUAGES if code != "en"]
NAMES = {
    "fr": {"insured.first_name": "Benoît", "insured.last_name": "Lefèvre", "insured.occupation": "Ingénieur"},
    "sv": {"insured.first_name": "Åsa", "insured.last_name": "Söderlund", "insured.birthplace": "Älvdalen"},
    "ms": {"insured.first_name": "Nur Aisyah", "insured.last_name": "Ismail", "insured.residence.city": "Kuala Lumpur"},
}


@cache
def packet(code: str, delivery: Delivery) -> BuiltPacket:
    day = date(2026, 11, 20)
    described = Packet("abroad", "aldermoor", 31, day, delivery=delivery, circumstances=Circumstances(), language=code)
    return build(described, change=lambda draft: draft.values.update(NAMES[code]))


@pytest.mark.parametrize("delivery", [Delivery.FILLABLE, Delivery.FLATTENED])
@pytest.mark.parametrize("code", FOREIGN)
def test_what_was_typed_is_read_as_the_language_writes_it(code: str, delivery: Delivery) -> None:
    built = packet(code, delivery)
    application = read(built.content)
    assert differences(values_of(application), built.truth.values) == {}
    assert {form.form_id for form in application.forms} == {f"ald-tl-210-{code}-2026-01", "ald-ha-20-2026-01"}


@pytest.mark.slow
@pytest.mark.parametrize(("condition", "floor"), [("scan 200", 0.93), ("fine fax", 0.9)])
@pytest.mark.parametrize("code", FOREIGN)
def test_scanned_and_faxed_they_are_read_nearly_whole(code: str, condition: str, floor: float) -> None:
    built = packet(code, Delivery.FLATTENED)
    application = read(degraded(built.content, CONDITIONS[condition], 5, pages=(1, 2)))
    written = {path: value for path, value in built.truth.values.items() if "hipaa" not in path}
    wrong = differences(values_of(application), written)
    share = 1 - len(wrong) / len(written)
    print(f"{code}, {condition}: {share:.1%} of {len(written)} values exact; not so: {wrong}")
    assert [form.form_id for form in application.forms] == list(built.truth.forms[:1])
    assert share >= floor


def test_a_language_nobody_reads_is_refused_with_the_forms_name(carriers: Carriers) -> None:
    held = carriers["aldermoor"].forms[0]
    strange = CarrierForm(held.carrier, held.form.model_copy(update={"language": "xx"}), held.blank)
    with pytest.raises(CarrierDataError, match=r"form\.yaml: `language` is 'xx'; forms can be read in en, fr, sv, ms"):
        load_blank(strange)


def test_missing_data_of_tesseract_is_the_machines_fault_and_not_the_documents(monkeypatch: pytest.MonkeyPatch) -> None:
    def unable(*_: object) -> None:
        raise TesseractError(1, "Error opening data file. Failed loading language 'fra'")

    monkeypatch.setattr(child, "scan_and_picture", unable)
    task = Task(Work.SCAN, "0" * 64, None, Limits(), 1)
    answer = child._answered(task, b"", templates=None)  # type: ignore[arg-type]
    assert (answer.missing, answer.broken) == ("Tesseract's data for the language fra", None)
