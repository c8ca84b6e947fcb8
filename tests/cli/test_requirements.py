"""``goodorder requirements forecast``, ``radar`` and ``goodorder carriers check`` without a stack."""

import json
from pathlib import Path
from shutil import copytree

import pytest

from samples.packets.building import HOUSE
from services.chassis.database import connect, migrate
from services.requirements import store
from services.requirements.due import timers_of
from services.requirements.joining import on_application, on_verdict
from services.requirements.worker import describe_service
from tests.cli.terminal import Said, goodorder
from tests.keys import VAULT
from tests.requirements.cases import CARRIERS, CASE, EMPTY, NOW, read, verdict


def forecast(carrier: str, age: int, face: str, *more: str) -> Said:
    return goodorder(
        "requirements", "forecast", "--carrier", carrier, "--age", age, "--face", face, "--on", "2026-06-01", *more
    )


def test_a_forecast_tells_what_why_who_and_what_the_next_bands_change() -> None:
    said = forecast("aldermoor", 59, "$500,000", "--answers", "aviation")
    assert said.code == 0
    for words in (
        "Paramedical exam we, from Larkfield",
        "the agent brings it",
        "Ages 20 to 59 (nearest birthday), $100,000 to $500,000",
        "answered yes: aviation",
        "Older: from age 60 on + Agent’s certification",
        "More: from over $3,000,000 on + Electronic inspection report",
    ):
        assert words in said.words


def test_other_cover_and_conditions_change_the_forecast() -> None:
    alone = json.loads(forecast("aldermoor", 45, "2900000", "--json").output)
    more = json.loads(
        forecast("aldermoor", 45, "2900000", "--other", "200000", "--condition", "Stroke", "--json").output
    )
    assert [each["kind"] for each in alone["requirements"]] == ["paramed", "blood_urine", "mvr", "credit"]
    by_kind = {each["kind"]: each for each in more["requirements"]}
    assert (more["amount"], "electronic_inspection" in by_kind) == ("3100000", True)
    assert by_kind["aps"]["withheld"]["text"].startswith("on the list “do not order a statement”")


def test_what_is_not_offered_is_said() -> None:
    said = forecast("quillhaven", 17, "600000", "--product", "QM-KEEL")
    assert "More: not offered from over $2,000,000 on." in said.words


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("elsewhere", 40, "100000"), "No carrier elsewhere is on file."),
        (("aldermoor", 40, "much"), "much is no amount in dollars."),
        (("aldermoor", 40, "100000", "--answers", "surfing"), "No form of aldermoor asks surfing."),
        (("aldermoor", 40, "100000", "--product", "X"), "aldermoor has no product X."),
        (("aldermoor", 12, "100000"), "has no row for age 12 and $100,000"),
    ],
)
def test_a_mistake_is_a_sentence_and_exit_code_2(arguments: tuple[str, ...], words: str) -> None:
    said = forecast(*arguments)  # type: ignore[arg-type]
    assert said.code == 2
    assert words in said.words


def test_a_carriers_tables_are_checked_and_a_gap_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copytree(HOUSE / "carriers" / "aldermoor", tmp_path / "aldermoor")
    monkeypatch.setenv("GOODORDER_CARRIERS", str(tmp_path))
    assert goodorder("carriers", "check").code == 0
    grid = tmp_path / "aldermoor" / "grid.csv"
    grid.write_text(grid.read_text(encoding="utf-8").replace("20,59,100000,", "20,58,100000,"), encoding="utf-8")
    said = goodorder("carriers", "check", "aldermoor")
    assert said.code == 1
    assert "no row holds age 59, $100,000 to $500,000 (Aldermoor Level Term is sold there). Add it." in said.words


def test_the_radar_lists_what_is_due_over_all_cases(tmp_path: Path) -> None:
    (tmp_path / "db").mkdir()
    engine = connect(f"sqlite:///{tmp_path / 'db' / 'requirements.db'}", "requirements", VAULT)
    migrate(engine, "requirements", ("requirements", describe_service(CARRIERS).migrations))
    state = on_verdict(on_application(EMPTY, read(), CARRIERS, NOW).state, verdict(), CARRIERS, NOW).state
    with engine.begin() as db:
        store.save(db, state, EMPTY, timers_of(state, CARRIERS, NOW))
    engine.dispose()
    listed = json.loads(goodorder("--data", tmp_path, "requirements", "radar", "--json").output)
    assert [(each["case_id"], each["owed_by"], each["what"]) for each in listed] == [
        (CASE, "vendor", "examhouse takes up the order")
    ] * 3
    assert "3 dates" in goodorder("--data", tmp_path, "requirements", "radar").words
