"""The drop and archive buckets and the queue of upload notifications, through boto3 alone."""

import asyncio
import hashlib
import logging
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from datetime import UTC
from typing import TYPE_CHECKING, Any, TypeVar

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from services.chassis import metrics
from services.chassis.errors import Transient
from services.intake.drop import Upload, archive_key
from services.intake.settings import IntakeSettings

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import MessageTypeDef

T = TypeVar("T")
log = logging.getLogger(__name__)

_MEDIA = {"png": "image/png", "jpg": "image/jpeg"}
_GONE = {"NoSuchKey", "NoSuchVersion", "404", "MethodNotAllowed", "405"}


class ObjectGone(Exception):
    """There is no such object in that version (any more)."""


class Buckets:
    """S3 and SQS; every call runs in a thread, and one that fails for now raises ``Transient``."""

    def __init__(self, settings: IntakeSettings) -> None:
        config = Config(connect_timeout=3, read_timeout=30, retries={"max_attempts": 2, "mode": "standard"})
        self._s3: S3Client = boto3.client("s3", config=config)
        self._sqs: SQSClient = boto3.client("sqs", config=config)
        self._settings = settings
        self._queue_url: str | None = None
        self.down: str | None = None
        """What cannot be reached just now, if so."""

    async def look_at(self, bucket: str, key: str, version_id: str | None) -> Upload:
        """The object as it is. Raises :class:`ObjectGone`."""
        wanted = {"VersionId": version_id} if version_id and version_id != "null" else {}
        head = await self._call("S3", lambda: self._s3.head_object(Bucket=bucket, Key=key, **wanted))  # type: ignore[arg-type]
        return Upload(
            bucket,
            key,
            head.get("VersionId", "null"),
            head["ContentLength"],
            head["LastModified"].astimezone(UTC),
            head.get("Metadata", {}),
        )

    async def fetch(self, bucket: str, key: str, version_id: str | None) -> bytes:
        """All bytes of one version. Raises :class:`ObjectGone`."""
        wanted = {"VersionId": version_id} if version_id and version_id != "null" else {}

        def get() -> bytes:
            return self._s3.get_object(Bucket=bucket, Key=key, **wanted)["Body"].read()  # type: ignore[arg-type]

        return await self._call("S3", get)

    async def hash_of(self, bucket: str, key: str, version_id: str) -> str:
        """SHA-256 of an object that is too large to be held in memory."""
        wanted = {"VersionId": version_id} if version_id != "null" else {}

        def read() -> str:
            digest = hashlib.sha256()
            for chunk in self._s3.get_object(Bucket=bucket, Key=key, **wanted)["Body"].iter_chunks(1 << 20):  # type: ignore[arg-type]
                digest.update(chunk)
            return digest.hexdigest()

        return await self._call("S3", read)

    async def archive(self, document_id: str, content: bytes) -> str:
        """Keep our own copy by content; returns its key. Storing it again changes nothing."""
        key, bucket = archive_key(document_id), self._settings.archive_bucket

        def put() -> None:
            try:
                self._s3.head_object(Bucket=bucket, Key=key)
            except ClientError as error:
                if error.response["Error"]["Code"] not in _GONE:
                    raise
                self._s3.put_object(Bucket=bucket, Key=key, Body=content)

        await self._call("S3", put)
        return key

    def keep_picture(self, key: str, content: bytes) -> None:
        """Keep a picture of a page beside its document, once; its key holds its hash. For threads: it blocks."""

        def put() -> None:
            try:
                self._s3.put_object(
                    Bucket=self._settings.archive_bucket, Key=key, Body=content, ContentType=_MEDIA[key[-3:]],
                    IfNoneMatch="*",
                )  # fmt: skip
            except ClientError as error:
                # It is there, or is being put this moment by somebody who reads the same page.
                if error.response["Error"]["Code"] not in ("PreconditionFailed", "ConditionalRequestConflict"):
                    raise

        self._call_now("S3", put)

    def delete_version(self, bucket: str, key: str, version_id: str) -> None:
        """One version of an upload, for good. For threads: it blocks."""
        self._call_now("S3", lambda: self._s3.delete_object(Bucket=bucket, Key=key, VersionId=version_id))

    def delete_document(self, document_id: str) -> None:
        """Our copy and the pictures beside it, every version, for good. For threads: it blocks."""
        self._delete_all(archive_key(document_id))

    def delete_pictures(self, document_id: str) -> None:
        """The pictures of pages and fields beside our copy, for good. For threads: it blocks."""
        self._delete_all(f"{archive_key(document_id)}.")

    def _delete_all(self, prefix: str) -> None:
        """Keys hold a whole hash, so that nothing else begins so."""
        bucket = self._settings.archive_bucket

        def delete() -> None:
            for page in self._s3.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=prefix):
                for version in (*page.get("Versions", ()), *page.get("DeleteMarkers", ())):
                    self._s3.delete_object(Bucket=bucket, Key=version["Key"], VersionId=version["VersionId"])

        self._call_now("S3", delete)

    async def uploads(self) -> AsyncIterator[list[Upload]]:
        """Every version of every object in the drop, at most a thousand at a time: nobody holds them all."""
        bucket = self._settings.drop_bucket
        listing = self._s3.get_paginator("list_object_versions")
        pages = iter(listing.paginate(Bucket=bucket, Prefix=self._settings.drop_prefix))
        while page := await self._call("S3", lambda: next(pages, None)):
            yield [
                Upload(bucket, one["Key"], one["VersionId"], one["Size"], one["LastModified"].astimezone(UTC))
                for one in page.get("Versions", [])
            ]

    async def messages(self) -> "list[MessageTypeDef]":
        """Up to ten notifications; waits for the first one for up to 20 s, but keeps no worker from ending."""

        def receive() -> "list[MessageTypeDef]":
            if self._queue_url is None:
                self._queue_url = self._sqs.get_queue_url(QueueName=self._settings.drop_queue)["QueueUrl"]
            reply = self._sqs.receive_message(
                QueueUrl=self._queue_url,
                MaxNumberOfMessages=10,
                WaitTimeSeconds=20,
                VisibilityTimeout=self._settings.message_hidden_for,
            )
            return reply.get("Messages", [])

        return await _apart(lambda: self._call_now("SQS", receive))

    async def delete(self, message: "MessageTypeDef") -> None:
        url = self._queue_url or ""
        await self._call("SQS", lambda: self._sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"]))

    async def keep_hidden(self, message: "MessageTypeDef") -> None:
        """Renew the visibility timeout for as long as the notification is under way; cancel to stop."""
        while True:
            await asyncio.sleep(self._settings.message_hidden_for / 2)
            # Should this fail, the message comes again, and the ledger knows it.
            with suppress(Transient, ObjectGone):
                await self._call(
                    "SQS",
                    lambda: self._sqs.change_message_visibility(
                        QueueUrl=self._queue_url or "",
                        ReceiptHandle=message["ReceiptHandle"],
                        VisibilityTimeout=self._settings.message_hidden_for,
                    ),
                )

    async def _call(self, what: str, call: Callable[[], T]) -> T:
        return await asyncio.to_thread(self._call_now, what, call)

    def _call_now(self, what: str, call: Callable[[], T]) -> T:
        try:
            result = call()
        except (ClientError, BotoCoreError, OSError) as error:
            if _code(error) in _GONE:
                raise ObjectGone(str(error)) from error
            self._queue_url = None if what == "SQS" else self._queue_url
            self.down = f"{what}: {_code(error) or type(error).__name__}"
            metrics.WAITING.labels("intake", what).set(1)
            raise Transient(f"{what} does not answer as it should ({self.down})") from error
        if self.down and self.down.startswith(what):
            self.down = None
        metrics.WAITING.labels("intake", what).set(0)
        return result


async def _apart(call: Callable[[], T]) -> T:
    """Call in a thread that nobody waits for at the end: what such a call still receives comes again, or the sweep
    finds it, as after a kill."""
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[T] = loop.create_future()

    def tell(how: Callable[[Any], None], what: Any) -> None:
        with suppress(RuntimeError):  # the loop is closed: nobody wants to know any more
            loop.call_soon_threadsafe(lambda: None if answer.done() else how(what))

    def work() -> None:
        try:
            result = call()
        except BaseException as error:
            tell(answer.set_exception, error)
        else:
            tell(answer.set_result, result)

    threading.Thread(target=work, name="long poll", daemon=True).start()
    return await answer


def _code(error: BaseException) -> str | None:
    response: Any = getattr(error, "response", None)
    return response["Error"]["Code"] if response else None
