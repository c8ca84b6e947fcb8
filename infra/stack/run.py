"""The record of a running stack (``run.json``): ports, endpoints, processes, and the environment of its users."""

import json
import os
import tempfile
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from infra.stack import keys
from infra.stack.errors import StackError
from schemas.parties import OPERATIONS, VENDOR, handles_private
from schemas.topics import SERVICES

ROOT = Path(__file__).resolve().parents[2]
"""The repository: services are started from here."""

LOOPBACK = "127.0.0.1"
REGION = "us-east-1"
DROP_BUCKET = "goodorder-drop"
ARCHIVE_BUCKET = "goodorder-archive"
KEYS_BUCKET = "goodorder-keys"
DROP_QUEUE = "goodorder-drop-events"
DROP_PREFIX = "drop/"

SENDERS_OF_MAIL = ("notify",)

_FIRST_WEB_PORT = 8101


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True)


class Ports(_Frozen):
    """Every port of a stack; all on the loopback."""

    kafka: int = 9092
    controller: int = 9093
    more_brokers: tuple[tuple[int, int], ...] = ()
    """The ports of a second and third Kafka broker and of their controllers, where there are any."""
    ministack: int = 4566
    mail: int = 1025
    web: int = 8100
    """The console, for people."""
    services: Mapping[str, int] = {name: _FIRST_WEB_PORT + index for index, name in enumerate(SERVICES)}

    @property
    def brokers(self) -> tuple[tuple[int, int], ...]:
        """Each broker's port and its controller's."""
        return (self.kafka, self.controller), *self.more_brokers

    def shifted(self, offset: int) -> "Ports":
        return Ports(
            kafka=self.kafka + offset,
            controller=self.controller + offset,
            more_brokers=tuple((port + offset, controller + offset) for port, controller in self.more_brokers),
            ministack=self.ministack + offset,
            mail=self.mail + offset,
            web=self.web + offset,
            services={name: port + offset for name, port in self.services.items()},
        )


class State(StrEnum):
    WAITING = "waiting"
    """For the parts it stands on."""
    STARTING = "starting"
    READY = "ready"
    BACKING_OFF = "backing off"
    """It ended; the next start waits."""
    STOPPED = "stopped"


class PartRun(_Frozen):
    """One part as it stands now."""

    state: State
    since: datetime
    pid: int | None = None
    ports: tuple[int, ...] = ()
    restarts: int = 0
    log: Path


