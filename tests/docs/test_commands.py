"""Every command that a page names can be given: make's targets, goodorder's commands and options, Python's modules."""

import importlib.util
import re
from collections.abc import Iterator

import pytest
from typer import main as typer_main
from typer.core import TyperCommand, TyperGroup

from goodorder.cli import app
from tests.docs.pages import ROOT, Page, every_page

_TARGETS = set(re.findall(r"^([a-z-]+):.*## ", (ROOT / "Makefile").read_text("utf-8"), flags=re.MULTILINE))
_MAKE = re.compile(r"(?:^|[ =])make (?P<target>[a-z-]+)")
_MODULE = re.compile(r"python -m (?P<module>[a-z_.]+)")
_GOODORDER = re.compile(r"(?:^|[ /])goodorder(?P<words>(?: [^ |;&>]+)+)")
_GLOBAL_WITH_VALUE = ("--data",)

each_page = pytest.mark.parametrize("read", every_page(), ids=lambda read: str(read.path.relative_to(ROOT)))


def _lines(read: Page) -> Iterator[str]:
    for line in read.code_lines:
        yield line.removeprefix("$ ").strip()


@each_page
def test_every_target_of_make_exists(read: Page) -> None:
    named = {match["target"] for line in _lines(read) for match in _MAKE.finditer(line)}
    assert named <= _TARGETS


@each_page
def test_every_module_that_is_run_exists(read: Page) -> None:
    for line in _lines(read):
        for match in _MODULE.finditer(line):
            assert importlib.util.find_spec(match["module"]), line


@each_page
def test_every_command_of_goodorder_exists_with_its_options(read: Page) -> None:
    for line in _lines(read):
        for match in _GOODORDER.finditer(line):
            if line.startswith(("goodorder", ".venv/bin/goodorder")) or "&& goodorder" in line:
                fault = _fault(match["words"].split())
                assert fault is None, f"{line}: {fault}"


def _fault(words: list[str]) -> str | None:
    """What the command line would not understand."""
    command: TyperCommand | TyperGroup = typer_main.get_command(app)
    known = _options(command)
    rest = iter(words)
    for word in rest:
        if word.startswith("--"):
            if word.split("=")[0] not in known:
                return f"no option {word}"
            if word in _GLOBAL_WITH_VALUE:
                next(rest)
        elif isinstance(command, TyperGroup):
            if word not in command.commands:
                return f"no command {word}"
            command = command.commands[word]
            known |= _options(command)
    return "which command?" if isinstance(command, TyperGroup) and command.name != "dead-letters" else None


def _options(command: TyperCommand | TyperGroup) -> set[str]:
    return {name for each in command.params for name in (*each.opts, *each.secondary_opts)} | {"--help"}


def test_the_pages_name_every_command_of_goodorder() -> None:
    everything = "\n".join(line for read in every_page() for line in _lines(read))
    command = typer_main.get_command(app)
    assert isinstance(command, TyperGroup)
    for name in command.commands:
        assert f"goodorder {name}" in everything, f"no page tells of goodorder {name}"


@pytest.mark.parametrize("words", ["chek FILE", "cases --all", "dead-letters forget ID", ""])
def test_a_command_that_does_not_exist_would_be_noticed(words: str) -> None:
    assert _fault(words.split())
