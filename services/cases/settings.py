"""Settings of cases, beside those of every service."""

from pathlib import Path

from services.chassis.settings import ServiceSettings


class CasesSettings(ServiceSettings):
    carriers: Path = Path("carriers")
    """Folder with one folder a carrier; a new carrier's topics are listened to from the next start on."""
    retention: Path | None = None
    """Says how long cases are kept; absent: ``retention.yaml`` in the carriers' folder, if it is there."""
    web_port: int = 8104
