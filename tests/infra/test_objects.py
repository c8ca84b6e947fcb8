"""What intake relies on of S3 and SQS, whoever plays them: MiniStack as in ``make up``, and moto as second opinion."""

import json
import threading
import time
import urllib.parse
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from moto import mock_aws

from infra.stack import objects
from infra.stack.run import ARCHIVE_BUCKET, DROP_BUCKET, DROP_QUEUE
from tests.faults.memory import resident
from tests.stack import RunningStack

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sqs import SQSClient

pytestmark = pytest.mark.stack

PATIENCE = 30.0

Clients = tuple["S3Client", "SQSClient"]


@pytest.fixture(params=["ministack", "moto"])
def clients(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Clients]:
    """A house that is set up, with an empty queue."""
    if request.param == "ministack":
        s3, sqs = objects.clients(request.getfixturevalue("own_stack").run)
        drain(sqs)
        yield s3, sqs
        return
    for name in ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL_SQS", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    with mock_aws():
        s3, sqs = boto3.client("s3", region_name="us-east-1"), boto3.client("sqs", region_name="us-east-1")
        objects.set_up(s3, sqs)
        drain(sqs)
        yield s3, sqs


@pytest.fixture
def ministack(own_stack: RunningStack) -> Clients:
    s3, sqs = objects.clients(own_stack.run)
    drain(sqs)
    return s3, sqs


def url_of(sqs: "SQSClient", queue: str = DROP_QUEUE) -> str:
    return sqs.get_queue_url(QueueName=queue)["QueueUrl"]


def receive(sqs: "SQSClient", queue: str = DROP_QUEUE, wait: int = 0, **more: Any) -> list[Any]:
    answer = sqs.receive_message(QueueUrl=url_of(sqs, queue), MaxNumberOfMessages=10, WaitTimeSeconds=wait, **more)
    return list(answer.get("Messages", []))


def drain(sqs: "SQSClient") -> None:
    for queue in (DROP_QUEUE, objects.DEAD_QUEUE):
        while messages := receive(sqs, queue):
            for message in messages:
                sqs.delete_message(QueueUrl=url_of(sqs, queue), ReceiptHandle=message["ReceiptHandle"])


def records(sqs: "SQSClient", count: int) -> list[Any]:
    """The first so many upload records that arrive; test events are not uploads."""
    found: list[Any] = []
    deadline = time.monotonic() + PATIENCE
    while len(found) < count:
        assert time.monotonic() < deadline, f"{len(found)} of {count} records came"
        for message in receive(sqs, wait=1):
            found += json.loads(message["Body"]).get("Records", [])
            sqs.delete_message(QueueUrl=url_of(sqs), ReceiptHandle=message["ReceiptHandle"])
    return found


def test_every_version_of_an_object_can_be_read(clients: Clients) -> None:
    s3, _ = clients
    versions = [
        s3.put_object(Bucket=bucket, Key="drop/A1/twice.pdf", Body=body)["VersionId"]
        for bucket in (DROP_BUCKET, ARCHIVE_BUCKET)
        for body in (b"first", b"second")
    ]
    assert len(set(versions)) == 4
    read = s3.get_object(Bucket=DROP_BUCKET, Key="drop/A1/twice.pdf", VersionId=versions[0])["Body"].read()
    assert read == b"first"


def test_an_upload_below_drop_is_told_with_bucket_and_key(clients: Clients) -> None:
    s3, sqs = clients
    key = "drop/A1/Quist, Maribel (signed) ü+1.pdf"
    s3.put_object(Bucket=DROP_BUCKET, Key=key, Body=b"x" * 7)
    (record,) = records(sqs, 1)
    assert record["eventName"].startswith("ObjectCreated:")
    assert record["s3"]["bucket"]["name"] == DROP_BUCKET
    assert urllib.parse.unquote_plus(record["s3"]["object"]["key"]) == key
    assert record["s3"]["object"]["size"] == 7


def test_what_lies_elsewhere_is_not_told(clients: Clients) -> None:
    s3, sqs = clients
    s3.put_object(Bucket=DROP_BUCKET, Key="elsewhere/A1/a.pdf", Body=b"x")
    s3.put_object(Bucket=ARCHIVE_BUCKET, Key="drop/A1/b.pdf", Body=b"x")
    s3.put_object(Bucket=DROP_BUCKET, Key="drop/A1/c.pdf", Body=b"x")
    (record,) = records(sqs, 1)
    assert record["s3"]["object"]["key"].endswith("c.pdf")
    assert receive(sqs) == []


def test_a_message_received_too_often_goes_to_the_dead_queue(clients: Clients) -> None:
    _, sqs = clients
    sqs.send_message(QueueUrl=url_of(sqs), MessageBody="poison")
    for _ in range(objects.MAX_RECEIVES):
        assert [message["Body"] for message in receive(sqs, VisibilityTimeout=0)] == ["poison"]
    assert receive(sqs, VisibilityTimeout=0) == []
    assert [message["Body"] for message in receive(sqs, objects.DEAD_QUEUE)] == ["poison"]


def test_the_queues_keep_what_nobody_fetches_for_fourteen_days(clients: Clients) -> None:
    _, sqs = clients
    for queue in (DROP_QUEUE, objects.DEAD_QUEUE):
        attributes = sqs.get_queue_attributes(QueueUrl=url_of(sqs, queue), AttributeNames=["All"])["Attributes"]
        assert attributes["MessageRetentionPeriod"] == str(14 * 24 * 3600)


