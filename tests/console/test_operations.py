"""The page of operations: is anything lost or stuck, and what do I do; whoever is silent, the page is there."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from kafka import TopicPartition

from schemas.topics import SERVICES
from services.console.letters import index
from services.console.operations.answers import Answer, figures_in
from services.console.operations.bucket import Compared
from services.console.operations.lag import Standing, standings, with_ages
from services.console.operations.uploads import Found, Stage
from services.console.people.roles import Role
from services.console.web.pages.operations import standing
from tests.console.desk import NOON, Desk
from tests.console.house import NO_MAILS, NO_UPLOADS, well
from tests.console.letters.records import LETTER_A, letter

HOUR = timedelta(hours=1)


@pytest.fixture
def ops(desk: Desk) -> Desk:
    desk.sign_in(Role.OPS)
    return desk


def shown(desk: Desk) -> str:
    answer = desk.client.get("/operations")
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.text)


def test_when_all_is_well_it_says_so_and_nothing_else(ops: Desk) -> None:
    text = shown(ops)
    assert "Nothing is lost, nothing is stuck." in text
    assert "runbook:" not in text
    assert all(f'<th scope="row">{name}</th>' in text for name in SERVICES)


def test_each_trouble_has_its_remedy_its_command_and_its_link(ops: Desk) -> None:
    with ops.database.write() as db:
        index.take(db, [letter(LETTER_A, NOON - 3 * HOUR)])
    parked = 'goodorder_parked{service="cases"} 3.0\ngoodorder_parked_cases{service="cases"} 2.0\n'
    down = 'goodorder_waiting{dependency="mail",service="notify"} 1.0\n'
    ops.house.answers = {
        "intake": Answer(False, "does not answer on port 8101"),
        "cases": well("cases", parked),
        "notify": well("notify", down),
    }
    ops.house.said_of_mails = {**NO_MAILS, "waiting": 4, "refused": 1}
    untaken = Found("drop/AG-1/a.pdf", 9, NOON - HOUR, Stage.NOT_TAKEN)
    ops.house.bucket = Compared(NOON, 7, True, (untaken,))
    ops.house.said_of_uploads = {**NO_UPLOADS, "unread": 2}
    text = shown(ops)
    for words, command, place in (
        ("Intake is not ready: does not answer on port 8101", "goodorder status", "/operations#services"),
        ("Notify waits for mail, which is down", "goodorder status", "/operations#services"),
        ("1 upload in the drop bucket that intake has not taken", "goodorder uploads", "/operations#uploads"),
        ("2 documents received and not read", "goodorder dead-letters list --service intake", "/operations#uploads"),
        (
            "1 dead letter of cases: unknown case, the oldest 3 h old",
            "goodorder dead-letters list --service cases",
            "/dead-letters?service=cases&amp;cause=unknown_case",
        ),
        (
            "3 events of 2 cases wait in cases behind a dead letter",
            "goodorder dead-letters list --service cases",
            "/dead-letters?service=cases",
        ),
        ("4 mails waiting for ten minutes", "goodorder mails", "/operations#mails"),
        ("1 mail refused for good", "goodorder mails", "/operations#mails"),
    ):
        (line,) = [part for part in text.split("<li>") if words in part]
        assert command in line
        assert f'href="{place}"' in line
    assert "8 things need you" in text


def test_the_page_is_there_when_nobody_answers(ops: Desk) -> None:
    ops.house.answers = dict.fromkeys(SERVICES, Answer(False, "does not answer on port 8100"))
    ops.house.kafka_is_silent = True
    ops.house.said_of_mails = ops.house.said_of_uploads = None
    text = shown(ops)
    assert "Kafka does not answer. Everything waits for it, nothing is lost." in text
    assert "Intake does not answer: how far the uploads are is not known." in text
    assert "not known</td>" in text


def test_uploads_and_mails_are_told_of_with_what_became_of_them(ops: Desk) -> None:
    at = (NOON - HOUR).isoformat()
    upload = {"key": "drop/AG-1/new.pdf", "uploaded_at": at, "status": "refused", "case_id": None, "message": "locked"}
    ops.house.said_of_uploads = {
        **NO_UPLOADS, "statuses": {"read": 903, "unpacked": 4}, "swept": 2, "newest": [upload],
        "oldest_unread": [{**upload, "key": "drop/AG-1/slow.pdf"}],
    }  # fmt: skip
    mail = {"about": "GO-7K3M-9QXT-2B4F", "template": "received", "agent_code": "AG-1", "state": "refused", "at": at}
    refused = {**mail, "attempts": 2, "server_reply": "550 no such user"}
    ops.house.said_of_mails = {**NO_MAILS, "states": {"sent": 12, "refused": 1}, "not_sent": [refused]}
    text = shown(ops)
    for words in (
        "903",
        "unpacked",
        "drop/AG-1/new.pdf",
        "locked",
        "drop/AG-1/slow.pdf",
        "after 2 tries",
        "550 no such",
    ):
        assert words in text


def test_what_waits_is_told_of_each_partition(ops: Desk) -> None:
    waits = (Standing("intake.documents", 0, 5, 5), Standing("intake.documents", 1, 5, 1205, HOUR))
    ops.house.lag = {"intake": waits}
    text = shown(ops)
    assert "1,200" in text
    assert "over 1 h" in text
    assert "1: 5 of 1205" in text
    assert "Nothing is lost" in text, "work that goes on is no trouble"


def test_the_stream_tells_of_what_changed_and_not_of_time_that_passed(ops: Desk) -> None:
    house = ops.app.state.house
    before = standing(house)
    ops.house.bucket = Compared(NOON, 7, True, ())
    house.watch._view = None
    now = standing(house)
    ops.house.bucket = replace(ops.house.bucket, at=NOON + HOUR)
    house.watch._view = None
    assert before != now == standing(house)


class Told:
    """Kafka's answer to: which is the first record since then?"""

    def __init__(self, written: dict[int, timedelta]) -> None:
        self.written = written

    def offsets_for_times(self, asked: dict[object, int]) -> dict[object, object]:
        def first(at: int) -> object:
            found = [offset for offset, age in self.written.items() if (NOON - age).timestamp() * 1000 >= at]
            return type("Answer", (), {"offset": min(found)}) if found else None

        return {place: first(at) for place, at in asked.items()}


