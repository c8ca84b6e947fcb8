"""What the terminal makes of dead letters: their status, which are meant, and how they are shown."""

from datetime import UTC, datetime, timedelta

import pytest
from rich.console import Console

from goodorder.dead_letters import report
from goodorder.dead_letters.choice import by_id, to_act_on
from goodorder.dead_letters.evidence import DeadLetter, Status, gather
from goodorder.faults import Fault
from schemas.codes import DeadLetterCause, ResolutionOutcome
from services.chassis.record import Record
from tests.cli.dead_records import CASE, LETTER_A, LETTER_B, letter, resolution

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
LATER = NOON + timedelta(minutes=5)


def shown(what: object, width: int = 100) -> str:
    console = Console(width=width, record=True, file=open("/dev/null", "w"), markup=False)  # noqa: SIM115, PTH123
    console.print(what)
    return console.export_text()


def test_a_dead_letter_is_open_until_it_is_resolved() -> None:
    (only,) = gather([letter(LETTER_A, NOON)], [])
    assert only.status is Status.OPEN
    (replayed,) = gather([letter(LETTER_A, NOON)], [resolution(LETTER_A, LATER, ResolutionOutcome.REPLAYED)])
    assert replayed.status is Status.REPLAYED
    (discarded,) = gather([letter(LETTER_A, NOON)], [resolution(LETTER_A, LATER, ResolutionOutcome.DISCARDED)])
    assert discarded.status is Status.DISCARDED


def test_one_that_failed_again_counts_once_as_of_its_latest_failure() -> None:
    records = [letter(LETTER_A, NOON), letter(LETTER_A, LATER, replays=1)]
    for order in (records, records[::-1]):
        (only,) = gather(order, [resolution(LETTER_A, LATER, ResolutionOutcome.FAILED_AGAIN)])
        assert (only.status, only.replay_count, only.failed_at) == (Status.OPEN, 1, LATER)


def test_one_that_failed_after_it_was_resolved_is_open_again() -> None:
    said = resolution(LETTER_A, NOON + timedelta(minutes=1), ResolutionOutcome.REPLAYED)
    (only,) = gather([letter(LETTER_A, LATER)], [said])
    assert only.status is Status.OPEN


def test_the_oldest_comes_first() -> None:
    found = gather([letter(LETTER_B, LATER), letter(LETTER_A, NOON)], [])
    assert [one.id for one in found] == [LETTER_A, LETTER_B]


def test_a_record_that_goodorder_did_not_write_is_still_shown() -> None:
    stranger = Record("cases.dead-letters", 4, 9, int(NOON.timestamp() * 1000), None, b"hello")
    (only,) = gather([stranger], [Record("dead-letters.resolutions", 0, 0, 0, None, b"not json")])
    assert only.id == "cases.dead-letters[4]@9"
    assert "(5 bytes that are not JSON)" in shown(report.in_full(only, LATER))


@pytest.fixture
def three() -> tuple[DeadLetter, ...]:
    return gather(
        [
            letter(LETTER_A, NOON),
            letter(LETTER_B, LATER, DeadLetterCause.MALFORMED),
            letter("aaaa0000-1111-5222-8333-444455556666", LATER, service="notify"),
        ],
        [],
    )


def test_an_id_may_be_abbreviated_as_long_as_it_means_one(three: tuple[DeadLetter, ...]) -> None:
    assert by_id(three, "0F6F1").id == LETTER_A
    with pytest.raises(Fault, match="2 dead letters begin with 0f6f"):
        by_id(three, "0f6f")
    with pytest.raises(Fault, match="no dead letter 77"):
        by_id(three, "77")
    with pytest.raises(Fault):
        by_id(three, " ")


def test_dead_letters_are_chosen_by_cause_service_and_number(three: tuple[DeadLetter, ...]) -> None:
    def ids(**wanted: object) -> list[str]:
        usual = {"ids": (), "cause": None, "every": False, "service": None, "limit": None}
        return [one.id[:4] for one in to_act_on(three, **{**usual, **wanted})]  # type: ignore[arg-type]

    assert ids(every=True) == ["0f6f", "0f6f", "aaaa"]
    assert ids(cause="unknown_case") == ["0f6f", "aaaa"]
    assert ids(cause="unknown_case", service="notify") == ["aaaa"]
    assert ids(every=True, limit=1) == ["0f6f"]
    assert ids(ids=("aaaa", "aaaa0")) == ["aaaa"]


def test_it_must_be_said_which(three: tuple[DeadLetter, ...]) -> None:
    with pytest.raises(Fault, match="Which dead letters"):
        to_act_on(three, (), None, False, None, None)
    with pytest.raises(Fault, match="not both"):
        to_act_on(three, ["aaaa"], None, True, None, None)


def test_what_is_resolved_cannot_be_acted_on_again() -> None:
    done = gather([letter(LETTER_A, NOON)], [resolution(LETTER_A, LATER, ResolutionOutcome.DISCARDED)])
    with pytest.raises(Fault, match="was discarded already"):
        to_act_on(done, [LETTER_A], None, False, None, None)
    assert to_act_on(done, (), None, True, None, None) == ()


def test_the_list_names_service_cause_case_and_age(three: tuple[DeadLetter, ...]) -> None:
    text = shown(report.as_list(three, LATER + timedelta(hours=2)), width=80)
    assert "unknown case" in text
    assert CASE in text
    assert "2 h" in text
    assert "3 open: 2 unknown case (unknown_case), 1 malformed event (malformed)." in " ".join(text.split())
    assert max(map(len, text.splitlines())) <= 80


def test_one_in_full_tells_place_history_and_what_to_do() -> None:
    (one,) = gather([letter(LETTER_A, LATER, replays=1)], [resolution(LETTER_A, LATER, ResolutionOutcome.FAILED_AGAIN)])
    text = shown(report.in_full(one, LATER))
    for words in ("carriers.aldermoor.decisions[3]@17", "failed again by ops: mended", "dead-letters replay 0f6f1d2c"):
        assert words in text


def test_nothing_in_a_dead_letter_steers_the_terminal() -> None:
    nasty = letter(
        LETTER_A, NOON, more=(("\x1b[2J", b"\x1b]0;owned\x07"),), value=b'{"id": "\x1b[31m"}', key=b"\x1b[2J"
    )
    (one,) = gather([nasty], [])
    assert "\x1b" not in shown(report.in_full(one, LATER))