def test_only_our_bucket_in_our_account_may_write_to_the_queue(clients: Clients) -> None:
    _, sqs = clients
    attributes = sqs.get_queue_attributes(QueueUrl=url_of(sqs), AttributeNames=["All"])["Attributes"]
    (statement,) = json.loads(attributes["Policy"])["Statement"]
    assert statement["Condition"]["ArnEquals"] == {"aws:SourceArn": f"arn:aws:s3:::{DROP_BUCKET}"}
    assert statement["Condition"]["StringEquals"]["aws:SourceAccount"] in attributes["QueueArn"].split(":")


def test_setting_up_again_loses_neither_messages_nor_what_others_configured(clients: Clients) -> None:
    s3, sqs = clients
    other = sqs.create_queue(QueueName="someone-elses")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=other, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    configured: Any = s3.get_bucket_notification_configuration(Bucket=DROP_BUCKET)
    theirs: Any = {"Id": "theirs", "QueueArn": arn, "Events": ["s3:ObjectRemoved:*"]}
    ours = configured["QueueConfigurations"]
    s3.put_bucket_notification_configuration(
        Bucket=DROP_BUCKET, NotificationConfiguration={"QueueConfigurations": [*ours, theirs]}
    )
    s3.put_object(Bucket=DROP_BUCKET, Key="drop/A1/before.pdf", Body=b"x")
    objects.set_up(s3, sqs)
    after: Any = s3.get_bucket_notification_configuration(Bucket=DROP_BUCKET)["QueueConfigurations"]
    assert {entry["Id"] for entry in after} == {"theirs", ours[0]["Id"]}
    (record,) = records(sqs, 1)
    assert record["s3"]["object"]["key"].endswith("before.pdf")
    s3.put_bucket_notification_configuration(
        Bucket=DROP_BUCKET, NotificationConfiguration={"QueueConfigurations": ours}
    )


def test_ministack_says_version_and_order_of_an_upload(ministack: Clients) -> None:
    s3, sqs = ministack
    versions = [s3.put_object(Bucket=DROP_BUCKET, Key="drop/A1/v.pdf", Body=b"x")["VersionId"] for _ in range(2)]
    told = [record["s3"]["object"] for record in records(sqs, 2)]
    assert {entry["versionId"] for entry in told} == set(versions)
    first, second = (
        next(entry["sequencer"] for entry in told if entry["versionId"] == version) for version in versions
    )
    width = max(len(first), len(second))
    assert first.ljust(width, "0") < second.ljust(width, "0")


def test_ministack_wakes_a_long_poll_when_a_message_comes(ministack: Clients) -> None:
    s3, sqs = ministack
    heard: list[Any] = []
    poll = threading.Thread(target=lambda: heard.extend(receive(sqs, wait=20)))
    began = time.monotonic()
    poll.start()
    s3.put_object(Bucket=DROP_BUCKET, Key="drop/A1/poll.pdf", Body=b"x")
    poll.join(PATIENCE)
    assert len(heard) == 1
    assert time.monotonic() - began < 15, "the poll waited for its end instead of the message"


def test_ministack_keeps_the_bytes_of_objects_on_the_disk_alone(own_stack: RunningStack, ministack: Clients) -> None:
    s3, _ = ministack
    pid = own_stack.run.parts["ministack"].pid
    assert pid is not None
    key, megabyte = "elsewhere/large.pdf", 1 << 20
    first = s3.put_object(Bucket=DROP_BUCKET, Key=key, Body=b"\0" * megabyte)["VersionId"]
    before = resident(pid)
    last = [s3.put_object(Bucket=DROP_BUCKET, Key=key, Body=bytes([n]) * megabyte)["VersionId"] for n in range(1, 49)]
    assert resident(pid) - before < 24 * megabyte
    for content, version in (0, first), (1, last[0]), (48, last[-1]):
        kept = s3.get_object(Bucket=DROP_BUCKET, Key=key, VersionId=version)["Body"].read()
        assert kept == bytes([content]) * megabyte
    s3.delete_object(Bucket=DROP_BUCKET, Key=key, VersionId=last[-1])
    assert s3.get_object(Bucket=DROP_BUCKET, Key=key)["Body"].read() == bytes([47]) * megabyte


def test_after_a_kill_ministack_has_its_objects_and_the_queue_hears_of_uploads_again(
    own_stack: RunningStack, ministack: Clients
) -> None:
    s3, sqs = ministack
    version = s3.put_object(Bucket=DROP_BUCKET, Key="drop/A1/kept.pdf", Body=b"old")["VersionId"]
    s3.put_object(Bucket=DROP_BUCKET, Key="drop/A1/kept.pdf", Body=b"new")
    records(sqs, 2)
    own_stack.kill("ministack")
    own_stack.until_ready("ministack")
    kept = s3.get_object(Bucket=DROP_BUCKET, Key="drop/A1/kept.pdf", VersionId=version)["Body"].read()
    assert kept == b"old"
    s3.put_object(Bucket=DROP_BUCKET, Key="drop/A1/after.pdf", Body=b"x")
    (record,) = records(sqs, 1)
    assert record["s3"]["object"]["key"].endswith("after.pdf")
