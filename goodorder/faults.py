"""A mistake or an outage that the person at the terminal can mend: said in a line or two, never as a traceback."""

from typing import Any

import typer
from rich.text import Text

from goodorder.screen import complaints, readable
from schemas.carrier import CarrierDataError
from schemas.producers import ProducerDirectoryError

CANNOT = 2
"""Exit code: the command could not be carried out."""


class Fault(Exception):
    """``message`` says what is wrong, ``remedy`` what to do about it."""

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy


class Commands(typer.core.TyperGroup):
    """Commands whose faults end in a sentence and exit code 2."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except Fault as fault:
            complain(fault.message, fault.remedy)
        except (CarrierDataError, ProducerDirectoryError) as fault:
            complain(str(fault), "Correct the file and try again.")
        except Exception as error:
            # Only what failed loads them: `--help` must not take seconds.
            from services.chassis.errors import Permanent, Transient
            from services.chassis.private.vault import Forgotten

            if not isinstance(error, Permanent | Transient | Forgotten):
                raise
            complain(str(error))
        raise typer.Exit(CANNOT)


def complain(message: str, remedy: str = "") -> None:
    """Say a fault on the error stream."""
    complaints().print(Text.assemble(("goodorder: ", "bold red"), readable(message)), soft_wrap=False)
    if remedy:
        complaints().print(readable(remedy))
