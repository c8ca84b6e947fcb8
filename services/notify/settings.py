"""Settings of notify, beside those of every service."""

from email.headerregistry import Address
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, SecretStr

from services.chassis.settings import ServiceSettings
from services.notify.message import parse_address
from services.notify.smtp import Server, server_of


def _known_server(url: SecretStr) -> SecretStr:
    server_of(url.get_secret_value())
    return url


def _usable(address: str) -> str:
    parse_address(address)
    return address


MailAddress = Annotated[str, AfterValidator(_usable)]


class NotifySettings(ServiceSettings):
    """Durations in seconds."""

    web_port: int = 8105
    producers: Path = Path("samples/producers.csv")
    """The producer directory: who an agent code is, and where to write to."""
    smtp_url: Annotated[SecretStr, AfterValidator(_known_server)] = SecretStr("smtp://127.0.0.1:1025")
    """``smtp://`` or ``smtps://``, with ``user:password@`` where the server asks for it."""
    smtp_starttls: Literal["always", "never"] | None = None
    """Default: always, but for a server without a password on this machine itself. It never falls back."""
    smtp_ca_file: Path | None = None
    """Who vouches for the mail server (PEM); default: whom the system trusts."""
    smtp_timeout: float = Field(default=30.0, gt=0)
    """For one mail, from connecting to the server's word."""
    mail_from: MailAddress = "New business desk <new-business@example.com>"
    reply_to: MailAddress | None = None
    """Somebody who reads; else replies go to the sender's address."""
    retry_first: float = Field(default=1.0, gt=0)
    """Pause after a mail that the server put off (4xx); doubled each time."""
    retry_longest: float = Field(default=300.0, gt=0)
    reconnect_first: float = Field(default=0.2, gt=0)
    """Pause after a server that could not be reached; doubled each time."""
    reconnect_longest: float = Field(default=5.0, gt=0)
    ops_mail: MailAddress | None = None
    """Who watches the house, and gets a mail at the first dead letter of a kind."""
    runbook: str = "docs/runbook.md"
    """Where that person finds the runbook: the address by which your own people read it."""
    lease: float = Field(default=120.0, gt=0)
    """How long a mail belongs to the worker that sends it; after a crash it is sent again no later than this.
    Must exceed ``smtp_timeout``."""

    @property
    def server(self) -> Server:
        return server_of(self.smtp_url.get_secret_value(), self.smtp_starttls)

    @property
    def sender(self) -> Address:
        return parse_address(self.mail_from)
