"""The page of doors names tests that exist, and some for every door."""

import ast
import re

import pytest

from tests.docs.pages import DOCS, ROOT

PAGE = (DOCS / "threat-model.md").read_text("utf-8")
DOORS = {
    part.partition("\n")[0]: part
    for part in PAGE.partition("## The doors")[2].partition("\n## ")[0].split("\n### ")[1:]
}
_TEST = re.compile(r"`(tests/[a-z_/]+\.py)::(\w+)`")


@pytest.mark.parametrize("door", DOORS)
def test_every_door_says_who_may_pass_and_names_tests_that_exist(door: str) -> None:
    assert "| Who may pass |" in DOORS[door] or "| What comes in |" in DOORS[door]
    named = _TEST.findall(DOORS[door])
    assert named
    for file, name in named:
        found = {node.name for node in ast.walk(ast.parse((ROOT / file).read_text("utf-8"))) if _is_test(node)}
        assert name in found, f"{file}::{name} is named and not there"


def _is_test(node: ast.AST) -> bool:
    return isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_")


def test_the_page_knows_every_door() -> None:
    assert len(DOORS) == 13
