"""Gets the picture of a page: intake's own where it kept one, else drawn from the archive and kept for a while."""

import hashlib
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from schemas.base import StoredObject
from schemas.document_events import DocumentFiled

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_SECONDS = 30
_KEPT = 3000
"""So many drawn pages, a few hundred megabytes; the oldest go."""
_TYPES = {".png": "image/png", ".jpg": "image/jpeg"}


class NoPicture(Exception):
    """The page cannot be shown; the message says why."""


@dataclass(frozen=True)
class Picture:
    content: bytes
    media_type: str


class Pictures:
    """From the archive, and from a folder of pages drawn before that only this account can read."""

    def __init__(self, s3: "S3Client", folder: Path) -> None:
        self._s3 = s3
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        folder.chmod(0o700)

    def of_page(self, document: DocumentFiled, page: int) -> Picture:
        """Raises :class:`NoPicture`."""
        kept = next((each.picture for each in document.pictures or () if each.page == page), None)
        return self.of_object(kept) if kept else self._drawn(document, page)

    def of_object(self, stored: StoredObject) -> Picture:
        """A picture that intake kept. Raises :class:`NoPicture`."""
        media_type = _TYPES.get(Path(stored.key).suffix)
        if media_type is None:
            raise NoPicture("This is no picture.")
        return Picture(self._fetched(stored), media_type)

    def _drawn(self, document: DocumentFiled, page: int) -> Picture:
        name = hashlib.sha256(f"{document.document_id}|{page}".encode()).hexdigest()
        file = self._folder / f"{name}.jpg"
        if not file.exists():
            drawn = drawn_apart(self._fetched(document.archive), page)
            self._make_room()
            fresh = file.with_suffix(".new")
            fresh.touch(mode=0o600)
            fresh.write_bytes(drawn)
            fresh.replace(file)
        return Picture(file.read_bytes(), "image/jpeg")

    def _fetched(self, stored: StoredObject) -> bytes:
        wanted: dict[str, Any] = {"Bucket": stored.bucket, "Key": stored.key}
        if stored.version_id:
            wanted["VersionId"] = stored.version_id
        try:
            return self._s3.get_object(**wanted)["Body"].read()
        except (BotoCoreError, ClientError) as error:
            raise NoPicture("The archive does not give the document just now.") from error

    def _make_room(self) -> None:
        kept = sorted(self._folder.glob("*.jpg"), key=lambda file: file.stat().st_mtime)
        for file in kept[: max(0, len(kept) - _KEPT)]:
            file.unlink(missing_ok=True)


def drawn_apart(content: bytes, page: int) -> bytes:
    """One page drawn by a process of its own, within limits. Raises :class:`NoPicture`."""
    with tempfile.NamedTemporaryFile(suffix=".document") as file:
        file.write(content)
        file.flush()
        command = (sys.executable, "-m", "services.console.pages.drawing", file.name, str(page))
        try:
            done = subprocess.run(command, capture_output=True, timeout=_SECONDS, check=False)
        except subprocess.TimeoutExpired as error:
            raise NoPicture("Drawing this page takes too long.") from error
    if done.returncode != 0 or not done.stdout:
        raise NoPicture("This page cannot be drawn.")
    return done.stdout
