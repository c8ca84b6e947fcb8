"""Validation's settings, beside those of every service."""

from pathlib import Path

from services.chassis.settings import ServiceSettings


class ValidationSettings(ServiceSettings):
    carriers: Path = Path("carriers")
    applications_kept_days: int = 90
    """Days after its last verdict for which an application is kept whole, to be judged again; then it is forgotten."""
    web_port: int = 8102
