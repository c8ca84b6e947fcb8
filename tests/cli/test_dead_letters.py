"""What the terminal shows of dead letters."""

from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
import sqlalchemy as sa
from rich.console import Console

from goodorder.dead_letters import report
from schemas.codes import DeadLetterCause, ResolutionOutcome
from services.chassis.record import Record
from services.console.letters import desk, index
from services.console.letters.index import Letter, Wanted, Whole
from services.console.letters.tables import metadata
from tests.console.letters.records import CASE, LETTER_A, LETTER_B, letter, resolution

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
LATER = NOON + timedelta(minutes=5)
SECRET = "801-22-3333"


def shown(what: object, width: int = 100) -> str:
    console = Console(width=width, record=True, file=StringIO(), markup=False)
    console.print(what)
    return console.export_text()


def indexed(*records: Record) -> tuple[tuple[Letter, ...], tuple[Whole, ...]]:
    engine = sa.create_engine("sqlite://")
    with engine.connect() as db:
        metadata.create_all(db)
        index.take(db, records)
        letters = index.list_letters(db, Wanted(status=None))
        return letters, tuple(found for one in letters if (found := index.whole(db, one.id)))


def test_the_list_names_service_cause_case_and_age_in_eighty_columns() -> None:
    letters, _ = indexed(letter(LETTER_A, NOON), letter(LETTER_B, LATER, DeadLetterCause.MALFORMED, offset=1))
    text = shown(report.as_list(letters, NOON + timedelta(hours=2)), width=80)
    for words in ("unknown case", CASE, "2 h", LETTER_A[:8]):
        assert words in text
    assert "2 open: 1 unknown case (unknown_case), 1 malformed event (malformed)." in " ".join(text.split())
    assert max(map(len, text.splitlines())) <= 80


def test_one_in_full_is_masked_unless_somebody_must_see_it() -> None:
    value = f'{{"data": {{"note": "{SECRET}"}}}}'.encode()
    _, (whole,) = indexed(
        letter(LETTER_A, LATER, replays=1, value=value), resolution(LETTER_A, LATER, ResolutionOutcome.FAILED_AGAIN)
    )
    text = shown(report.in_full(whole, LATER))
    for words in ("carriers.aldermoor.decisions[3]@17", "1 time", "dead-letters replay 0f6f1d2c", "export 0f6f1d2c"):
        assert words in text
    assert SECRET not in text
    assert SECRET in shown(report.in_full(whole, LATER, unmasked=True))
    history = shown(report.as_history(whole.letter, desk.history(whole)))
    assert "failed again" in history
    assert "mended" in history


@pytest.mark.parametrize("unmasked", [False, True])
def test_nothing_in_a_dead_letter_steers_the_terminal(unmasked: bool) -> None:
    nasty = letter(
        LETTER_A, NOON, more=(("\x1b[2J", b"\x1b]0;owned\x07"),), value=b'{"id": "\x1b[31m"}', key=b"\x1b[2J"
    )
    _, (whole,) = indexed(nasty)
    assert "\x1b" not in shown(report.in_full(whole, LATER, unmasked))
