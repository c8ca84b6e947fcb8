"""What a person may do about dead letters, whom it reaches, and what is kept of it."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.engine import Connection

from schemas.codes import ResolutionOutcome
from schemas.dead_letter_events import DeadLetterRevealed, DeadLettersBegan
from services.console.letters import alarms, desk, index, metrics
from services.console.letters.desk import TRIES_IN_VAIN, Refused
from services.console.letters.index import Letter, Wanted
from services.console.letters.masking import MASKED, changes
from tests.console.letters.records import LETTER_A, LETTER_B, asked_correction, letter, resolution, told

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def listed(db: Connection) -> tuple[Letter, ...]:
    return index.list_letters(db, Wanted(status=None))


@pytest.fixture
def two(db: Connection) -> tuple[Letter, ...]:
    """The first was replayed in vain as often as may be."""
    index.take(db, [letter(LETTER_A, NOON, replays=TRIES_IN_VAIN), letter(LETTER_B, NOON + MINUTE, offset=1)])
    return listed(db)


def test_what_was_replayed_in_vain_too_often_is_left_out_until_it_is_asked_for(two: tuple[Letter, ...]) -> None:
    plan = desk.plan_replay(two)
    assert ([one.id for one in plan.to_do], [one.id for one in plan.held_back]) == ([LETTER_B], [LETTER_A])
    assert [one.id for one in desk.plan_replay(two, again=True).to_do] == [LETTER_A, LETTER_B]
    limited = desk.plan_replay(two, again=True, limit=1)
    assert ([one.id for one in limited.to_do], limited.left_over) == ([LETTER_A], 1)


def test_a_command_goes_to_the_service_that_failed_and_nowhere_else(two: tuple[Letter, ...]) -> None:
    for asked in (
        desk.replay(two[0], "morgan", " mended\n now "),
        desk.discard(two[0], "morgan", "mended now"),
        desk.correct(two[0], "morgan", "mended now", "{}"),
    ):
        assert (asked.topic.name, asked.subject) == ("cases.commands", LETTER_A)
        assert asked.data.model_dump()["reason"] == "mended now"


def test_without_a_reason_nothing_is_done_and_nothing_shown(two: tuple[Letter, ...]) -> None:
    for reason in ("", "  \n", "x" * 501):
        with pytest.raises(Refused):
            desk.replay(two[0], "morgan", reason)
        with pytest.raises(Refused):
            desk.reveal(two[0], "morgan", reason, NOON)


def test_what_was_dealt_with_cannot_be_acted_on(db: Connection) -> None:
    index.take(db, [letter(LETTER_A, NOON), resolution(LETTER_A, NOON + MINUTE, ResolutionOutcome.DISCARDED)])
    with pytest.raises(Refused, match="was discarded already"):
        desk.require_open(listed(db)[0])


def test_the_history_tells_who_did_what_and_why_with_before_and_after(db: Connection) -> None:
    before, after = b'{"data": {"face": 1, "note": "call me"}}', '{"data": {"face": 2, "version": 3}}'
    seen = DeadLetterRevealed(dead_letter_id=LETTER_A, actor="sam", reason="to correct it", seen_at=NOON + MINUTE)
    index.take(
        db,
        [
            letter(LETTER_A, NOON, value=before),
            told(seen, "private.accesses", NOON + MINUTE),
            asked_correction(LETTER_A, NOON + 2 * MINUTE, after),
            resolution(LETTER_A, NOON + 3 * MINUTE, ResolutionOutcome.REPLAYED),
        ],
    )
    whole = index.whole(db, LETTER_A)
    assert whole is not None
    entries = desk.history(whole)
    assert [(entry.what, entry.who) for entry in entries] == [
        ("failed: unknown case", "cases"),
        ("looked at unmasked", "sam"),
        ("correction asked", "ops"),
        ("replayed, it went through", "ops"),
    ]
    correction = entries[2]
    assert (correction.before, correction.after, correction.why) == (before, after.encode(), "they said so")
    shown = {change.path: (change.before, change.after) for change in changes(correction.before, correction.after)}
    assert shown == {
        "data.face": (MASKED, MASKED),
        "data.version": (None, "3"),
        "data.note": (MASKED, None),
    }


def ring(db: Connection) -> list[DeadLettersBegan]:
    rung = [told for one in alarms.untold(db) for told in alarms.ring(db, NOON, one)]
    return [outgoing.data for outgoing in rung if isinstance(outgoing.data, DeadLettersBegan)]


def test_ops_is_told_once_a_kind_and_again_only_after_it_was_empty(db: Connection) -> None:
    index.take(db, [letter(LETTER_A, NOON)])
    (began,) = ring(db)
    assert (began.service, began.cause, began.dead_letter_id, began.open) == ("cases", "unknown_case", LETTER_A, 1)
    index.take(db, [letter(LETTER_B, NOON + MINUTE, offset=1)])
    assert ring(db) == [], "more of a kind that was told"
    index.take(db, [resolution(LETTER_A, NOON + MINUTE, ResolutionOutcome.REPLAYED)])
    assert ring(db) == [], "one of the kind is open still"
    index.take(db, [resolution(LETTER_B, NOON + 2 * MINUTE, ResolutionOutcome.DISCARDED, 1)])
    assert ring(db) == []
    index.take(db, [letter("cccc0000", NOON + 3 * MINUTE, offset=2)])
    assert [again.dead_letter_id for again in ring(db)] == ["cccc0000"]


def test_two_workers_that_see_the_same_tell_it_once(db: Connection) -> None:
    index.take(db, [letter(LETTER_A, NOON)])
    first, second = alarms.untold(db), alarms.untold(db)
    assert first == second
    assert len(alarms.ring(db, NOON, first[0])) == 1
    assert alarms.ring(db, NOON, second[0]) == []
    assert alarms.cause_of(first[0]) == alarms.cause_of(second[0])


def test_the_metrics_show_what_is_open_and_nothing_once_it_is_not(db: Connection) -> None:
    gauges = alarms.Gauges()
    index.take(db, [letter(LETTER_A, NOON)])
    gauges.show(index.kinds(db), NOON + MINUTE)
    number, age = metrics.OPEN.labels("cases", "unknown_case"), metrics.OLDEST.labels("cases", "unknown_case")
    assert (number._value.get(), age._value.get()) == (1, 60)
    index.take(db, [resolution(LETTER_A, NOON + MINUTE, ResolutionOutcome.REPLAYED)])
    gauges.show(index.kinds(db), NOON + MINUTE)
    assert (number._value.get(), age._value.get()) == (0, 0)
