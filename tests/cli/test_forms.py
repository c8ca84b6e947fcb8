"""``goodorder forms``: a form is learned, shown, and every mistake is said in a sentence."""

from pathlib import Path

import pytest
from PIL import Image

from tests.cli.terminal import goodorder

BLANK = Path(__file__).parents[2] / "carriers" / "aldermoor" / "forms" / "ald-ha-20-2026-01" / "blank.pdf"


@pytest.fixture
def carriers(tmp_path: Path) -> Path:
    return tmp_path / "carriers"


def test_a_learned_form_is_summed_up_and_can_be_shown(carriers: Path, tmp_path: Path) -> None:
    said = goodorder("forms", "learn", BLANK, "--carrier", "tidewater", GOODORDER_CARRIERS=str(carriers))
    assert said.code == 0
    assert "ald-ha-20-2026-01: HIPAA Authorization (hipaa, en)" in said.words
    assert "6, of which 6 mean something in an application" in said.words
    assert "complete" in said.words
    assert "carrier.yaml" in said.words
    shown = goodorder("forms", "show", "ald-ha-20-2026-01", "--out", tmp_path, GOODORDER_CARRIERS=str(carriers))
    assert shown.code == 0
    with Image.open(tmp_path / "ald-ha-20-2026-01-page-1.png") as picture:
        assert picture.width > 1500


def test_the_picture_shows_each_zone_in_the_colour_of_its_type(tmp_path: Path) -> None:
    goodorder("forms", "show", "ald-ha-20-2026-01", "--out", tmp_path)
    with Image.open(tmp_path / "ald-ha-20-2026-01-page-1.png") as picture:
        colours = {colour for _, colour in picture.convert("RGB").getcolors(maxcolors=1 << 24) or ()}
    assert {(20, 90, 170), (150, 60, 160), (170, 30, 60), (200, 0, 0)} <= colours


def test_what_is_said_of_the_form_is_taken(carriers: Path) -> None:
    options = ("--number", "XY 7", "--edition", "2030-01", "--state", "tx", "--accepted-from", "2030-02-15")
    said = goodorder("forms", "learn", BLANK, "--carrier", "tidewater", *options, GOODORDER_CARRIERS=str(carriers))
    assert said.code == 0
    form = (carriers / "tidewater" / "forms" / "xy-7-2030-01-tx" / "form.yaml").read_text()
    assert "accepted_from: '2030-02-15'" in form
    assert "- TX" in form


def test_a_form_is_learned_once(carriers: Path) -> None:
    for code in (0, 2):
        said = goodorder("forms", "learn", BLANK, "--carrier", "tidewater", GOODORDER_CARRIERS=str(carriers))
        assert said.code == code
    assert "another --id" in said.words


@pytest.mark.parametrize("carrier", ["Tide Water", "../elsewhere", "TIDE", ""])
def test_a_carrier_needs_an_id_that_can_name_a_folder(carrier: str, carriers: Path) -> None:
    said = goodorder("forms", "learn", BLANK, "--carrier", carrier, GOODORDER_CARRIERS=str(carriers))
    assert said.code == 2
    assert "no carrier's id" in said.words
    assert not carriers.exists()


@pytest.mark.parametrize("option", [("--edition", "May 2020"), ("--language", "xx"), ("--id", "../../up")])
def test_what_cannot_be_taken_is_said(option: tuple[str, str], carriers: Path) -> None:
    said = goodorder("forms", "learn", BLANK, "--carrier", "tidewater", *option, GOODORDER_CARRIERS=str(carriers))
    assert said.code == 2
    assert option[1] in said.words


def test_a_file_that_is_no_pdf_is_refused(carriers: Path, tmp_path: Path) -> None:
    (tmp_path / "blank.pdf").write_text("hello")
    said = goodorder(
        "forms", "learn", tmp_path / "blank.pdf", "--carrier", "tidewater", GOODORDER_CARRIERS=str(carriers)
    )
    assert said.code == 2
    assert "neither a PDF nor a scan" in said.words


def test_a_form_that_is_not_on_file_names_those_that_are() -> None:
    said = goodorder("forms", "show", "nothing-such")
    assert said.code == 2
    assert "ald-tl-101-2026-01" in said.words
