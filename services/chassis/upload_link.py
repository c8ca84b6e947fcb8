"""A link by which somebody without an account uploads into one folder of the drop bucket: a presigned POST."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

MEDIA_TYPES: Mapping[str, str] = MappingProxyType(
    {
        ".pdf": "application/pdf",
        ".tif": "image/tiff",
        ".tiff": "image/tiff",
        ".jpg": "image/jpeg",
        ".jpeg": "image/jpeg",
        ".png": "image/png",
        ".heic": "image/heic",
        ".zip": "application/zip",
    }
)
"""What may be uploaded, by the file's suffix."""

LONGEST = timedelta(days=7)
"""No link is good for longer; it ends earlier where the signer's own credentials do."""

_ONE_FOLDER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


class NoSuchLink(ValueError):
    """No link can be made of what was asked; the text says which part is odd."""


@dataclass(frozen=True)
class UploadLink:
    """A form that S3 takes: POST the fields in their order, then the file as the field ``file``."""

    url: str
    fields: Mapping[str, str]
    folder: str
    """Where the file will lie, whatever the sender writes; ends with a slash."""
    media_type: str
    largest: int
    """Bytes."""
    expires_at: datetime

    def as_json(self) -> dict[str, object]:
        return {
            "url": self.url,
            "fields": dict(self.fields),
            "folder": self.folder,
            "media_type": self.media_type,
            "largest": self.largest,
            "expires_at": self.expires_at.isoformat(),
        }


def media_type_of(file_name: str) -> str:
    """The media type of a file that may be uploaded, by its suffix. Raises :class:`NoSuchLink`."""
    suffix = PurePosixPath(file_name.lower()).suffix
    if suffix not in MEDIA_TYPES:
        raise NoSuchLink(f"{file_name} is none of the kinds that are read: {', '.join(MEDIA_TYPES)}")
    return MEDIA_TYPES[suffix]


def folder_of(agent: str, case: str | None, now: datetime, prefix: str = "drop/") -> str:
    """The agent's folder of the day, or the case's below it. Raises :class:`NoSuchLink` for what is no one folder."""
    for name in (agent, case):
        if name is not None and not _ONE_FOLDER.fullmatch(name):
            raise NoSuchLink(f"{name!r} cannot be a folder's name")
    return f"{prefix}{agent}/{case or f'{now:%Y/%m/%d}'}/"


def upload_link(
    s3: "S3Client",
    bucket: str,
    folder: str,
    now: datetime,
    *,
    media_type: str = MEDIA_TYPES[".pdf"],
    largest: int = 50_000_000,
    valid: timedelta = timedelta(hours=1),
) -> UploadLink:
    """Sign a form for one kind of file below ``folder``, of 1 to ``largest`` bytes; asks no server.

    S3 itself refuses what differs: another key, type or size, a changed form, a late one. The name of the file stays
    the sender's. It can be used more than once while it is good; every upload is a version or a key of its own.
    Raises :class:`NoSuchLink`.
    """
    if media_type not in MEDIA_TYPES.values():
        raise NoSuchLink(
            f"{media_type} is none of the types that are read: {', '.join(sorted(set(MEDIA_TYPES.values())))}"
        )
    if not timedelta(minutes=1) <= valid <= LONGEST:
        raise NoSuchLink(f"a link is good for a minute at least and {LONGEST.days} days at most")
    if largest < 1:
        raise NoSuchLink("the largest size must be a byte at least")
    made = s3.generate_presigned_post(
        Bucket=bucket,
        Key=folder + "${filename}",
        Fields={"Content-Type": media_type, "success_action_status": "201"},
        Conditions=[
            {"Content-Type": media_type},
            {"success_action_status": "201"},
            ["content-length-range", 1, largest],
        ],
        ExpiresIn=int(valid.total_seconds()),
    )
    return UploadLink(made["url"], MappingProxyType(made["fields"]), folder, media_type, largest, now + valid)
