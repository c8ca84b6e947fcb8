"""Settings of the console, for its worker and for its web server, beside those of every service."""

from pathlib import Path

from pydantic import SecretStr

from schemas.topics import SERVICES
from services.chassis.settings import ServiceSettings

_FIRST_PORT = 8101


class ConsoleSettings(ServiceSettings):
    carriers: Path = Path("carriers")
    web_port: int = 8107
    """The worker's health and metrics; people go to ``console_port``."""
    console_host: str = "127.0.0.1"
    console_port: int = 8100
    console_url: str = "http://127.0.0.1:8100"
    """How people reach the console; a session's cookie is for TLS only where this begins with https."""
    cases_url: str = "http://127.0.0.1:8104"
    """Where cases answers where a case stands."""
    notify_url: str = "http://127.0.0.1:8105"
    """Where notify shows a mail as it was sent."""
    service_urls: dict[str, str] = {}
    """Where services' own web ports are, for the desk of operations; one that is not named is on this machine."""
    runbook: str = "docs/runbook.md"
    """Where the people of operations read the runbook; pages link to it where it is an address."""
    drop_bucket: str = "goodorder-drop"
    archive_bucket: str = "goodorder-archive"
    largest_upload: int = 50_000_000
    """Bytes; intake refuses what is larger."""

    session_idle: float = 3600.0
    """Seconds after which a session that rests is over."""
    session_longest: float = 43_200.0
    """Seconds after which any session is over."""

    oidc_issuer: str | None = None
    """Where people sign in, as its discovery document names it; without it they do with a password."""
    oidc_client_id: str | None = None
    oidc_client_secret: SecretStr | None = None
    """None for a public client: PKCE is used in any case."""
    oidc_scope: str = "openid profile email"
    oidc_name_claim: str = "preferred_username"
    oidc_role_claim: str = "groups"
    """A text or a list; dots lead into a claim."""
    oidc_roles: str | None = None
    """Which of its values stands for which role, the first wins: ``new-business=case_manager, oncall=ops``."""
    oidc_agent_claim: str = "agent_code"
    """An agent's code."""

    def url_of(self, service: str) -> str:
        """A service's own web port: health, figures, what it tells of its uploads."""
        return self.service_urls.get(service) or f"http://127.0.0.1:{_FIRST_PORT + SERVICES.index(service)}"
