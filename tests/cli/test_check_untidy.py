"""``goodorder check`` on a long packet in disorder: which form each page is, and what is missing, in one table."""

import json
from io import BytesIO
from pathlib import Path
from random import Random
from typing import Any

import pytest
from pypdf import PdfWriter

from samples.draw_forms import CARRIERS
from samples.hostile import HOSTILE
from schemas.codes import FormKind
from tests.cli.terminal import goodorder
from tests.corpus.example import TODAY, Example, in_order

SPECIAL = (
    FormKind.REPLACEMENT_NOTICE,
    FormKind.HIV_CONSENT,
    FormKind.TEMPORARY_INSURANCE,
    FormKind.QUESTIONNAIRE,
    FormKind.ILLUSTRATION,
    FormKind.EXCHANGE_1035,
    FormKind.TRUST_CERTIFICATION,
)
MISSING, TWICE = (3, 12), (2, 5, 9, 10, 14)


def _in_disorder(writer: PdfWriter) -> None:
    """16 pages of nine forms, two of them lost and five doubled; eight of other editions and carriers; two letters."""
    own = [number for number in range(1, 17) if number not in MISSING]
    for folder in ("aldermoor/forms/ald-tl-101-2019-01", "quillhaven/forms/qm-4420-2026-02"):
        writer.append(CARRIERS / folder / "blank.pdf")
    for _ in range(2):
        writer.append(BytesIO(HOSTILE["letter"][0]()))
    pages = [*own, *TWICE, *range(17, 27)]
    Random(4).shuffle(pages)
    in_order(writer, pages)


def untidy_packet() -> bytes:
    """29 fillable pages."""
    return Example("V-61", True, extra=SPECIAL, circumstances={"existing": True}, rearranged=_in_disorder).packet()


@pytest.fixture(scope="module")
def packet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("untidy") / "untidy.pdf"
    path.write_bytes(untidy_packet())
    return path


@pytest.fixture(scope="module")
def checked(packet: Path) -> dict[str, Any]:
    said = goodorder("check", "--json", "--received", TODAY, packet)
    assert said.code == 1
    found: dict[str, Any] = json.loads(said.output)["packets"][0]
    return found


def test_each_page_is_told_and_so_is_what_is_missing_and_there_twice(checked: dict[str, Any]) -> None:
    assert checked["pages"] == 29
    forms = {form["form_id"]: form for form in checked["forms"]}
    told = [page for form in forms.values() for page in form["pages"]] + checked["unknown_pages"]
    assert sorted(told) == list(range(1, 30))
    assert len(checked["unknown_pages"]) == 2
    application = forms["ald-tl-101-2026-01"]
    assert (application["missing_pages"], application["doubled_pages"]) == ([3], [2, 5])
    untidy = {name: (form["missing_pages"], form["doubled_pages"]) for name, form in forms.items()}
    assert untidy["ald-qa-60-2026-01"] == ([2], [])
    assert sum(len(twice) for _, twice in untidy.values()) == len(TWICE)
    assert sum(len(missing) for missing, _ in untidy.values()) == len(MISSING)
    assert {finding["rule"] for finding in checked["findings"]} >= {"V-60", "V-61", "V-82"}


def test_people_see_it_in_one_table(packet: Path, checked: dict[str, Any]) -> None:
    said = goodorder("check", "--received", TODAY, packet)
    (row,) = [
        line for line in said.output.splitlines() if line.startswith("application ALD-TL-101") and "2026-01" in line
    ]
    assert row.rstrip().endswith("2, 5")
    assert "No form on file" in said.output
    assert "QM 4420, of" in said.words
