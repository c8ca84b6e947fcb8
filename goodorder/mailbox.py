"""Reads the local mail sink's Maildir: what really reached the mail server, case by case."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path


@dataclass(frozen=True)
class Delivered:
    """One message that the mail server took."""

    path: Path
    at: datetime
    """When the server had it on its disk."""
    case_id: str | None
    recipient: str
    subject: str
    message_id: str
    text: str
    """The text part."""


def delivered(maildir: Path) -> tuple[Delivered, ...]:
    """Every message, the first one first; none when no mail ever came."""
    return tuple(sorted(_messages(maildir), key=lambda message: message.at))


def _messages(maildir: Path) -> Iterator[Delivered]:
    for folder in (maildir / "new", maildir / "cur"):
        for path in folder.iterdir() if folder.is_dir() else ():
            message = message_from_bytes(path.read_bytes(), policy=policy.default)
            assert isinstance(message, EmailMessage)  # noqa: S101 - what the policy makes
            body = message.get_body(("plain",))
            yield Delivered(
                path=path,
                at=datetime.fromtimestamp(int(path.name.partition(".")[0]) / 1e9, UTC),
                case_id=message.get("X-Case-Id"),
                recipient=str(message.get("To", "")),
                subject=str(message.get("Subject", "")),
                message_id=str(message.get("Message-ID", "")),
                text=body.get_content().replace("\r\n", "\n") if body else "",
            )
