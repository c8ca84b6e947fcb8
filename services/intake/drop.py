"""What an object in the drop bucket is: whose upload, which file; pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from schemas.codes import RequirementKind

_CASE = re.compile(r"(?<![0-9A-Z])GO(?:-[0-9A-HJKMNP-TV-Z]{4}){3}(?![0-9A-Z])", re.I)


@dataclass(frozen=True)
class Upload:
    """One version of one object in the drop bucket; bucket, key and version are its identity."""

    bucket: str
    key: str
    version_id: str
    size: int
    uploaded_at: datetime
    said: Mapping[str, str] = field(default_factory=dict)
    """The object's own metadata (``x-amz-meta-...``)."""

    @property
    def file_name(self) -> str:
        return self.key.rsplit("/", 1)[-1]

    @property
    def is_folder(self) -> bool:
        """The placeholder that some tools make for a folder."""
        return self.key.endswith("/") and self.size == 0


def agent_code(key: str, prefix: str) -> str | None:
    """The agent whose folder the upload lies in: ``drop/A1001/2026/03/01/packet.pdf`` is A1001's."""
    folders = key.removeprefix(prefix).split("/")[:-1]
    return folders[0] if folders and folders[0] else None


def case_named(upload: Upload, prefix: str) -> str | None:
    """The case that the upload names: in its metadata as ``case``, else in its key below the agent's folder."""
    below = upload.key.removeprefix(prefix).partition("/")[2]
    found = _CASE.search(upload.said.get("case", "")) or _CASE.search(below)
    return found[0].upper() if found else None


def requirement_named(upload: Upload, prefix: str) -> RequirementKind | None:
    """The requirement that it is said to answer: in its metadata as ``requirement``, else as a folder's name."""
    folders = upload.key.removeprefix(prefix).split("/")[1:-1]
    kinds = {kind.value: kind for kind in RequirementKind}
    said = (upload.said.get("requirement", ""), *folders)
    return next((kinds[word.lower()] for word in said if word.lower() in kinds), None)


def archive_key(document_id: str) -> str:
    """Where the archive keeps a document: by content, spread over prefixes."""
    return f"documents/{document_id[:2]}/{document_id}"
