"""Logs and dead letters say what went wrong, never with which values."""

import asyncio
import io
import json
import logging
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from schemas.application import Application
from schemas.codes import DeadLetterCause
from schemas.requirement_events import VendorStatusReported
from services.chassis.errors import Permanent, Transient, describe, stack_of
from services.chassis.logs import JsonFormatter, TextFormatter, about
from services.chassis.runner import Handler
from tests.chassis.events import CASE, reported, to_bytes
from tests.chassis.probe import IN, counted
from tests.chassis.workshop import Broker, Record, open_database, workshop

SECRET = "812-55-0199"


class Lines:
    """Everything that was logged, as text."""

    def __init__(self, formatter: logging.Formatter) -> None:
        self._stream = io.StringIO()
        self.handler = logging.StreamHandler(self._stream)
        self.handler.setFormatter(formatter)

    @property
    def text(self) -> str:
        return self._stream.getvalue()


@pytest.fixture(params=[JsonFormatter, TextFormatter])
def lines(request: pytest.FixtureRequest) -> Iterator[Lines]:
    lines = Lines(request.param("probe", "probe-1"))
    root = logging.getLogger()
    root.addHandler(lines.handler)
    try:
        yield lines
    finally:
        root.removeHandler(lines.handler)


def raised(error: Exception) -> Exception:
    try:
        raise error
    except Exception as caught:
        return caught


def test_a_line_is_one_json_object_with_the_ids_of_the_event(lines: Lines) -> None:
    with about(event_id="e-1", case_id=CASE, subject=None):
        logging.getLogger("services.probe").error("Something\nhappened", exc_info=raised(ValueError(SECRET)))
    if isinstance(lines.handler.formatter, JsonFormatter):
        line = json.loads(lines.text)
        assert (line["service"], line["worker"], line["level"]) == ("probe", "probe-1", "error")
        assert (line["event_id"], line["case_id"], line["error"]) == ("e-1", CASE, "ValueError")
        assert "subject" not in line
        assert "raised" in line["stack"]
        assert lines.text.count("\n") == 1
    assert CASE in lines.text
    assert SECRET not in lines.text


def test_an_exception_in_a_message_is_named_and_not_quoted(lines: Lines) -> None:
    error = raised(ValueError(SECRET))
    library = logging.getLogger("some.library")
    library.error("Crashed reason=%r", error)
    library.error("Agent %s: %s", "a", error)
    library.error(error)
    assert lines.text.count("ValueError") == 3
    assert SECRET not in lines.text


async def test_a_task_that_failed_unseen_is_logged_without_what_it_said(lines: Lines) -> None:
    context = {"message": "Task exception was never retrieved", "exception": ValueError(SECRET), "task": SECRET}
    asyncio.get_running_loop().call_exception_handler(context)
    assert "Task exception was never retrieved" in lines.text
    assert SECRET not in lines.text


def test_a_refused_statement_is_logged_without_its_parameters(sqlite_url: str, lines: Lines) -> None:
    engine = open_database(sqlite_url)
    insert = counted.insert().values(case_id=SECRET, times=1)
    try:
        with engine.begin() as db:
            db.execute(insert)
            db.execute(insert)
    except sa.exc.IntegrityError as error:
        logging.getLogger("some.library").warning("It said: " + str(error))
    assert "UNIQUE constraint failed" in lines.text
    assert SECRET not in lines.text


@pytest.mark.parametrize("broken", ["status", "effective_at", "case_id", "requirement_id"])
async def test_a_broken_event_is_a_dead_letter_without_its_values(
    sqlite_url: str, broker: Broker, lines: Lines, broken: str
) -> None:
    document = json.loads(to_bytes(reported(1)))
    document["data"][broken] = {"was": SECRET}
    async with workshop(sqlite_url, broker, (Handler(VendorStatusReported, lambda *_: ()),)) as shop:
        await shop.runner.process(Record(IN.name, 0, 1, 0, b"k", json.dumps(document).encode()))
    (letter,) = broker.taken
    assert f"data.{broken}" in letter.headers["dlq-message"]
    assert SECRET not in "".join(letter.headers.values()) + lines.text


async def test_an_unforeseen_failure_is_a_dead_letter_without_what_it_said(
    sqlite_url: str, broker: Broker, lines: Lines
) -> None:
    def handle(*_: object) -> tuple[()]:
        raise RuntimeError(f"cannot parse {SECRET}")

    async with workshop(sqlite_url, broker, (Handler(VendorStatusReported, handle),)) as shop:
        await shop.take(reported(1))
    (letter,) = broker.taken
    assert letter.headers["dlq-exception"] == "RuntimeError"
    assert "test_logs.py" in letter.headers["dlq-stacktrace"]
    assert SECRET not in "".join(letter.headers.values()) + lines.text


def test_our_own_failures_speak_for_themselves() -> None:
    assert describe(Permanent(DeadLetterCause.UNKNOWN_CASE, "Case X is not known.")) == "Case X is not known."
    assert describe(Transient("the mail server is down")) == "the mail server is down"


@given(st.text(min_size=6), st.text(min_size=6))
def test_no_value_and_no_free_key_is_ever_described(value: str, key: str) -> None:
    value, key = f"\u2603{value}", f"\u2603{key}"
    for data, adapter in (
        ({"a": value}, TypeAdapter(dict[str, int])),
        ({key: "x"}, TypeAdapter(dict[str, int])),
        ({"insured": {"date_of_birth": value}}, TypeAdapter(Application)),
    ):
        with pytest.raises(ValidationError) as caught:
            adapter.validate_python(data)
        assert "\u2603" not in describe(caught.value)
        assert "\u2603" not in stack_of(caught.value)
