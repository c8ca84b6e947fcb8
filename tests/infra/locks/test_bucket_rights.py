"""Least privilege on S3 and SQS: the policies, and the real requests that they let through and stop."""

import json
from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError

from infra.stack import objects
from infra.stack.bucket_rights import accounts, file_of, policy, written
from infra.stack.guarded_objects import keys_of
from infra.stack.run import ARCHIVE_BUCKET, DROP_BUCKET, DROP_QUEUE, REGION, RunInfo
from tests.stack import RunningStack

pytestmark = pytest.mark.timeout(300)

KEPT = "documents/ab/abc"
# Empty placeholders of folders: intake passes them over.
UPLOADED, NEW = "drop/AG-1042/here/", "drop/AG-1042/there/"

REQUESTS: dict[str, Callable[[Any, Any], object]] = {
    "read an upload": lambda s3, _: s3.get_object(Bucket=DROP_BUCKET, Key=UPLOADED),
    "list uploads": lambda s3, _: s3.list_object_versions(Bucket=DROP_BUCKET, Prefix="drop/"),
    "upload": lambda s3, _: s3.put_object(Bucket=DROP_BUCKET, Key=NEW, Body=b""),
    "upload elsewhere": lambda s3, _: s3.put_object(Bucket=DROP_BUCKET, Key="elsewhere/a.pdf", Body=b"x"),
    "delete an upload": lambda s3, _: s3.delete_object(Bucket=DROP_BUCKET, Key=UPLOADED),
    "read a document": lambda s3, _: s3.get_object(Bucket=ARCHIVE_BUCKET, Key=KEPT),
    "keep a document": lambda s3, _: s3.put_object(Bucket=ARCHIVE_BUCKET, Key=f"{KEPT}.new", Body=b"x"),
    "delete a document": lambda s3, _: s3.delete_object(Bucket=ARCHIVE_BUCKET, Key=KEPT),
    "open the drop": lambda s3, _: s3.put_bucket_policy(Bucket=DROP_BUCKET, Policy="{}"),
    "let other sites post": lambda s3, _: s3.delete_bucket_cors(Bucket=DROP_BUCKET),
    "hear of uploads": lambda _, sqs: sqs.receive_message(
        QueueUrl=sqs.get_queue_url(QueueName=DROP_QUEUE)["QueueUrl"], WaitTimeSeconds=0
    ),
    "invent an upload": lambda _, sqs: sqs.send_message(QueueUrl=sqs.meta.endpoint_url + _QUEUE, MessageBody="{}"),
    "purge the queue": lambda _, sqs: sqs.purge_queue(QueueUrl=sqs.meta.endpoint_url + _QUEUE),
}
_QUEUE = f"/000000000000/{DROP_QUEUE}"

ALLOWED = {
    "intake": {"read an upload", "list uploads", "read a document", "keep a document", "hear of uploads"},
    "console": {"upload", "list uploads", "read a document"},
    "operations": {"upload", "list uploads", "read an upload", "read a document"},
    "nobody": set[str](),
}


@pytest.mark.parametrize("account", accounts())
def test_the_policies_that_are_published_are_those_of_the_table(account: str) -> None:
    assert file_of(account).read_text() == written(account), "run `python -m infra.stack.bucket_rights`"


def test_no_policy_lets_anybody_do_everything_or_change_who_may_do_what() -> None:
    for account in accounts():
        for statement in json.loads(json.dumps(policy(account)))["Statement"]:
            assert statement["Resource"] not in ("*", "arn:aws:s3:::*")
            for action in statement["Action"]:
                assert "*" not in action
                assert not action.startswith(("iam:", "sts:"))
                assert not any(word in action for word in ("Policy", "Acl", "Cors", "Create", "Delete*", "Purge"))


@pytest.fixture(scope="module")
def filled(locked: RunningStack) -> RunInfo:
    run = locked.run
    s3, _ = objects.clients(run)
    for bucket, key in ((DROP_BUCKET, UPLOADED), (ARCHIVE_BUCKET, KEPT)):
        s3.put_object(Bucket=bucket, Key=key, Body=b"")
    return run


@pytest.mark.stack
@pytest.mark.parametrize("account", ALLOWED)
def test_an_account_can_do_what_its_policy_says_and_nothing_else(filled: RunInfo, account: str) -> None:
    s3, sqs = _clients(filled, account)
    done = {name for name, request in REQUESTS.items() if _is_let_through(lambda: request(s3, sqs))}  # noqa: B023
    assert done == ALLOWED[account]


def _is_let_through(request: Callable[[], object]) -> bool:
    try:
        request()
    except ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] not in (400, 401, 403):
            raise
        return False
    return True


def _clients(run: RunInfo, account: str) -> tuple[Any, Any]:
    said: dict[str, Any] = {"endpoint_url": run.objects_url, "region_name": REGION}
    if account == "nobody":
        said["config"] = Config(signature_version=UNSIGNED, proxies={})
    else:
        key, secret = keys_of(run.keys_folder, account)
        said |= {"aws_access_key_id": key, "aws_secret_access_key": secret, "config": Config(proxies={})}
    return boto3.client("s3", **said), boto3.client("sqs", **said)


@pytest.mark.stack
def test_a_guessed_secret_is_no_key(filled: RunInfo) -> None:
    key, _ = keys_of(filled.keys_folder, "intake")
    s3 = boto3.client(
        "s3", endpoint_url=filled.objects_url, region_name=REGION, aws_access_key_id=key,
        aws_secret_access_key="a guess", config=Config(proxies={}),
    )  # fmt: skip
    assert not _is_let_through(lambda: s3.get_object(Bucket=DROP_BUCKET, Key=UPLOADED))
