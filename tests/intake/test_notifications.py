"""Upload notifications in every envelope that tells of an upload."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.drop import Upload, agent_code
from services.intake.notifications import NotANotification, UploadHint, parse

RECORD = {
    "eventVersion": "2.6",
    "eventName": "ObjectCreated:Put",
    "s3": {
        "bucket": {"name": "goodorder-drop"},
        "object": {"key": "drop/A1001/J%C3%BCrgen+Test.pdf", "versionId": "v1", "size": 3, "sequencer": "0A"},
    },
}
HINT = UploadHint("goodorder-drop", "drop/A1001/Jürgen Test.pdf", "v1")


def record(**changes: object) -> dict[str, object]:
    return {**RECORD, **changes}


@pytest.mark.parametrize(
    "message",
    [
        {"Records": [RECORD]},
        [RECORD],
        {"Records": [record(eventName="s3:ObjectCreated:CompleteMultipartUpload", eventVersion="2.9", new="field")]},
        {"Type": "Notification", "Message": json.dumps({"Records": [RECORD]})},
    ],
    ids=["records", "bare list", "a later version and an s3: prefix", "inside SNS"],
)
def test_an_upload_is_found_in_every_s3_shape(message: object) -> None:
    assert parse(json.dumps(message)) == (HINT,)


def test_eventbridge_gives_the_key_as_it_is() -> None:
    detail = {"bucket": {"name": "goodorder-drop"}, "object": {"key": "drop/A1/a+b.pdf", "version-id": "v2"}}
    message = {"detail-type": "Object Created", "source": "aws.s3", "detail": detail}
    assert parse(json.dumps(message)) == (UploadHint("goodorder-drop", "drop/A1/a+b.pdf", "v2"),)
    assert parse(json.dumps({**message, "detail-type": "Object Deleted"})) == ()


@pytest.mark.parametrize(
    "data",
    [
        {"bucket": "goodorder-drop", "object": "drop/A1/a+b.pdf"},
        {"bucket": "goodorder-drop", "name": "drop/A1/a+b.pdf"},
    ],
    ids=["S3", "Google"],
)
def test_a_cloud_event_of_an_object_is_understood(data: dict[str, str]) -> None:
    event = {"specversion": "1.0", "type": "storage.object.v1.finalized", "data": data}
    hint = UploadHint("goodorder-drop", "drop/A1/a+b.pdf", None)
    assert parse(json.dumps(event)) == (hint,)
    assert parse(json.dumps({**event, "type": "storage.object.v1.deleted"})) == ()
    assert parse(json.dumps({"kind": "storage#object", "bucket": hint.bucket, "name": hint.key})) == (hint,)


def test_what_is_no_upload_is_passed_over() -> None:
    assert parse('{"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "goodorder-drop"}') == ()
    assert parse(json.dumps({"Records": [record(eventName="ObjectRemoved:Delete")]})) == ()


@pytest.mark.parametrize(
    "body",
    [
        "",
        "hello",
        "{}",
        "[1]",
        '{"specversion": "1.0", "type": "a.created", "data": {"bucket": "b"}}',
        '{"Records": [{"s3": {}}]}',
        '{"Records": "x"}',
    ],
)
def test_anything_else_is_named_as_no_notification(body: str) -> None:
    with pytest.raises(NotANotification):
        parse(body)


NAMES = st.sampled_from(
    [
        "Records",
        "s3",
        "eventName",
        "detail",
        "object",
        "key",
        "Type",
        "Message",
        "specversion",
        "type",
        "data",
        "bucket",
    ]
)
ATOMS = st.none() | st.booleans() | st.integers() | st.text()


@given(st.recursive(ATOMS, lambda inner: st.lists(inner) | st.dictionaries(NAMES, inner)))
def test_no_json_brings_the_parser_down(message: object) -> None:
    try:
        parse(json.dumps(message))
    except NotANotification:
        return


@pytest.mark.parametrize(
    ("key", "agent"),
    [
        ("drop/A1001/2026/03/01/a.pdf", "A1001"),
        ("drop/A1001/a.pdf", "A1001"),
        ("drop/a.pdf", None),
        ("drop//a.pdf", None),
    ],
)
def test_the_agent_is_the_one_whose_folder_the_upload_lies_in(key: str, agent: str | None) -> None:
    assert agent_code(key, "drop/") == agent


def test_a_folder_placeholder_is_no_document_but_an_empty_file_is() -> None:
    moment = datetime(2026, 3, 1, tzinfo=UTC)
    assert Upload("b", "drop/A1/", "v", 0, moment).is_folder
    assert not Upload("b", "drop/A1/empty.pdf", "v", 0, moment).is_folder
