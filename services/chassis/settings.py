"""The settings that every service has, from ``GOODORDER_*`` environment variables."""

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr

from services.chassis.kafka_access import KafkaAccess


class ServiceSettings(KafkaAccess):
    """Defaults fit the local stack; every duration is in seconds."""

    data: Path = Path(".data")
    database_url: SecretStr | None = None
    """Default: one SQLite file a service under the data folder. With PostgreSQL, one schema a service; ``{service}``
    in it stands for the service's name."""
    key_file: Path | None = None
    """The house's key, which wraps the keys of cases; without it ``keys/house.key`` under the data folder."""
    kms_key: str | None = None
    """The house's key in AWS KMS (id, ARN or alias), instead of a file."""
    keys_bucket: str = "goodorder-keys"
    """The S3 bucket of the wrapped keys of cases; it keeps no versions."""
    key_life: float = 600.0
    """How long a worker has a case's key at hand: so long after it is forgotten may it still be used, at most."""
    reader_keys: Path | None = None
    """Public keys of carriers and vendors; without it ``reader-keys`` under the data folder."""
    web_host: str = "127.0.0.1"
    web_port: int = 8101
    web_token: SecretStr | None = None
    """What the pages that show cases ask for (``Authorization: Bearer ...``); must be set where other machines can
    reach them. Health and metrics tell of nobody and ask for nothing."""
    worker_id: str | None = None
    """Static group member id, unique for each worker slot: a restarted worker takes its partitions back at once."""
    log_format: Literal["json", "text"] = "json"
    log_level: str = "INFO"

    longest_handler: float = 300.0
    """Hard limit of one event's handling, all retries of a busy dependency aside."""
    session_timeout: float = 10.0
    """How long the partitions of a killed worker stay dark, without a static member id."""
    no_progress_limit: float = 180.0
    """With work waiting and none done for this long the worker ends itself, to be started anew."""
    unexpected_error_attempts: int = Field(default=4, ge=1)
    first_pause: float = 0.1
    """Before the second attempt at an event; doubled before each further one, up to five seconds."""
    inbox_retention_days: int = 60
    """Must exceed the topics' retention: an older event id is forgotten."""
    largest_event: int = 1_000_000
    """Bytes of one record, key and headers aside; what is larger goes to the dead letters."""
    flood_window: int = 100
    """Events over which the share of our own failures is watched."""
    flood_minimum: int = 20
    """So many failures of ours among them, and half of all, stop the consumer: a bad deploy, not bad data."""

    def chosen_database(self, service: str) -> str | None:
        """The URL that was set, as this service is to use it."""
        return self.database_url.get_secret_value().replace("{service}", service) if self.database_url else None

    @property
    def key_file_path(self) -> Path:
        return self.key_file or self.data / "keys" / "house.key"

    @property
    def reader_keys_folder(self) -> Path:
        return self.reader_keys or self.data / "reader-keys"

    def database_url_of(self, service: str) -> str:
        """The URL for a service's own tables."""
        if chosen := self.chosen_database(service):
            return chosen
        folder = (self.data / "db").absolute()
        folder.mkdir(parents=True, exist_ok=True)
        return f"sqlite:///{folder / service}.db"
