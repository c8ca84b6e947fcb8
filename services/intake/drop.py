"""What an object in the drop bucket is: whose upload, which file; pure."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Upload:
    """One version of one object in the drop bucket; bucket, key and version are its identity."""

    bucket: str
    key: str
    version_id: str
    size: int
    uploaded_at: datetime

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


def archive_key(document_id: str) -> str:
    """Where the archive keeps a document: by content, spread over prefixes."""
    return f"documents/{document_id[:2]}/{document_id}"
