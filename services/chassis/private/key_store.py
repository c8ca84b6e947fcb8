"""Where the wrapped keys lie: one small object a subject, in a bucket of their own; deleting it forgets the subject."""

import json
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from services.chassis import metrics
from services.chassis.errors import Transient

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_ABSENT = ("NoSuchKey", "404")
_TAKEN = ("PreconditionFailed", "ConditionalRequestConflict")


class KeyStore(Protocol):
    """All calls block, and raise ``Transient`` while the store is down."""

    def get(self, subject: str) -> bytes | None:
        """The wrapped key, or the mark that it is forgotten; ``None`` when there never was one."""
        ...

    def put_first(self, subject: str, wrapped: bytes) -> bytes:
        """Keep a key where there is none; returns what is kept, which may be somebody else's."""
        ...

    def forget(self, subject: str, at: datetime) -> None:
        """Leave the mark in the key's place, and no version of the key."""
        ...


def mark_of_forgetting(at: datetime) -> bytes:
    return json.dumps({"v": 1, "forgotten_at": at.isoformat()}).encode()


def when_marked(held: bytes) -> datetime | None:
    """When the subject was forgotten, of the mark in its key's place; ``None`` of a key."""
    at = json.loads(held).get("forgotten_at")
    return datetime.fromisoformat(at) if at else None


class BucketOfKeys:
    """Objects ``keys/<subject>`` in an S3 bucket; nobody else needs to read it."""

    def __init__(self, bucket: str, service: str, client: "S3Client | None" = None) -> None:
        config = Config(connect_timeout=3, read_timeout=10, retries={"max_attempts": 2, "mode": "standard"})
        self._s3: S3Client = client or boto3.client("s3", config=config)
        self._bucket = bucket
        self._service = service

    def get(self, subject: str) -> bytes | None:
        try:
            found = self._s3.get_object(Bucket=self._bucket, Key=_key(subject))["Body"].read()
        except (ClientError, BotoCoreError, OSError) as error:
            if _code(error) in _ABSENT:
                return None
            raise self._waits(error) from error
        metrics.WAITING.labels(self._service, "keys").set(0)
        return found

    def put_first(self, subject: str, wrapped: bytes) -> bytes:
        try:
            self._s3.put_object(Bucket=self._bucket, Key=_key(subject), Body=wrapped, IfNoneMatch="*")
        except (ClientError, BotoCoreError, OSError) as error:
            if _code(error) in _TAKEN and (held := self.get(subject)) is not None:
                return held
            raise self._waits(error) from error
        return wrapped

    def forget(self, subject: str, at: datetime) -> None:
        try:
            self._s3.put_object(Bucket=self._bucket, Key=_key(subject), Body=mark_of_forgetting(at))
            # The bucket is meant to keep no versions; one that does must not keep the key after all.
            listed = self._s3.list_object_versions(Bucket=self._bucket, Prefix=_key(subject)).get("Versions", [])
            for version in listed:
                if version["Key"] == _key(subject) and not version["IsLatest"]:
                    self._s3.delete_object(Bucket=self._bucket, Key=version["Key"], VersionId=version["VersionId"])
        except (ClientError, BotoCoreError, OSError) as error:
            raise self._waits(error) from error

    def _waits(self, error: Exception) -> Transient:
        metrics.WAITING.labels(self._service, "keys").set(1)
        return Transient(
            f"The keys in bucket {self._bucket} cannot be reached ({_code(error) or type(error).__name__})"
        )


def _key(subject: str) -> str:
    return f"keys/{subject}"


def _code(error: BaseException) -> str | None:
    return error.response["Error"]["Code"] if isinstance(error, ClientError) else None
