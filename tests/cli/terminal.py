"""Runs the command line as a person would, in this process."""

from typer.testing import CliRunner

from goodorder.cli import app


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
