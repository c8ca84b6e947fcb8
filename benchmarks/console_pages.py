"""The console's pages with many cases in its database: milliseconds a page, beside an empty page of the same framework.

Run: ``python -m benchmarks.console_pages [--cases 50000] [--times 40] [--on sqlite|postgresql]``. The cases are the
sample case over and over, with names, agents, states and dates of their own; those that are opened are sealed by keys
of their own, which lie in S3. The pages are fetched one after another from the real web server, as a signed-in case
manager does, each time another case, which is a whole packet of forms. The peer is an empty page of FastAPI under
uvicorn: what the framework alone costs.
"""

import argparse
import os
import random
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import cycle
from pathlib import Path
from time import monotonic, sleep
from typing import Any
from uuid import uuid4

import boto3
import httpx
import sqlalchemy as sa
from pydantic import SecretStr
from sqlalchemy.engine import Connection

from infra.stack.ports import free_ports
from infra.stack.run import ROOT, RunInfo
from samples.packets import Packet, build
from schemas.carrier import load_carriers
from schemas.codes import CaseState, ReadingMethod
from schemas.envelope import CloudEvent
from schemas.events import BY_DATA, ApplicationRead
from schemas.finding_events import VerdictReached
from schemas.ids import document_id
from schemas.parties import receives
from schemas.publish.__main__ import sample
from schemas.publish.json_schema import parsed
from schemas.requirement_events import RequirementsChanged
from services.chassis.private.vault import Vault, open_vault, vault_of
from services.chassis.runner import Received
from services.console.database import Database, open_database
from services.console.people import accounts
from services.console.people.roles import Role
from services.console.projection import tables
from services.console.projection.lines import words_of
from services.console.settings import ConsoleSettings
from services.console.worker import describe_service
from services.intake.reading.page_reading import Reading
from services.intake.reading.pool import ReaderPool
from services.validation.good_order import check
from tests.postgres import new_database, postgres_server
from tests.stack import running_stack

_DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_SYLLABLES = ("mar", "ten", "lo", "wis", "ka", "bren", "dor", "el", "vin", "sha", "tor", "ley", "quin", "hur", "ni")
_OWNERS = ("agent", "us", "carrier", "vendor")
_AT_ONCE = 1000
_OPENED = 40
"""So many cases are there to be opened, each sealed by a key of its own."""
_NOW = datetime.now(UTC)
_TICKS = os.sysconf("SC_CLK_TCK")
_Kept = ApplicationRead | RequirementsChanged | VerdictReached


@dataclass(frozen=True)
class Filled:
    password: str
    opened: tuple[str, ...]
    """Cases to open."""
    last_names: tuple[str, ...]
    """Of cases to be found."""


def main() -> None:
    said = argparse.ArgumentParser(prog="python -m benchmarks.console_pages", description=__doc__)
    said.add_argument("--cases", type=int, default=50_000)
    said.add_argument("--times", type=int, default=40)
    said.add_argument("--on", choices=("sqlite", "postgresql"), action="append")
    asked = said.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="goodorder-console-") as folder,
        running_stack(Path(folder), "ministack") as stack,
    ):
        run = stack.run
        os.environ.update({name: value for name, value in run.environment().items() if name.startswith("AWS_")})
        with _peer() as address, httpx.Client(base_url=address, trust_env=False) as client:
            empty = statistics.median(_seconds(client, "/") for _ in range(asked.times))
        for kind in asked.on or ("sqlite", "postgresql"):
            with _database(kind, Path(folder)) as url:
                _try(kind, url, run, asked.cases, asked.times, empty)


