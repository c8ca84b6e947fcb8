"""What the states ask: tables with the source and edition of every row.

``schemas/data/replacement.csv`` says which replacement rules a state has. ``hiv_consent.csv`` in a carrier's folder
says where the insured has to consent to an HIV test, and on which form. A state that a table does not hold is
unknown: rules warn then, they never take it for a no.
"""

import csv
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path

from pydantic import ConfigDict

from schemas.base import Contract

_REPLACEMENT = Path(__file__).parent / "data" / "replacement.csv"


class ReplacementModel(StrEnum):
    NAIC = "naic"
    """Model regulation 613: the notice is due for any existing cover, replaced or not."""
    OWN = "own"
    """The state's own rule: the notice is due when something is replaced."""
    NEW_YORK = "new_york"
    """11 NYCRR 51: the Definition of Replacement goes with every application."""


class HivConsentRule(StrEnum):
    REQUIRED = "required"
    """The carrier's form for the state."""
    GENERIC_OK = "generic_ok"
    """Any form of consent."""
    EXACT_FORM = "exact_form"
    """The one form named in ``form``, word for word."""
    NOT_REQUIRED = "not_required"


class StateRow(Contract):
    model_config = ConfigDict(extra="forbid")

    state: str
    effective_from: date
    effective_to: date | None = None
    source: str
    edition: str

    def holds(self, state: str, day: date) -> bool:
        return self.state == state and self.effective_from <= day <= (self.effective_to or date.max)


class ReplacementRow(StateRow):
    model: ReplacementModel


class HivConsentRow(StateRow):
    rule: HivConsentRule
    form: str | None = None
    """Number of the exact form."""


def rows_of(path: Path) -> list[Mapping[str, str | None]]:
    """The rows of a table, an empty cell as ``None``."""
    with path.open(newline="", encoding="utf-8") as lines:
        return [{name: value or None for name, value in row.items()} for row in csv.DictReader(lines)]


@cache
def replacement_rows() -> tuple[ReplacementRow, ...]:
    return tuple(ReplacementRow.model_validate(row) for row in rows_of(_REPLACEMENT))


def replacement_model(state: str, day: date) -> ReplacementModel | None:
    """The replacement rules of a state on a day; ``None`` when the table does not say."""
    return next((row.model for row in replacement_rows() if row.holds(state, day)), None)
