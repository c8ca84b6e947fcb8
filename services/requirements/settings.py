"""The settings of requirements, beside those of every service."""

from pathlib import Path

from services.chassis.settings import ServiceSettings


class RequirementsSettings(ServiceSettings):
    carriers: Path = Path("carriers")
    web_port: int = 8103
