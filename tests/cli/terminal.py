"""Runs the command line as a person would, in this process."""

from collections.abc import Callable
from time import monotonic

from typer.testing import CliRunner

from goodorder.cli import app
from infra.stack.run import RunInfo

DEADLINE = 60.0
"""Seconds until what a command waits for counts as missing."""


class Said:
    """What a command printed and how it ended."""

    def __init__(self, output: str, complaints: str, code: int) -> None:
        self.output = output
        self.complaints = complaints
        self.code = code

    @property
    def words(self) -> str:
        """Both streams as one line, so that a test does not depend on where a line breaks."""
        return " ".join(f"{self.output} {self.complaints}".split())


def goodorder(*arguments: object, **environment: str) -> Said:
    """Run ``goodorder``; a defect of ours is raised, as no user's mistake may be one."""
    result = CliRunner().invoke(
        app, [str(argument) for argument in arguments], env={"COLUMNS": "100", "NO_COLOR": "1", **environment}
    )
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Said(result.stdout, result.stderr, result.exit_code)


class OnTheStack:
    """The command line of one running stack."""

    def __init__(self, run: RunInfo) -> None:
        self.run = run

    def __call__(self, *arguments: object, **environment: str) -> Said:
        return goodorder("--data", self.run.data, *arguments, **environment)

    def until(self, is_so: Callable[[Said], bool], *arguments: object) -> Said:
        """Ask again until the answer is as wished; fails at the deadline with what was said last."""
        deadline = monotonic() + DEADLINE
        while True:
            said = self(*arguments)
            if is_so(said):
                return said
            if monotonic() > deadline:
                raise AssertionError(f"not so after {DEADLINE:g} s: {' '.join(map(str, arguments))}\n{said.output}")
