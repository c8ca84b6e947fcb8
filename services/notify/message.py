"""A rendered letter as a MIME message: the same letter always gives the same bytes, under the same Message-ID."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy
from email.utils import format_datetime, parseaddr
from typing import Any

LANGUAGE = "en"
"""The letters are written in English, whatever language the agent has on file."""


class _Wire(EmailPolicy):
    """As mail goes over the wire, but identities on one line: folded ones are legal and often misread."""

    def fold_binary(self, name: str, value: Any) -> bytes:
        if name in ("Message-ID", "X-Document-Id"):
            return f"{name}: {value}{self.linesep}".encode("ascii")
        return super().fold_binary(name, value)


_WIRE = _Wire() + SMTP


@dataclass(frozen=True)
class Envelope:
    """Everything of a message beside its words."""

    message_id: str
    sender: Address
    recipient: Address
    reply_to: Address | None
    written_at: datetime
    case_id: str | None
    document_id: str | None


def message_id_of(notification_id: str, domain: str) -> str:
    """Derived from the notification, so that a mail sent twice by a crash is known as the same one."""
    return f"<{hashlib.sha256(notification_id.encode()).hexdigest()}@{domain}>"


def parse_address(written: str) -> Address:
    """``Name <a@b>`` or ``a@b``. Raises :class:`ValueError` for what no mail can be sent to."""
    name, spec = parseaddr(written) if written.isprintable() else ("", "")
    local, at, domain = spec.rpartition("@")
    if not at or not local or not domain or not spec.isascii() or any(character.isspace() for character in spec):
        raise ValueError("not an e-mail address that mail can be sent to")
    try:
        return Address(name, addr_spec=spec)
    except (HeaderParseError, IndexError) as error:
        raise ValueError("not an e-mail address that mail can be sent to") from error


def compose(envelope: Envelope, subject: str, text: str, html: str) -> bytes:
    """The message as it goes over the wire: text first, then HTML."""
    message = EmailMessage(policy=_WIRE)
    message["From"] = envelope.sender
    message["To"] = envelope.recipient
    if envelope.reply_to:
        message["Reply-To"] = envelope.reply_to
    message["Subject"] = subject
    message["Date"] = format_datetime(envelope.written_at)
    message["Message-ID"] = envelope.message_id
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    if envelope.case_id:
        # All mails of a case refer to one message that was never sent: mail programs show them as one thread.
        message["References"] = f"<{envelope.case_id}@{envelope.sender.domain}>"
        message["X-Case-Id"] = envelope.case_id
    if envelope.document_id:
        message["X-Document-Id"] = envelope.document_id
    message.set_content(text, cte="quoted-printable")
    message.add_alternative(html, subtype="html", cte="quoted-printable")
    message["Content-Language"] = LANGUAGE  # after the parts: they would take every Content- header along
    message.set_boundary(f"=_{hashlib.sha256(envelope.message_id.encode()).hexdigest()[:32]}")
    return message.as_bytes()
