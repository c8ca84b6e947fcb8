"""Forms that differ in nothing but the printed number are told apart, and strangers refused."""

from pathlib import Path

import numpy as np
import pypdfium2 as pdfium
import pytest

from samples.degrading import CONDITIONS, degraded
from samples.form_library import write_library
from schemas.carrier import load_carriers
from services.intake.reading.catalogue import load_catalogue
from services.intake.reading.scans import read_scan
from services.intake.reading.second_reader import HOW_TO_GET, SecondReader, is_installed, second_reader
from services.intake.reading.templates import Templates


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Templates]:
    """The sample forms and their variants for two states; Washington's are drawn, but not on file."""
    folder = tmp_path_factory.mktemp("library")
    write_library(folder / "filed", ("TX", "NC"))
    write_library(folder / "strange", ("WA",))
    return folder, Templates(load_catalogue(load_carriers(folder / "filed")))


def scanned(blank: Path, condition: str) -> pdfium.PdfPage:
    """The blank's first page as it arrives."""
    return pdfium.PdfDocument(degraded(blank.read_bytes(), CONDITIONS[condition], 5, [1]))[0]


def test_pages_that_are_printed_alike_are_one_family(library: tuple[Path, Templates]) -> None:
    _, templates = library
    family = next(held for held in templates.families if held[0].form_id == "ald-ha-20-2026-01")
    assert [page.form_id for page in family] == [
        "ald-ha-20-2026-01", "ald-ha-20-2026-01-nc", "ald-ha-20-2026-01-tx",
    ]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("form", ["ald-ha-20-2026-01", "ald-ha-20-2026-01-tx", "ald-ha-20-2026-01-nc"])
@pytest.mark.parametrize("condition", ["scan 200", "fine fax", "photo"])
def test_near_twins_are_told_apart(library: tuple[Path, Templates], form: str, condition: str) -> None:
    folder, templates = library
    found = read_scan(scanned(folder / "filed" / "aldermoor" / "forms" / form / "blank.pdf", condition), templates)
    assert found is not None
    assert found.blank.form_id == form


@pytest.mark.slow
@pytest.mark.skipif(not is_installed(), reason=f"needs the second reader: {HOW_TO_GET}")
def test_a_near_twin_that_is_not_on_file_is_not_taken_for_one_that_is(library: tuple[Path, Templates]) -> None:
    folder, templates = library
    strange = folder / "strange" / "aldermoor" / "forms" / "ald-ha-20-2026-01-wa" / "blank.pdf"
    assert read_scan(scanned(strange, "scan 300"), templates) is None


@pytest.mark.skipif(not is_installed(), reason=f"needs the second reader: {HOW_TO_GET}")
def test_the_second_reader_reads_a_line_and_nothing_where_nothing_is() -> None:
    reader = second_reader()
    assert isinstance(reader, SecondReader)
    empty = np.full((40, 200), 255, np.uint8)
    assert reader.read([empty])[0].text == ""
