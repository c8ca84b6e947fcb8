"""Compares the drop bucket with what has come of it: what lies there, and what intake has not taken."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa

from services.console.database import Database
from services.console.operations.uploads import PREFIX, Found, Stage, is_elsewhere
from services.console.projection.tables import uploads

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

MOST = 20_000
"""Objects that are looked at."""
_AT_ONCE = 500


@dataclass(frozen=True)
class Compared:
    """The bucket at a moment."""

    at: datetime
    listed: int
    """Objects in agents' folders, each version for itself."""
    is_all: bool
    """``False`` where there are more than are looked at."""
    untaken: tuple[Found, ...]
    """What intake should have taken by now and has not told of, the oldest first."""


def compare(s3: "S3Client", bucket: str, database: Database, now: datetime) -> Compared:
    """Raises what boto3 raises where S3 does not answer."""
    untaken: list[Found] = []
    listed, is_all = 0, True
    for some in _in_parts(s3, bucket):
        listed += len(some)
        known = _told_of(database, [_identity(bucket, each) for each in some])
        untaken += [each for each in some if each.is_stuck(now) and _identity(bucket, each) not in known]
        if listed >= MOST:
            is_all = False
            break
    return Compared(now, listed, is_all, tuple(sorted(untaken, key=lambda each: each.uploaded_at)))


def _in_parts(s3: "S3Client", bucket: str) -> Iterator[list[Found]]:
    for part in s3.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=PREFIX):
        yield [
            Found(
                each["Key"],
                each["Size"],
                each["LastModified"].astimezone(UTC),
                Stage.NOT_TAKEN,
                each["VersionId"],
            )
            for each in part.get("Versions", [])
            if not is_elsewhere(each["Key"]) and not each["Key"].endswith("/")
        ]


def _identity(bucket: str, each: Found) -> str:
    """As the projection names an upload."""
    return f"{bucket}/{each.key}?{each.version_id}"


def _told_of(database: Database, identities: Sequence[str]) -> set[str]:
    found: set[str] = set()
    with database.read() as db:
        for start in range(0, len(identities), _AT_ONCE):
            some = uploads.c.upload.in_(identities[start : start + _AT_ONCE])
            found.update(db.execute(sa.select(uploads.c.upload).where(some)).scalars())
    return found
