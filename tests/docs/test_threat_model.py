"""The pages of doors and of files name tests that exist: some for every door, one for every promise about files."""

import ast
import re
from collections.abc import Iterable

import pytest

from tests.docs.pages import DOCS, ROOT, page

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
    all_exist(named)


def test_every_promise_about_files_names_tests_that_exist() -> None:
    for promise, shown_by in page(DOCS / "files.md").rows("How it is tested"):
        named = _TEST.findall(shown_by)
        assert named, promise
        all_exist(named)


def all_exist(named: Iterable[tuple[str, str]]) -> None:
    for file, name in named:
        found = {node.name for node in ast.walk(ast.parse((ROOT / file).read_text("utf-8"))) if _is_test(node)}
        assert name in found, f"{file}::{name} is named and not there"


def _is_test(node: ast.AST) -> bool:
    return isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_")


def test_the_page_knows_every_door() -> None:
    assert len(DOORS) == 13
