"""A cover sheet names its case however it was scanned, and no other code is taken for one."""

import pypdfium2 as pdfium
import pytest

from goodorder.cover_sheet import drawn
from samples.degrading import CONDITIONS, degraded
from schemas.codes import RequirementKind
from services.intake.reading.cover_sheet import Cover, code_of, cover_from, cover_on
from services.intake.reading.scans import drawn_scan

COVER = Cover(case_id="GO-K9WC-7XWT-009F", requirement=RequirementKind.PARAMED)
SHEET = drawn(COVER, "Jordan P.", "Aldermoor Life Insurance Company")


@pytest.mark.parametrize("condition", ["standard fax", "turned", pytest.param("photo", marks=pytest.mark.slow)])
def test_it_is_read_from_a_bad_copy(condition: str) -> None:
    document = pdfium.PdfDocument(degraded(SHEET, CONDITIONS[condition], seed=7))
    try:
        assert cover_on(drawn_scan(document[0])) == COVER
    finally:
        document.close()


def test_its_code_says_case_and_requirement_and_is_checked() -> None:
    code = code_of(COVER)
    assert cover_from(code) == COVER
    assert cover_from(code_of(Cover(case_id=COVER.case_id))) == Cover(case_id=COVER.case_id)
    for other in (code.replace("K9WC", "K9WD"), code[:-1], "https://example.com", "GOODORDER", ""):
        assert cover_from(other) is None
