"""What becomes of notifications: the drop's wiring taken away, and messages sent by hand in its place."""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from infra.stack import objects
from infra.stack.run import DROP_BUCKET, DROP_QUEUE
from tests.desk import Desk

Upload = tuple[str, str]
"""Key and version."""


@contextmanager
def unwired(desk: Desk) -> Iterator[None]:
    """Meanwhile the queue hears of nothing."""
    wired: Any = desk.s3.get_bucket_notification_configuration(Bucket=DROP_BUCKET)
    kept = {name: value for name, value in wired.items() if name.endswith("Configurations")}
    desk.s3.put_bucket_notification_configuration(Bucket=DROP_BUCKET, NotificationConfiguration={})
    try:
        yield
    finally:
        desk.s3.put_bucket_notification_configuration(Bucket=DROP_BUCKET, NotificationConfiguration=kept)  # type: ignore[arg-type]


def uploads_of(desk: Desk) -> list[Upload]:
    """Every upload, the oldest first."""
    pages = desk.s3.get_paginator("list_object_versions").paginate(Bucket=DROP_BUCKET, Prefix=objects.DROP_PREFIX)
    found = [version for page in pages for version in page.get("Versions", [])]
    return [(one["Key"], one["VersionId"]) for one in sorted(found, key=lambda one: one["LastModified"])]


def notify_of(desk: Desk, uploads: Iterable[Upload]) -> None:
    """A message for each, in this order, as S3 would send it."""
    _, sqs = objects.clients(desk.run)
    url = sqs.get_queue_url(QueueName=DROP_QUEUE)["QueueUrl"]
    for key, version in uploads:
        object_ = {"key": key, "versionId": version, "size": 1, "sequencer": "00"}
        record = {
            "eventVersion": "2.1",
            "eventSource": "aws:s3",
            "eventName": "ObjectCreated:Put",
            "s3": {"bucket": {"name": DROP_BUCKET}, "object": object_},
        }
        sqs.send_message(QueueUrl=url, MessageBody=json.dumps({"Records": [record]}))
