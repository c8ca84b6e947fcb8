"""Dead letters in the browser: found, read masked, shown with a reason, replayed, put right, given up."""

import json
import re
from datetime import timedelta
from typing import Any

import pytest

from schemas.codes import DeadLetterCause, ResolutionOutcome
from schemas.dead_letter_events import CorrectDeadLetter, DeadLetterRevealed, DiscardDeadLetter, ReplayDeadLetter
from schemas.publish.__main__ import sample
from services.console.letters import index
from services.console.letters.desk import IN_WORDS, REMEDIES
from services.console.people import audit
from services.console.people.roles import Role
from tests.console.desk import NOON, Desk
from tests.console.letters.records import LETTER_A, LETTER_B, letter, resolution
from tests.docs.pages import DOCS, page

HOUR = timedelta(hours=1)
WHOLE = sample("goodorder.carriers.decided.v1")
CASE = WHOLE["subject"]
BROKEN = json.dumps({**WHOLE, "data": {**WHOLE["data"], "effective_at": "15.03.2026 Jordan"}}).encode()
REASON = "the carrier told us the right date"


@pytest.fixture
def ops(desk: Desk) -> Desk:
    malformed = letter(
        LETTER_A, NOON - 30 * HOUR, DeadLetterCause.MALFORMED, value=BROKEN, key=CASE.encode(),
        topic="carriers.aldermoor.decisions",
    )  # fmt: skip
    with desk.database.write() as db:
        index.take(db, [malformed, letter(LETTER_B, NOON - HOUR / 2, replays=3, offset=1)])
    desk.sign_in(Role.OPS)
    return desk


def told(desk: Desk) -> list[tuple[str, Any]]:
    return [(topic, event.data) for topic, event in desk.sent.events]


def audited(desk: Desk) -> set[tuple[str, str | None, str | None]]:
    with desk.database.read() as db:
        return {(entry.action, entry.what, entry.reason) for entry in audit.entries(db)}


def listed(desk: Desk, way: str) -> set[str]:
    answer = desk.client.get(way)
    assert answer.status_code == 200, way
    return set(re.findall(r'href="/dead-letters/([0-9a-f-]{36})"', answer.text))


def test_the_list_is_filtered_in_every_way(ops: Desk) -> None:
    assert listed(ops, "/dead-letters") == {LETTER_A, LETTER_B}
    assert listed(ops, "/dead-letters?cause=malformed") == {LETTER_A}
    assert listed(ops, "/dead-letters?older=day") == {LETTER_A}
    assert listed(ops, "/dead-letters?service=notify") == set()
    assert listed(ops, f"/dead-letters?state=all&about={CASE[:9]}") == {LETTER_A}
    with ops.database.write() as db:
        index.take(db, [resolution(LETTER_A, NOON, ResolutionOutcome.REPLAYED)])
    assert listed(ops, "/dead-letters?state=replayed") == {LETTER_A}
    for way in re.findall(r'href="(/dead-letters\?[^"]*)"', ops.client.get("/dead-letters?state=all").text):
        listed(ops, way.replace("&amp;", "&"))
    assert ops.client.get("/dead-letters?state=lost").status_code == 422


def test_a_letter_is_shown_masked_with_its_remedy(ops: Desk) -> None:
    text = ops.client.get(f"/dead-letters/{LETTER_A}").text
    assert "Case was never seen here." in text
    assert REMEDIES["malformed"] in text
    assert "Jordan" not in text
    assert ops.client.get("/dead-letters/none-such").status_code == 404
    assert not told(ops)


def test_whoever_sees_it_unmasked_says_why_and_is_on_record_first(ops: Desk) -> None:
    assert ops.post(f"/dead-letters/{LETTER_A}/reveal", reason="").status_code == 422
    assert not told(ops)
    answer = ops.post(f"/dead-letters/{LETTER_A}/reveal", reason="to see what came")
    assert "15.03.2026 Jordan" in answer.text
    ((topic, seen),) = told(ops)
    assert (topic, type(seen), seen.actor, seen.reason) == (
        "private.accesses", DeadLetterRevealed, "ops-x", "to see what came",
    )  # fmt: skip


