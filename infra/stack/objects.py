"""Buckets of documents and of keys, a queue that hears of each upload, its dead letters; and MiniStack with them."""

import json
import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config

from infra.stack.guarded_objects import ROOT_ACCOUNT, keys_of
from infra.stack.run import ARCHIVE_BUCKET, DROP_BUCKET, DROP_PREFIX, DROP_QUEUE, KEYS_BUCKET, LOOPBACK, REGION, RunInfo

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sqs import SQSClient

DEAD_QUEUE = f"{DROP_QUEUE}-dead"
MAX_RECEIVES = 5
_FOURTEEN_DAYS = str(14 * 24 * 60 * 60)
_VISIBILITY_SECONDS = "300"
_LONG_POLL_SECONDS = "20"
_OUR_NOTIFICATION = "goodorder-drop"
_PAGES = (f"http://{LOOPBACK}:*", "http://localhost:*")
"""Origins of the pages that may post an upload: those that this machine serves."""


def command(keys: Path | None = None) -> tuple[str, ...]:
    """The program; with a folder of ``keys`` it lets in nobody else, and holds everybody to their policy."""
    if keys is None:
        return (sys.executable, "-m", "infra.stack.object_server")
    return (sys.executable, "-m", "infra.stack.guarded_objects", str(keys))


def environment(data: Path, port: int, *, guarded: bool = False) -> dict[str, str]:
    """MiniStack's settings. By itself it would listen on every interface, with no credentials asked."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return {
        **kept,
        "BIND_HOST": LOOPBACK,
        "GATEWAY_PORT": str(port),
        "MINISTACK_HOST": LOOPBACK,
        "MINISTACK_REGION": REGION,
        "SERVICES": "s3,sqs",
        "SFTP_ENABLED": "0",
        "IOT_MTLS_ENABLED": "0",
        "S3_PERSIST": "1",
        "PERSIST_STATE": "1",
        "S3_DATA_DIR": str(data / "objects"),
        "STATE_DIR": str(data / "state"),
        "AUTH": "true" if guarded else "false",
        "LOG_LEVEL": "WARNING",
        "PYTHONUNBUFFERED": "1",
    }


def clients(run: RunInfo) -> tuple["S3Client", "SQSClient"]:
    """Clients of a running stack that may do everything, whatever the caller's own environment says."""
    key, secret = keys_of(run.keys_folder, ROOT_ACCOUNT) if run.secure else ("local", "local")
    shared: dict[str, Any] = {
        "endpoint_url": run.objects_url,
        "region_name": REGION,
        "aws_access_key_id": key,
        "aws_secret_access_key": secret,
        "config": Config(proxies={}, retries={"total_max_attempts": 2}),
    }
    session = boto3.session.Session()
    return session.client("s3", **shared), session.client("sqs", **shared)


def set_up(s3: "S3Client", sqs: "SQSClient") -> None:
    """Bring buckets, queues and the notification to where they should be, from wherever they are.

    Run after every start: MiniStack forgets queues and notifications when it is killed.
    """
    for bucket in (DROP_BUCKET, ARCHIVE_BUCKET):
        _versioned_bucket(s3, bucket)
    _let_pages_post(s3)
    # Never versioned: what is deleted there has to be gone.
    with suppress(s3.exceptions.BucketAlreadyOwnedByYou):
        s3.create_bucket(Bucket=KEYS_BUCKET)
    queue = _queues(sqs)
    _notify(s3, queue)


def _versioned_bucket(s3: "S3Client", bucket: str) -> None:
    with suppress(s3.exceptions.BucketAlreadyOwnedByYou):
        s3.create_bucket(Bucket=bucket)
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    s3.put_public_access_block(
        Bucket=bucket,
        PublicAccessBlockConfiguration={
            "BlockPublicAcls": True,
            "IgnorePublicAcls": True,
            "BlockPublicPolicy": True,
            "RestrictPublicBuckets": True,
        },
    )


def _let_pages_post(s3: "S3Client") -> None:
    """A page may post what somebody drags onto it, by a link; it can read nothing."""
    rule: Any = {
        "AllowedOrigins": list(_PAGES),
        "AllowedMethods": ["POST"],
        "AllowedHeaders": ["*"],
        "ExposeHeaders": ["Location", "x-amz-version-id"],
        "MaxAgeSeconds": 600,
    }
    s3.put_bucket_cors(Bucket=DROP_BUCKET, CORSConfiguration={"CORSRules": [rule]})


def _queues(sqs: "SQSClient") -> str:
    """Both queues; returns the drop queue's ARN."""
    dead = sqs.create_queue(QueueName=DEAD_QUEUE)["QueueUrl"]
    sqs.set_queue_attributes(QueueUrl=dead, Attributes={"MessageRetentionPeriod": _FOURTEEN_DAYS})
    # Attributes are set apart: creating a queue that exists with others is an error.
    url = sqs.create_queue(QueueName=DROP_QUEUE)["QueueUrl"]
    arn = _arn(sqs, url)
    sqs.set_queue_attributes(
        QueueUrl=url,
        Attributes={
            "MessageRetentionPeriod": _FOURTEEN_DAYS,
            "VisibilityTimeout": _VISIBILITY_SECONDS,
            "ReceiveMessageWaitTimeSeconds": _LONG_POLL_SECONDS,
            "RedrivePolicy": json.dumps({"deadLetterTargetArn": _arn(sqs, dead), "maxReceiveCount": MAX_RECEIVES}),
            "Policy": json.dumps(_policy(arn)),
        },
    )
    return arn


def _arn(sqs: "SQSClient", url: str) -> str:
    return sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]


def _policy(queue_arn: str) -> Mapping[str, object]:
    """Only our bucket, in our account, may write: without both conditions anyone's bucket could."""
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "s3.amazonaws.com"},
                "Action": "sqs:SendMessage",
                "Resource": queue_arn,
                "Condition": {
                    "ArnEquals": {"aws:SourceArn": f"arn:aws:s3:::{DROP_BUCKET}"},
                    "StringEquals": {"aws:SourceAccount": queue_arn.split(":")[4]},
                },
            }
        ],
    }


def _notify(s3: "S3Client", queue_arn: str) -> None:
    """Tell the queue of every upload; what others configured on the bucket stays."""
    ours: Any = {
        "Id": _OUR_NOTIFICATION,
        "QueueArn": queue_arn,
        "Events": ["s3:ObjectCreated:*"],
        "Filter": {"Key": {"FilterRules": [{"Name": "prefix", "Value": DROP_PREFIX}]}},
    }
    # The call that writes replaces the whole configuration, so it is read first.
    found: Any = s3.get_bucket_notification_configuration(Bucket=DROP_BUCKET)
    configuration: Any = {name: value for name, value in found.items() if name.endswith("Configurations")}
    others = [entry for entry in configuration.get("QueueConfigurations", []) if entry["Id"] != ours["Id"]]
    s3.put_bucket_notification_configuration(
        Bucket=DROP_BUCKET,
        NotificationConfiguration=configuration | {"QueueConfigurations": [*others, ours]},
    )