def _try(kind: str, url: str, run: RunInfo, cases: int, times: int, empty: float) -> None:
    environment = {**os.environ, **run.environment(), "GOODORDER_DATABASE_URL": url, "GOODORDER_LOG_LEVEL": "ERROR"}
    settings = ConsoleSettings(data=run.data, database_url=SecretStr(url))
    database = open_database(settings, open_vault(settings, "console", at_once=True, s3=boto3.client("s3")))
    try:
        filled = _fill(database, cases)
    finally:
        database.close()
    print(f"\n{cases:,} cases on {kind}; load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    with _served(environment) as (address, pid):
        _measure(address, pid, filled, times, empty)


@contextmanager
def _database(kind: str, folder: Path) -> Iterator[str]:
    """An empty one of this kind."""
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'pages.db'}"
        return
    with postgres_server() as server, new_database(server.url, "pages") as url:
        yield url


def _fill(database: Database, number: int) -> Filled:
    chance = random.Random(7)
    with database.write() as db:
        password = accounts.add(db, "rowan", Role.CASE_MANAGER, None, _NOW)
        first = _sample_case(db)
        (first_line,) = (dict(row._mapping) for row in db.execute(sa.select(tables.cases)))
        held = _whole_packet(db, first)
    opened: list[str] = []
    names: list[str] = []
    for start in range(0, number, _AT_ONCE):
        lines: list[dict[str, Any]] = []
        for place in range(start, min(start + _AT_ONCE, number)):
            lines.append(_line(chance))
            if place % (number // _OPENED or 1) == 0 and len(opened) < _OPENED:
                opened.append(lines[-1]["case_id"])
                names.append(lines[-1]["insured_name"].split()[1])
        with database.write() as db:
            db.execute(tables.cases.insert(), [first_line | line for line in lines])
            db.execute(tables.search_words.insert(), [{"word": w, "case_id": c} for c, w in _words(lines)])
    with database.write() as db:
        for table in _TABLES:
            _spread(db, table, first)
    with database.write() as db:
        for case in opened:
            _keep(db, vault_of(db), case, *held)
        if db.dialect.name == "postgresql":
            # As the database does by itself within a minute.
            db.execute(sa.text("ANALYZE"))
    return Filled(password, tuple(opened), tuple(names))


def _whole_packet(db: Connection, case: str) -> tuple[ApplicationRead, RequirementsChanged, VerdictReached]:
    """The sample case's records, with a packet in the place of the sample's few values."""
    vault, carriers = vault_of(db), load_carriers(ROOT / "carriers")
    packet = build(Packet("pages", "aldermoor", 20_001, _NOW.date(), ("missing-signature", "shares-not-100")))
    with ReaderPool(carriers) as pool:
        reading = pool.read_now(packet.content, document_id(packet.content))
    if not isinstance(reading, Reading):
        raise SystemExit(f"the packet could not be read: {reading.message}")
    read = vault.open(case, ApplicationRead, _body(db, tables.versions, case))
    asked = vault.open(case, RequirementsChanged, _body(db, tables.requirements, case))
    verdict = VerdictReached.model_validate(_body(db, tables.verdicts, case))
    evidence, doubtful = reading.application.evidence, {"confidence": 0.5, "method": ReadingMethod.OCR}
    unsure = {at: evidence[at].model_copy(update=doubtful) for at in list(evidence)[:12]}
    application = reading.application.model_copy(update={"evidence": evidence | unsure})
    filed = read.documents[0].model_copy(update={"document_id": document_id(packet.content)})
    findings = check(application, carriers[application.carrier], _NOW.date())
    return (
        read.model_copy(update={"application": application, "documents": (filed,)}),
        asked,
        verdict.model_copy(update={"findings": findings}),
    )


def _body(db: Connection, table: sa.Table, case: str) -> Any:
    return db.execute(sa.select(table.c.body).where(table.c.case_id == case)).scalar_one()


def _keep(db: Connection, vault: Vault, case: str, *events: _Kept) -> None:
    """A case's own records, as the worker keeps them."""
    for table, event in zip((tables.versions, tables.requirements, tables.verdicts), events, strict=True):
        news: dict[str, Any] = {"body": vault.seal(case, event.model_copy(update={"case_id": case}), exclude_none=True)}
        if not isinstance(event, RequirementsChanged):
            news["version"] = 1
        db.execute(table.update().where(table.c.case_id == case).values(**news))
    db.execute(tables.cases.update().where(tables.cases.c.case_id == case).values(version=1))


_TABLES = (
    tables.open_items, tables.versions, tables.verdicts, tables.requirements, tables.timeline, tables.mails,
    tables.uploads, tables.differences,
)  # fmt: skip
_OWN_KEY = {"notification_id", "upload", "difference_id"}


def _sample_case(db: Connection) -> str:
    """One of each event of the published samples, taken as the worker takes them."""
    handlers = {handler.data: handler for handler in describe_service(load_carriers(ROOT / "carriers")).handlers}
    for data in receives("console"):
        if data in handlers:
            kind = BY_DATA[data]
            event = CloudEvent[Any](
                id=str(uuid4()), source="/benchmark", type=kind.type, time=_NOW, data=parsed(sample(kind.type)).data
            )
            tuple(handlers[data].handle(db, Received(event, kind.topic), None, _NOW))
    return str(db.execute(sa.select(tables.versions.c.case_id)).scalar_one())


def _line(chance: random.Random) -> dict[str, Any]:
    given, last = (("".join(chance.choices(_SYLLABLES, k=3))).title() for _ in range(2))
    at = _NOW - timedelta(minutes=chance.randrange(500_000))
    return {
        "case_id": "GO-" + "-".join("".join(chance.choices(_DIGITS, k=4)) for _ in range(3)),
        "state": chance.choice(list(CaseState)).value,
        "state_since": at,
        "updated_at": at,
        "next_at": at + timedelta(days=chance.randrange(40)),
        "due_at": at + timedelta(days=chance.randrange(90)) if chance.random() < 0.2 else None,
        "waits_for": chance.choice(_OWNERS),
        "agent_code": f"AG-{chance.randrange(1000, 1400)}",
        "insured_masked": f"{given} {last[0]}.",
        "insured_name": f"{given} {last}",
        "carrier": chance.choice(("aldermoor", "quillhaven")),
        "carrier_reference": f"ALD-{chance.randrange(10**7):07}",
        "to_confirm": chance.choice((0, 0, 0, 2)),
    }


def _words(lines: list[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    """What each case is found by, as the worker has it."""
    for line in lines:
        said = (str(line[name]) for name in ("insured_name", "carrier_reference", "agent_code", "case_id"))
        for word in sorted(set().union(*map(words_of, said))):
            yield line["case_id"], word


def _spread(db: Connection, table: sa.Table, first: str) -> None:
    """The sample case's rows, once more for every other case."""
    case = tables.cases.c.case_id
    said = {
        column.name: case if column.name == "case_id" else column + "-" + case if column.name in _OWN_KEY else column
        for column in table.c
        if column.name != "seq"
    }
    every = sa.join(table, tables.cases, sa.true())
    copies = sa.select(*said.values()).select_from(every).where(table.c.case_id == first, case != first)
    db.execute(table.insert().from_select(list(said), copies))


@contextmanager
def _served(environment: dict[str, str]) -> Iterator[tuple[str, int]]:
    """The web server as a process of its own: its address and pid."""
    port = free_ports().web
    address = f"http://127.0.0.1:{port}"
    said = environment | {"GOODORDER_CONSOLE_PORT": str(port), "GOODORDER_CONSOLE_URL": address}
    with _running((sys.executable, "-m", "services.console.web"), said, f"{address}/readyz") as pid:
        yield address, pid


@contextmanager
def _peer() -> Iterator[str]:
    """An empty page of the bare framework."""
    port = free_ports().web
    address = f"http://127.0.0.1:{port}"
    options = ("--port", str(port), "--no-access-log", "--log-level", "warning", "--no-server-header")
    with _running((sys.executable, "-m", "uvicorn", "benchmarks.console_peer:app", *options), {**os.environ}, address):
        yield address


@contextmanager
def _running(command: Sequence[str], environment: dict[str, str], ready: str) -> Iterator[int]:
    server = subprocess.Popen(command, env=environment, cwd=ROOT)
    try:
        deadline = monotonic() + 60
        while not _answers(ready):
            if monotonic() > deadline or server.poll() is not None:
                raise SystemExit(f"{' '.join(command[1:])} does not come up")
            sleep(0.1)
        yield server.pid
    finally:
        server.terminate()
        server.wait(20)


def _answers(address: str) -> bool:
    try:
        return httpx.get(address, trust_env=False).status_code == 200
    except httpx.HTTPError:
        return False


def _measure(address: str, pid: int, filled: Filled, times: int, empty: float) -> None:
    name, case = cycle(filled.last_names), cycle(filled.opened)
    pages = {
        "board": lambda: "/cases",
        "board, one state": lambda: "/cases?state=nigo",
        "board, one carrier and owner": lambda: "/cases?carrier=aldermoor&waits_for=agent",
        "board, clock": lambda: "/cases?order=clock",
        "board, to follow up": lambda: "/cases?order=follow_up",
        "board, values to confirm": lambda: "/cases?to_confirm=true",
        "board, page 200": lambda: "/cases?page=200",
        "board, page 900": lambda: "/cases?page=900",
        "search, whole name": lambda: f"/cases?q={next(name)}",
        "search, two letters": lambda: f"/cases?q={next(name)[:2]}",
        "search, two letters, clock": lambda: f"/cases?q={next(name)[:2]}&order=clock",
        "search, two words": lambda: f"/cases?q={next(name)[:3]}+{next(name)[:3]}",
        "search, number": lambda: "/cases?q=ALD-0001",
        "search, agent": lambda: "/cases?q=AG-1042",
        "search, nothing": lambda: "/cases?q=zzyzx",
        "case": lambda: f"/cases/{next(case)}",
        "case, to fix": lambda: f"/cases/{next(case)}/pages",
        "case, values": lambda: f"/cases/{next(case)}/values",
        "case, confirm": lambda: f"/cases/{next(case)}/confirm",
        "case, requirements": lambda: f"/cases/{next(case)}/requirements",
        "case, documents": lambda: f"/cases/{next(case)}/documents",
        "case, history": lambda: f"/cases/{next(case)}/history",
        "inbox": lambda: "/inbox",
        "send": lambda: "/upload",
    }
    with httpx.Client(base_url=address, trust_env=False, timeout=60) as client:
        signed_in = client.post("/sign-in", data={"name": "rowan", "password": filled.password})
        if signed_in.status_code != 303:
            raise SystemExit(f"signing in answered {signed_in.status_code}")
        print(f"| {'Page':30} |   Median |     95 % | Processor time | Times the empty page |\n|---|---|---|---|---|")
        print(f"| {'an empty page of FastAPI':30} | {empty * 1000:5.1f} ms | {'':8} | {'':14} | {1:20} |")
        for title, path in pages.items():
            before = _cpu_seconds(pid)
            took = sorted(_seconds(client, path()) for _ in range(times))
            cpu = (_cpu_seconds(pid) - before) / times
            median, slow = statistics.median(took), took[min(int(len(took) * 0.95), len(took) - 1)]
            said = f"{median * 1000:5.0f} ms | {slow * 1000:5.0f} ms | {cpu * 1000:11.0f} ms | {median / empty:20.1f}"
            print(f"| {title:30} | {said} |", flush=True)


def _seconds(client: httpx.Client, path: str) -> float:
    began = monotonic()
    answer = client.get(path)
    if answer.status_code != 200:
        raise SystemExit(f"{path} answered {answer.status_code}")
    return monotonic() - began


def _cpu_seconds(pid: int) -> float:
    """Of a process so far, without its children."""
    said = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(said[11]) + int(said[12])) / _TICKS


if __name__ == "__main__":
    main()
