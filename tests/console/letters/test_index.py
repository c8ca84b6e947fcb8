"""The index says what the topics say, in whatever order they are read, and as often."""

from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from schemas.codes import DeadLetterCause, ResolutionOutcome
from services.chassis.record import Record
from services.console.letters import desk, index
from services.console.letters.evidence import DeedKind
from services.console.letters.index import Status, Wanted
from services.console.letters.tables import failures, metadata
from tests.console.letters.records import CASE, LETTER_A, LETTER_B, asked_correction, letter, resolution

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
LETTER_C = "aaaa0000-1111-5222-8333-444455556666"


def only(db: Connection) -> index.Letter:
    (one,) = index.list_letters(db, Wanted(status=None))
    return one


@pytest.mark.parametrize(
    ("outcome", "status"),
    [
        (None, Status.OPEN),
        (ResolutionOutcome.REPLAYED, Status.REPLAYED),
        (ResolutionOutcome.DISCARDED, Status.DISCARDED),
        (ResolutionOutcome.FAILED_AGAIN, Status.OPEN),
    ],
)
def test_a_dead_letter_is_open_until_it_is_dealt_with(
    db: Connection, outcome: ResolutionOutcome | None, status: Status
) -> None:
    index.take(db, [letter(LETTER_A, NOON)])
    index.take(db, [resolution(LETTER_A, NOON + MINUTE, outcome)] if outcome else [])
    assert only(db).status is status


def test_in_whatever_order_the_topics_are_read_the_index_is_the_same() -> None:
    """Failed, corrected in vain, failed again, replayed: on three topics that keep no order among each other."""
    on_the_topics = [
        [letter(LETTER_A, NOON), letter(LETTER_A, NOON + 2 * MINUTE, replays=1, offset=1)],
        [asked_correction(LETTER_A, NOON + MINUTE, "{}")],
        [
            resolution(LETTER_A, NOON + 2 * MINUTE, ResolutionOutcome.FAILED_AGAIN),
            resolution(LETTER_A, NOON + 3 * MINUTE, ResolutionOutcome.REPLAYED, 1),
        ],
    ]
    seen = set()
    for order in permutations(on_the_topics):
        engine = sa.create_engine("sqlite://")
        with engine.connect() as db:
            metadata.create_all(db)
            for records in order:
                index.take(db, records)
            whole = index.whole(db, LETTER_A)
            assert whole is not None
            seen.add((whole.letter, tuple(deed.kind for deed in whole.deeds), len(whole.failures)))
    ((one, deeds, number),) = seen
    assert (one.status, one.replay_count, one.first_failed_at) == (Status.REPLAYED, 1, NOON)
    assert deeds == (DeedKind.ASKED_CORRECTION, DeedKind.FAILED_AGAIN, DeedKind.REPLAYED)
    assert number == 2


def test_what_is_read_twice_counts_once(db: Connection) -> None:
    records = [letter(LETTER_A, NOON), resolution(LETTER_A, NOON + MINUTE, ResolutionOutcome.FAILED_AGAIN)]
    for _ in range(2):
        index.take(db, records)
    assert db.execute(sa.select(sa.func.count()).select_from(failures)).scalar() == 1
    assert index.read_to(db) == {("cases.dead-letters", 0): 1, ("dead-letters.resolutions", 0): 1}
    assert index.behind(db, {("cases.dead-letters", 0): 3, ("notify.dead-letters", 4): 2}) == 4


def test_one_that_failed_after_it_was_dealt_with_is_open_again(db: Connection) -> None:
    index.take(db, [letter(LETTER_A, NOON), resolution(LETTER_A, NOON + MINUTE, ResolutionOutcome.REPLAYED)])
    index.take(db, [letter(LETTER_A, NOON + 2 * MINUTE, offset=1)])
    assert only(db).status is Status.OPEN


def test_a_record_that_goodorder_did_not_write_is_listed_by_its_place(db: Connection) -> None:
    stranger = Record("cases.dead-letters", 4, 9, int(NOON.timestamp() * 1000), None, b"hello")
    index.take(db, [stranger, Record("dead-letters.resolutions", 0, 0, 0, None, b"[1]")])
    assert (only(db).id, only(db).service, only(db).about) == ("cases.dead-letters[4]@9", "cases", "(none)")


@pytest.fixture
def three(db: Connection) -> Connection:
    index.take(
        db,
        [
            letter(LETTER_A, NOON),
            letter(LETTER_B, NOON + MINUTE, DeadLetterCause.MALFORMED, offset=1),
            letter(LETTER_C, NOON + 2 * MINUTE, service="notify"),
        ],
    )
    return db


def test_they_are_found_by_service_cause_case_age_and_the_beginning_of_an_id(three: Connection) -> None:
    def ids(**said: object) -> list[str]:
        return [one.id[:4] for one in index.list_letters(three, Wanted(**said))]  # type: ignore[arg-type]

    assert ids() == ["0f6f", "0f6f", "aaaa"], "the oldest first"
    assert ids(cause="unknown_case") == ["0f6f", "aaaa"]
    assert ids(cause="unknown_case", service="notify") == ["aaaa"]
    assert ids(about=CASE[:8].lower()) == ["0f6f", "0f6f", "aaaa"]
    assert ids(about="GO_7") == [], "what was typed is no pattern"
    assert ids(failed_before=NOON + MINUTE) == ["0f6f"]
    assert [one.id for one in index.list_letters(three, Wanted(), limit=1, skip=1)] == [LETTER_B]
    assert len(index.whose_id_begins(three, "0F6F")) == 2
    assert desk.the_one(index.whose_id_begins(three, "0F6F1"), "0F6F1").id == LETTER_A
    for unclear in ("0f6f", "77", " "):
        with pytest.raises(desk.Refused):
            desk.the_one(index.whose_id_begins(three, unclear.strip()), unclear)


def test_what_is_open_is_counted_by_kind_and_by_age(three: Connection) -> None:
    index.take(three, [resolution(LETTER_B, NOON + 5 * MINUTE, ResolutionOutcome.DISCARDED)])
    assert [(kind.service, kind.cause, kind.open) for kind in index.kinds(three)] == [
        ("cases", "unknown_case", 1),
        ("notify", "unknown_case", 1),
    ]
    assert index.kinds(three)[0].oldest == NOON
    now = NOON + timedelta(hours=1, minutes=1)
    ages = desk.by_age(lambda before: index.count_letters(three, Wanted(failed_before=before)), now)
    assert ages == (("under an hour", 1), ("under a day", 1), ("under a week", 0), ("a week or more", 0))
