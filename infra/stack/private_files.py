"""Files and folders that their owner alone can read: passwords, keys, tokens."""

import secrets
from pathlib import Path


def private_folder(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder.chmod(0o700)
    return folder


def write_private(file: Path, content: str | bytes) -> None:
    """Write a file that is nobody else's from its first byte on."""
    private_folder(file.parent)
    file.touch(mode=0o600)
    file.chmod(0o600)
    file.write_bytes(content.encode() if isinstance(content, str) else content)


def password_in(file: Path) -> str:
    """The password of a file, made now if it is not there."""
    if not file.exists():
        write_private(file, secrets.token_urlsafe(24))
    return file.read_text()
