"""Validation's settings, beside those of every service."""

from pathlib import Path

from services.chassis.settings import ServiceSettings


class ValidationSettings(ServiceSettings):
    carriers: Path = Path("carriers")
    web_port: int = 8102
