"""``goodorder can-sell`` and ``goodorder licensing import`` without a stack: answers, exit codes, mistakes."""

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from samples.packets import named_packet
from samples.packets.building import HOUSE
from services.chassis.database import connect, migrate
from services.licensing import store
from services.licensing.directory import Held
from services.licensing.worker import describe_service
from tests.cli.terminal import Said, goodorder
from tests.producers import producer

SAMPLES = HOUSE / "samples" / "licensing"


def ask(agent: str, state: str, carrier: str, *more: str, on: str = "2026-03-10") -> Said:
    return goodorder("can-sell", agent, "--state", state, "--carrier", carrier, "--on", on, "--folder", SAMPLES, *more)


@pytest.mark.parametrize(
    ("agent", "state", "carrier", "code", "words"),
    [
        ("AG-1042", "IA", "aldermoor", 0, "Yes."),
        ("ag-1042", "ia", "aldermoor", 0, "Yes."),
        ("AG-1166", "OH", "aldermoor", 0, "last day 2026-04-09, 30 d left"),
        ("AG-1166", "KS", "quillhaven", 1, "pre-appointment state"),
        ("AG-1166", "NY", "quillhaven", 1, "Not certain"),
        ("AG-1171", "IA", "aldermoor", 1, "no life licence"),
        ("AG-1188", "IA", "aldermoor", 1, "missing: Anti-money-laundering (aml)"),
        ("AG-9999", "IA", "aldermoor", 1, "nobody on file has the agent code AG-9999"),
    ],
)
def test_the_answer_and_its_exit_code(agent: str, state: str, carrier: str, code: int, words: str) -> None:
    said = ask(agent, state, carrier)
    assert said.code == code
    assert words in said.words


def test_it_is_the_day_of_the_signing_that_counts() -> None:
    assert ask("AG-1171", "IA", "aldermoor", on="2026-01-31").code == 0
    assert ask("AG-1171", "IA", "aldermoor", on="2026-02-01").code == 1


def test_days_left_are_counted_from_the_day_asked_about() -> None:
    said = ask("AG-1166", "OH", "aldermoor", "--received", "2026-03-12", "--as-of", "2026-04-12", "--json")
    answer = json.loads(said.output)
    assert said.code == 1
    assert answer["status"] == "not_appointed"
    assert (answer["appointment"]["last_day"], answer["appointment"]["days_left"]) == ("2026-04-11", -1)
    assert answer["appointment"]["edition"] == "2019-10"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("IA", "nowhere"), "Carriers: aldermoor, quillhaven."),
        (("Iowa", "aldermoor"), "Give its two letters"),
        (("IA", "aldermoor", "--product", "X"), "Products: ALD-LEVEL, ALD-SWIFT."),
        (("IA", "aldermoor", "--received", "2026-03-01"), "these days run backwards"),
    ],
)
def test_a_question_that_makes_no_sense_is_answered_with_what_would(arguments: tuple[str, ...], words: str) -> None:
    said = ask("AG-1042", *arguments)
    assert said.code == 2
    assert words in said.words


def test_without_records_it_says_where_they_would_come_from(tmp_path: Path) -> None:
    said = goodorder("--data", tmp_path, "can-sell", "AG-1042", "--state", "IA", "--carrier", "aldermoor")
    assert said.code == 2
    assert "make up" in said.words


def test_an_import_with_a_mistake_sends_nothing_and_names_the_line(tmp_path: Path) -> None:
    (tmp_path / "producers.csv").write_text("agent_code,npn,name\nA-1,x,Robin\n", encoding="utf-8")
    said = goodorder("licensing", "import", tmp_path)
    assert said.code == 2
    assert "producers.csv, line 2, npn" in said.words


def test_a_check_asks_the_directory_of_the_house_where_there_is_one(tmp_path: Path) -> None:
    packet = tmp_path / "clean.pdf"
    packet.write_bytes(named_packet("clean-aldermoor", date(2026, 11, 20)).content)
    question = ("--data", tmp_path, "check", "--received", "2026-11-20", packet)
    assert goodorder(*question).code == 0
    (tmp_path / "db").mkdir()
    database = connect(f"sqlite:///{tmp_path / 'db' / 'licensing.db'}", "licensing")
    migrate(database, "licensing", ("licensing", describe_service(None).migrations))
    with database.begin() as db:
        store.save(db, Held(producer(agent_code="AG-1", npn="1"), 1, datetime(2026, 11, 1, tzinfo=UTC)))
    database.dispose()
    said = goodorder(*question)
    assert said.code == 1
    assert "V-50" in said.words
