"""The settings of licensing, beside those of every service."""

from pathlib import Path

from services.chassis.settings import ServiceSettings


class LicensingSettings(ServiceSettings):
    licensing: Path | None = None
    """Folder of CSV files that an empty directory is filled from at the start; without it, it stays empty."""
    web_port: int = 8106