def test_one_is_replayed_and_one_given_up_by_who_is_signed_in(ops: Desk) -> None:
    replayed = ops.post(f"/dead-letters/{LETTER_A}/replay", reason="the packet is here now")
    assert replayed.headers["location"] == f"/dead-letters/{LETTER_A}?told=yes"
    assert ops.post(f"/dead-letters/{LETTER_B}/discard", reason="told by telephone").status_code == 303
    (first, replay), (_, discard) = told(ops)
    assert (first, type(replay), replay.actor) == ("cases.commands", ReplayDeadLetter, "ops-x")
    assert (type(discard), discard.dead_letter_id, discard.reason) == (
        DiscardDeadLetter, LETTER_B, "told by telephone",
    )  # fmt: skip
    assert ("replay_dead_letter", LETTER_A[:8], "the packet is here now") in audited(ops)


def test_what_was_dealt_with_is_not_acted_on_again(ops: Desk) -> None:
    with ops.database.write() as db:
        index.take(db, [resolution(LETTER_A, NOON, ResolutionOutcome.DISCARDED)])
    for act in ("replay", "discard"):
        answer = ops.post(f"/dead-letters/{LETTER_A}/{act}", reason="once more")
        assert (answer.status_code, "was discarded already" in answer.text) == (422, True)
    text = ops.client.get(f"/dead-letters/{LETTER_A}").text
    assert f"/dead-letters/{LETTER_A}/replay" not in text
    assert not told(ops)


def test_many_are_replayed_after_a_dry_run_that_does_nothing(ops: Desk) -> None:
    dry = ops.post("/dead-letters/plan", verb="replay", reason="mended now", limit="1")
    assert "Dry run: replay 1 dead letter" in dry.text
    assert "1 dead letter left out" in dry.text, "what was replayed in vain"
    assert re.findall(r'name="letter" value="([^"]+)"', dry.text) == [LETTER_A]
    both = ops.post("/dead-letters/plan", verb="replay", reason="mended now", again="true", limit="1")
    assert "1 more is beyond the limit" in both.text
    assert not told(ops)
    done = ops.post("/dead-letters/carry-out", verb="replay", reason="mended now", letter=[LETTER_A, LETTER_B, "x"])
    assert done.headers["location"] == "/dead-letters?told=yes"
    assert [said.dead_letter_id for _, said in told(ops)] == [LETTER_A, LETTER_B]
    assert ops.post("/dead-letters/carry-out", verb="replay", reason="mended now", letter="x").status_code == 422


def test_a_record_is_put_right_after_before_and_after_were_seen(ops: Desk) -> None:
    editing = ops.post(f"/dead-letters/{LETTER_A}/reveal", reason=REASON, edit="true")
    assert "15.03.2026 Jordan" in editing.text
    corrected = json.dumps({**WHOLE, "data": {**WHOLE["data"], "effective_at": "2026-03-15T12:00:00Z"}})
    where = f"/dead-letters/{LETTER_A}"
    for wrong, why in (("{", "is no JSON"), (BROKEN.decode(), "effective_at"), (corrected[:-1] + ',"id":"x"}', "id:")):
        answer = ops.post(f"{where}/check", reason=REASON, value=wrong)
        assert why in answer.text
        assert "What changes" not in answer.text
        assert "was not sent" not in ops.post(f"{where}/correct", reason=REASON, value=wrong).text
    diff = ops.post(f"{where}/check", reason=REASON, value=corrected)
    assert re.search(
        r"data\.effective_at</th><td[^>]*><del>•••</del></td><td[^>]*><ins>2026-03-15T12:00:00Z", diff.text
    )
    assert [type(said) for _, said in told(ops)] == [DeadLetterRevealed]
    sent = ops.post(f"{where}/correct", reason=REASON, value=corrected)
    assert sent.headers["location"] == f"{where}?told=yes"
    topic, said = told(ops)[-1]
    assert (topic, type(said), said.actor, said.reason) == ("cases.commands", CorrectDeadLetter, "ops-x", REASON)
    assert json.loads(said.value) == json.loads(corrected)


def test_every_cause_has_words_and_the_runbooks_remedy() -> None:
    runbook = " ".join(re.sub(r"\[([^\]]+)\]\([^)]+\)|`", r"\1", page(DOCS / "runbook.md").text).split())
    for cause in DeadLetterCause:
        assert cause in IN_WORDS
        assert " ".join(REMEDIES[cause].split()) in runbook, cause
