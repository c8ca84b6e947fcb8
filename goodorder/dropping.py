"""Puts packets into the drop bucket, as an agent's upload does, and lists what lies there."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from mimetypes import guess_type
from pathlib import Path
from typing import TYPE_CHECKING

from goodorder.faults import Fault
from goodorder.house import House
from schemas.ids import document_id
from services.chassis.upload_link import UploadLink, upload_link

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

    from services.intake.drop import Upload


@dataclass(frozen=True)
class Dropped:
    """A packet that lies in the bucket."""

    name: str
    document_id: str
    bucket: str
    key: str


class DropBucket:
    """The drop bucket of a house. Raises :class:`Fault` when none is known or it does not answer."""

    def __init__(self, house: House) -> None:
        self._bucket = house.environment.get("GOODORDER_DROP_BUCKET", "goodorder-drop")
        self._largest = int(house.environment.get("GOODORDER_LARGEST_UPLOAD", 50_000_000))
        self._s3 = connect_to_s3(house)

    def put(self, name: str, content: bytes, agent: str, day: date, folder: str | None = None) -> Dropped:
        """Upload one packet under the agent's code and the day, or into the folder of the case that it belongs to."""
        from botocore.exceptions import BotoCoreError, ClientError

        key = f"drop/{agent}/{folder or f'{day:%Y/%m/%d}'}/{name}"
        kind = guess_type(name)[0] or "application/octet-stream"
        try:
            self._s3.put_object(Bucket=self._bucket, Key=key, Body=content, ContentType=kind)
        except (BotoCoreError, ClientError) as error:
            raise Fault(
                f"{name} could not be put into the bucket {self._bucket}: {error}",
                "`goodorder status` shows whether the stack's S3 runs.",
            ) from error
        return Dropped(name, document_id(content), self._bucket, key)

    def listed(self, most: int) -> list["Upload"]:
        """What lies in the bucket, wherever in it, each object's latest version; at most so many, by their keys."""
        from botocore.exceptions import BotoCoreError, ClientError

        from services.intake.drop import Upload

        found: list[Upload] = []
        try:
            for part in self._s3.get_paginator("list_objects_v2").paginate(Bucket=self._bucket):
                found += [
                    Upload(self._bucket, each["Key"], "", each["Size"], each["LastModified"].astimezone(UTC))
                    for each in part.get("Contents", [])
                ]
                if len(found) >= most:
                    break
        except (BotoCoreError, ClientError) as error:
            raise Fault(
                f"The bucket {self._bucket} cannot be listed: {error}",
                "`goodorder status` shows whether the stack's S3 runs.",
            ) from error
        return found[:most]

    def upload_link(
        self, folder: str, now: datetime, *, media_type: str, largest: int | None, valid: timedelta
    ) -> UploadLink:
        """A form for one folder; without ``largest``, for what intake takes. Raises also ``NoSuchLink``."""
        from botocore.exceptions import NoCredentialsError

        try:
            return upload_link(
                self._s3, self._bucket, folder, now,
                media_type=media_type, largest=largest or self._largest, valid=valid,
            )  # fmt: skip
        except NoCredentialsError as error:
            raise Fault(
                "There are no credentials to sign a link with.", "Set them as for any program of AWS."
            ) from error


def read_file(file: Path) -> bytes:
    """A file of this machine. Raises :class:`Fault`."""
    try:
        return file.read_bytes()
    except OSError as error:
        raise Fault(f"{file}: {error.strerror or error}.", "Check the name and try again.") from error


def connect_to_s3(house: House) -> "S3Client":
    """A client for the S3 of a house. Raises :class:`Fault` when none is known."""
    import boto3  # slow to load, and few commands need it
    import botocore.session
    from botocore.config import Config

    said = house.environment
    if house.stack is None and "AWS_REGION" not in said:
        house.need("AWS_ENDPOINT_URL_S3")
    session = botocore.session.Session()
    # The stack's word of it is not in this process's own environment, where boto3 would look.
    if file := said.get("AWS_SHARED_CREDENTIALS_FILE"):
        session.set_config_variable("credentials_file", file)
    return boto3.Session(botocore_session=session).client(
        "s3",
        endpoint_url=said.get("AWS_ENDPOINT_URL_S3"),
        region_name=said.get("AWS_REGION"),
        aws_access_key_id=said.get("AWS_ACCESS_KEY_ID"),
        aws_secret_access_key=said.get("AWS_SECRET_ACCESS_KEY"),
        aws_session_token=said.get("AWS_SESSION_TOKEN"),
        config=Config(connect_timeout=5, retries={"mode": "standard", "max_attempts": 3}),
    )