class RunInfo(_Frozen):
    """A stack on one data folder."""

    data: Path
    carriers: Path
    producers: Path = ROOT / "samples" / "producers.csv"
    licensing: Path | None = None
    """What an empty producer directory is filled from; without it, it stays empty until an import."""
    pid: int
    """The supervisor's."""
    started_at: datetime
    ports: Ports
    cluster: str = ""
    """The id that several Kafka brokers share: theirs is a folder of data that is made anew."""
    secure: bool = False
    """Everybody must say who they are, can do no more than they must, and speaks over TLS."""
    parts: Mapping[str, PartRun] = {}

    @property
    def kafka(self) -> str:
        """Every broker, comma separated."""
        return ",".join(f"{LOOPBACK}:{port}" for port, _ in self.ports.brokers)

    @property
    def objects_url(self) -> str:
        """Endpoint of S3 and of SQS."""
        return f"http://{LOOPBACK}:{self.ports.ministack}"

    @property
    def smtp_url(self) -> str:
        return f"smtp://{LOOPBACK}:{self.ports.mail}"

    @property
    def console_url(self) -> str:
        """Where people open the console."""
        return f"http://{LOOPBACK}:{self.ports.web}"

    @property
    def mail(self) -> Path:
        """The Maildir of every message sent."""
        return self.data / "mail"

    @property
    def logs(self) -> Path:
        return self.data / "logs"

    def ready_url(self, service: str) -> str:
        return f"http://{LOOPBACK}:{self.ports.services[service]}/readyz"

    @property
    def secrets(self) -> Path:
        """Passwords, keys and tokens of a secure stack, each in a file that its owner alone can read."""
        return self.data / "secrets"

    @property
    def keys_folder(self) -> Path:
        """The keys to S3 and SQS of everybody on a secure stack."""
        return self.secrets / "s3"

    @property
    def ca_file(self) -> Path:
        """Who vouches for the servers of a secure stack."""
        return self.secrets / "tls" / "ca.pem"

    @property
    def smtp_url_file(self) -> Path:
        """Where the address of a secure stack's mail server lies, with the password."""
        return self.secrets / "mail" / "smtp.url"

    @property
    def web_token_file(self) -> Path:
        """What a secure stack's services ask for before they show cases."""
        return self.secrets / "web" / "token"

    def account(self, name: str) -> dict[str, str]:
        """What somebody sets who speaks to Kafka under this name; nothing where Kafka asks for none."""
        if not self.secure:
            return {}
        file = self.secrets / "kafka" / f"{name}.password"
        return {"GOODORDER_KAFKA_USER": name, "GOODORDER_KAFKA_PASSWORD_FILE": str(file)}

    def keys(self, account: str) -> dict[str, str]:
        """What somebody sets who speaks to S3 and SQS; on a secure stack an account without keys finds none there."""
        if not self.secure:
            return {"AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local"}
        return {"AWS_SHARED_CREDENTIALS_FILE": str(self.keys_folder / f"{account}.credentials")}

    def environment(self) -> dict[str, str]:
        """What a client of this stack sets (services, the command line, tests)."""
        return {
            **self.account(OPERATIONS),
            **self.keys(OPERATIONS),
            **self._locks(),
            "GOODORDER_KAFKA": self.kafka,
            "GOODORDER_DATA": str(self.data),
            "GOODORDER_CONSOLE_URL": self.console_url,
            "GOODORDER_CONSOLE_PORT": str(self.ports.web),
            "GOODORDER_CASES_URL": f"http://{LOOPBACK}:{self.ports.services['cases']}",
            "GOODORDER_NOTIFY_URL": f"http://{LOOPBACK}:{self.ports.services['notify']}",
            "GOODORDER_SERVICE_URLS": json.dumps(
                {name: f"http://{LOOPBACK}:{port}" for name, port in self.ports.services.items()}
            ),
            "GOODORDER_OPS_MAIL": os.environ.get("GOODORDER_OPS_MAIL", "ops@example.com"),
            "GOODORDER_DROP_BUCKET": DROP_BUCKET,
            "GOODORDER_ARCHIVE_BUCKET": ARCHIVE_BUCKET,
            "GOODORDER_DROP_QUEUE": DROP_QUEUE,
            "GOODORDER_KEYS_BUCKET": KEYS_BUCKET,
            "GOODORDER_KEY_FILE": str(keys.house_key(self.data)),
            "GOODORDER_READER_KEYS": str(keys.reader_keys(self.data)),
            "GOODORDER_CARRIERS": str(self.carriers),
            "GOODORDER_PRODUCERS": str(self.producers),
            **({"GOODORDER_LICENSING": str(self.licensing)} if self.licensing else {}),
            "AWS_ENDPOINT_URL_S3": self.objects_url,
            "AWS_ENDPOINT_URL_SQS": self.objects_url,
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def _locks(self) -> dict[str, str]:
        if not self.secure:
            return {"GOODORDER_SMTP_URL": self.smtp_url}
        return {
            "GOODORDER_KAFKA_SECURITY_PROTOCOL": "SASL_SSL",
            "GOODORDER_KAFKA_CA_FILE": str(self.ca_file),
            "GOODORDER_WEB_TOKEN_FILE": str(self.web_token_file),
        }

    def save(self) -> None:
        """Write ``run.json``, whole or not at all."""
        with tempfile.NamedTemporaryFile("w", dir=self.data, prefix=".run-", delete=False) as file:
            file.write(self.model_dump_json(indent=2))
        Path(file.name).replace(path_in(self.data))


def path_in(data: Path) -> Path:
    return data / "run.json"


def load(data: Path) -> RunInfo:
    """The stack that runs on a data folder. Raises ``StackError`` when none does."""
    try:
        run = RunInfo.model_validate(json.loads(path_in(data).read_text()))
    except FileNotFoundError:
        raise StackError(f"No stack runs on {data}. Start it with `make up`.") from None
    if not Path(f"/proc/{run.pid}").exists():
        raise StackError(f"The stack on {data} (pid {run.pid}) ended without a goodbye. Start it with `make up`.")
    return run


def stack_environment(run: RunInfo, base: Mapping[str, str] | None = None) -> dict[str, str]:
    """The whole environment of a child: ours, without any way to a real cloud account, and with the stack's own."""
    inherited = os.environ if base is None else base
    kept = {name: value for name, value in inherited.items() if not name.startswith("AWS_")}
    # A proxy for the outside world must not stand between us and the loopback.
    beside_proxy = ",".join(filter(None, (kept.get("NO_PROXY") or kept.get("no_proxy"), LOOPBACK, "localhost")))
    return _with({**kept, "NO_PROXY": beside_proxy, "no_proxy": beside_proxy}, run.environment())


def service_environment(run: RunInfo, service: str) -> dict[str, str]:
    """A service's environment: the stack's, its own web port and a static member id for quick restarts."""
    database = os.environ.get("GOODORDER_DATABASE_URL_FILE", "")
    chosen = {
        # One folder with a file for each role, told in one setting to all.
        **({"GOODORDER_DATABASE_URL_FILE": database.replace("{service}", service)} if database else {}),
        "GOODORDER_WEB_PORT": str(run.ports.services[service]),
        "GOODORDER_WORKER_ID": f"{service}-1",
        "GOODORDER_LOG_FORMAT": os.environ.get("GOODORDER_LOG_FORMAT", "text"),
        "PYTHONUNBUFFERED": "1",
    }
    return _with(
        _without_keys(stack_environment(run), service),
        {**run.account(service), **run.keys(service), **_mail_account(run, service), **chosen},
    )


def _mail_account(run: RunInfo, service: str) -> dict[str, str]:
    """On a secure stack the way to the mail server is told to nobody but who sends mail."""
    if not run.secure or service not in SENDERS_OF_MAIL:
        return {}
    return {"GOODORDER_SMTP_URL_FILE": str(run.smtp_url_file), "GOODORDER_SMTP_CA_FILE": str(run.ca_file)}


def _with(before: Mapping[str, str], said: Mapping[str, str]) -> dict[str, str]:
    """Where we name a secret's file, what was said of the secret before counts no more."""
    return {**{name: value for name, value in before.items() if f"{name}_FILE" not in said}, **said}


def vendor_environment(run: RunInfo) -> dict[str, str]:
    """The environment of the scripted vendor, who has keys of its own and none of the house's."""
    others = {name: value for name, value in stack_environment(run).items() if name not in _KEYS}
    own = {"VENDOR_KEYS": str(keys.private_key(run.data, "vendors").with_suffix("")), "PYTHONUNBUFFERED": "1"}
    return {**others, **run.account(VENDOR), **own}


def _without_keys(environment: dict[str, str], party: str) -> dict[str, str]:
    """Who handles nothing private is not told where the house's key is."""
    return environment if handles_private(party) else {k: v for k, v in environment.items() if k not in _KEYS}


_KEYS = ("GOODORDER_KEY_FILE", "GOODORDER_KEYS_BUCKET", "GOODORDER_READER_KEYS")
