"""The page that says how to add a rule or change a limit: its steps are done here as they are written."""

import re
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

import services.validation.rules as rules
from samples.draw_forms import CARRIERS
from samples.packets import Packet, build, load_shelf
from samples.packets.case_values import Circumstances
from schemas.carrier import load_carriers
from services.validation.good_order import check
from tests.own_hands import read

PAGE = Path(__file__).parents[2] / "docs" / "add-a-rule.md"


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)


@pytest.fixture
def rule_added(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The page's rule in a folder that the rule book looks into."""
    (tmp_path / "occupations.py").write_text(blocks("python")[0], encoding="utf-8")
    monkeypatch.setattr(rules, "__path__", [*rules.__path__, str(tmp_path)])
    rules.rule_book.cache_clear()
    yield
    rules.rule_book.cache_clear()


@pytest.mark.usefixtures("rule_added")
def test_a_rule_is_one_file_and_passes_its_own_test() -> None:
    added = next(rule for rule in rules.rule_book() if rule.id == "V-90")
    assert added.demand == "The insured's occupation is stated."
    room: dict[str, Any] = {"SHELF": load_shelf()}
    exec(blocks("python")[1], room)  # noqa: S102 - our own page
    tests = [value for name, value in room.items() if name.startswith("test_")]
    assert len(tests) == 2
    for test in tests:
        test()


def test_the_rule_book_is_its_own_again_without_the_page() -> None:
    assert "V-90" not in {rule.id for rule in rules.rule_book()}


@pytest.mark.parametrize(
    ("today", "rules_found"), [(date(2026, 7, 3), []), (date(2026, 7, 4), ["V-42"]), (date(2026, 6, 15), [])]
)
def test_a_limit_is_changed_in_data_alone(tmp_path: Path, today: date, rules_found: list[str]) -> None:
    (limits,) = blocks("yaml")
    shutil.copytree(CARRIERS / "aldermoor", tmp_path / "aldermoor")
    file = tmp_path / "aldermoor" / "carrier.yaml"
    held = yaml.safe_load(file.read_text(encoding="utf-8")) | yaml.safe_load(limits)
    file.write_text(yaml.safe_dump(held, allow_unicode=True), encoding="utf-8")
    # Signed three days before: on June 30 and on July 1.
    packet = Packet("draft day", "aldermoor", 3, today, circumstances=Circumstances(signed_days_ago=3))
    content = build(packet, change=lambda draft: draft.values.update({"premium.draft_day": 24})).content
    findings = check(read(content), load_carriers(tmp_path)["aldermoor"], today)
    assert [finding.rule for finding in findings] == rules_found