def test_how_old_the_oldest_waiting_record_is() -> None:
    written = {5: 2 * HOUR, 6: timedelta(minutes=2), 7: timedelta(seconds=1)}
    places = [Standing("t", 0, offset, 8) for offset in (5, 6, 7, 8)]
    ages = [with_ages(Told(written), [place], NOON)[0].older_than for place in places]
    assert ages == [HOUR, timedelta(minutes=1), None, None]


class Fresh:
    """Kafka on which no service has finished anything, for somebody who asks by kafka-python's names."""

    def __init__(self, held: dict[str, tuple[int, int]]) -> None:
        self.held = held
        """First offset and end of each topic's only partition."""

    def list_group_offsets(self, names: list[str]) -> dict[str, dict[object, object]]:
        return {name: {} for name in names}

    def topics(self) -> set[str]:
        return set(self.held)

    def partitions_for_topic(self, topic: str) -> set[int] | None:
        return {0} if topic in self.held else None

    def beginning_offsets(self, places: list[TopicPartition]) -> dict[TopicPartition, int]:
        return {place: self.held[place.topic][0] for place in places}

    def end_offsets(self, places: list[TopicPartition]) -> dict[TopicPartition, int]:
        return {place: self.held[place.topic][1] for place in places}


def test_what_nobody_has_begun_waits_and_on_a_fresh_topic_that_is_nothing() -> None:
    kafka = Fresh({"licensing.imports": (0, 0), "intake.filing-requests": (4, 9)})
    found = standings(kafka, kafka, ["licensing", "intake"])
    assert found["licensing"] == (Standing("licensing.imports", 0, 0, 0),)
    assert [(each.topic, each.behind) for each in found["intake"]] == [("intake.filing-requests", 5)]


def test_a_services_figures_are_read_as_prometheus_writes_them() -> None:
    said = (
        "# HELP goodorder_waiting 1 while a dependency is down\n"
        'goodorder_waiting{dependency="S3",service="intake"} 1.0\n'
        'goodorder_waiting{dependency="database",service="intake"} 0.0\n'
        'goodorder_consumer_stopped{service="intake"} 1.0\n'
        "intake_sweep_found_total 3.0\n"
        "process_open_fds 12.0\n"
    )
    answer = Answer(True, "", figures_in(said))
    assert (answer.waits_for, answer.is_stopped) == (("S3",), True)
    assert (answer.sum("intake_sweep_found_total"), answer.sum("goodorder_parked")) == (3, None)
    assert not answer.all("process_open_fds")
