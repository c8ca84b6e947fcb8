"""``goodorder check``: finds in each sample what is wrong with it, and nothing else."""

import json
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from goodorder.checking_commands import ProgressLines
from samples.hostile import HOSTILE
from samples.packets import NAMED, BuiltPacket, named_packet
from tests.cli.terminal import goodorder

TODAY = date(2026, 11, 20)
DIGITAL = [name for name in NAMED if not name.startswith("scanned")]
HOSTILE_NAMES = sorted(HOSTILE)


@pytest.fixture(scope="module")
def built() -> dict[str, BuiltPacket]:
    return {name: named_packet(name, TODAY) for name in DIGITAL}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, built: dict[str, BuiltPacket]) -> Path:
    folder = tmp_path_factory.mktemp("packets")
    for name, packet in built.items():
        (folder / f"{name}.pdf").write_bytes(packet.content)
    for name, (make, _) in HOSTILE.items():
        (folder / f"{name}.pdf").write_bytes(make())
    return folder


@pytest.fixture(scope="module")
def checked(folder: Path) -> dict[str, dict[str, Any]]:
    """All of them in one run, as JSON by name."""
    files = [folder / f"{name}.pdf" for name in (*DIGITAL, *HOSTILE_NAMES)]
    said = goodorder("check", "--json", "--received", TODAY, *files)
    assert said.code == 2
    assert said.complaints == ""
    return {Path(packet["file"]).stem: packet for packet in json.loads(said.output)["packets"]}


@pytest.mark.parametrize("name", DIGITAL)
def test_a_sample_shows_its_seeded_defects_and_no_others(
    name: str, checked: dict[str, dict[str, Any]], built: dict[str, BuiltPacket]
) -> None:
    found = [finding["rule"] for finding in checked[name]["findings"] if finding["severity"] in "BN"]
    assert sorted(found) == sorted(built[name].truth.rules)
    assert checked[name]["verdict"] == ("nigo" if found else "igo")


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_a_file_that_cannot_be_read_says_why(name: str, checked: dict[str, dict[str, Any]]) -> None:
    assert checked[name]["verdict"] is None
    assert checked[name]["refusal"]["cause"] == HOSTILE[name][1]
    assert checked[name]["refusal"]["message"]


def test_json_holds_no_value_from_the_forms(checked: dict[str, dict[str, Any]], built: dict[str, BuiltPacket]) -> None:
    for name, packet in built.items():
        shown = json.dumps(checked[name])
        values = packet.truth.values
        for path in ("insured.ssn", "insured.last_name", "insured.phone", "insured.email", "premium.account_number"):
            if path in values:
                assert str(values[path]) not in shown, f"{name} shows {path}"


def test_a_packet_in_good_order_ends_with_0(folder: Path) -> None:
    said = goodorder("check", "--received", TODAY, folder / "clean-aldermoor.pdf")
    assert said.code == 0
    assert "IN GOOD ORDER" in said.words
    assert "NOT" not in said.output


def test_a_packet_that_is_not_says_where_and_what_to_do_and_ends_with_1(folder: Path) -> None:
    said = goodorder("check", "--received", TODAY, folder / "several-defects.pdf", COLUMNS="160")
    assert said.code == 1
    assert "NOT in good order: 4 things to fix" in said.words
    for rule in ("V-20", "V-25", "V-42", "V-70"):
        assert rule in said.output
    assert "The primary shares add up to 90 %." in said.words


@pytest.mark.parametrize("columns", [80, 100, 160])
def test_no_line_is_wider_than_the_terminal(folder: Path, columns: int) -> None:
    said = goodorder("check", "--received", TODAY, folder / "several-defects.pdf", COLUMNS=str(columns))
    assert max(map(len, said.output.splitlines())) <= columns


def test_an_unreadable_file_among_others_ends_with_2_and_the_others_are_judged(folder: Path) -> None:
    said = goodorder("check", "--received", TODAY, folder / "empty.pdf", folder / "clean-quillhaven.pdf")
    assert said.code == 2
    assert "CANNOT BE READ The file is empty (0 bytes)." in said.words
    assert "2 packets: 1 in good order, 0 not, 1 unreadable" in said.words


def test_a_late_receipt_is_held_against_the_packet(folder: Path) -> None:
    said = goodorder("check", "--received", "2027-05-30", "--json", folder / "clean-aldermoor.pdf")
    assert said.code == 1
    rules = {finding["rule"] for finding in json.loads(said.output)["packets"][0]["findings"]}
    assert "V-76" in rules


def test_a_file_that_is_not_there_is_said_without_a_traceback() -> None:
    said = goodorder("check", "nowhere.pdf")
    assert said.code == 2
    assert "nowhere.pdf" in said.words
    assert "Traceback" not in said.words


def test_a_fault_in_the_carriers_data_names_the_file(tmp_path: Path, folder: Path) -> None:
    said = goodorder("check", folder / "clean-aldermoor.pdf", GOODORDER_CARRIERS=str(tmp_path))
    assert said.code == 2
    assert str(tmp_path) in said.words.replace(" ", "")


def test_a_long_reading_is_told_in_plain_lines_where_nobody_sees_a_bar() -> None:
    moments, written = iter([0.0, 0.5, 2.5, 2.5, 3.0, 4.9, 4.9]), StringIO()
    lines = ProgressLines("packet.pdf", Console(file=written), clock=lambda: next(moments))
    for done in (0, 1, 2, 3):
        lines.tell(done, 4)
    lines.tell(4, 4)
    assert written.getvalue() == "Reading packet.pdf: page 1 of 4\nReading packet.pdf: page 3 of 4\n"
