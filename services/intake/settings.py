"""Intake's settings, beside those of every service."""

from pathlib import Path

from services.chassis.settings import ServiceSettings


class IntakeSettings(ServiceSettings):
    """Durations in seconds, sizes in bytes. Endpoints and credentials of S3 and SQS are boto3's own (``AWS_*``)."""

    drop_bucket: str = "goodorder-drop"
    drop_prefix: str = "drop/"
    drop_queue: str = "goodorder-drop-events"
    archive_bucket: str = "goodorder-archive"
    carriers: Path = Path("carriers")

    retention: Path | None = None
    """The file that says how long uploads are kept that belong to no case; absent: ``retention.yaml`` in the carriers'
    folder, if it is there."""

    sweep_every: float = 30.0
    """How often the bucket is listed for uploads that no notification told of."""
    sweep_grace: float = 15.0
    """How old an upload must be before the sweep takes it: notifications come first."""
    message_hidden_for: int = 120
    """Visibility timeout of a notification under way; renewed while it is."""
    largest_upload: int = 50_000_000
    reader_processes: int = 2
    reader_timeout: float = 60.0
    """For the survey of one document or one scanned page; what takes longer is given up."""
    clamav: str | None = None
    """Path of clamd's socket, or its ``host:port``; without it files are not scanned for viruses."""
    pages_kept_for: float = 86_400.0
    """How long a page that was read from its picture need not be read again for the same document."""
