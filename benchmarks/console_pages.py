"""The console's pages with many cases in its database: seconds a page, beside an empty page of the same server.

Run: ``python -m benchmarks.console_pages [--cases 50000] [--times 40]``. The cases are the sample case over and over,
with names, agents, states and dates of their own. The pages are fetched one after another from the real web server,
as a signed-in case manager does; ``/readyz``, one row from the database and no template, is what they are held against.
"""

import argparse
import os
import random
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic, sleep
from typing import Any
from uuid import uuid4

import httpx
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from infra.stack.ports import free_ports
from schemas.carrier import load_carriers
from schemas.codes import CaseState
from schemas.envelope import CloudEvent
from schemas.events import BY_DATA
from schemas.parties import receives
from schemas.publish.__main__ import ROOT, sample
from schemas.publish.json_schema import parsed
from services.chassis.runner import Received
from services.console.database import open_database
from services.console.people import accounts
from services.console.people.roles import Role
from services.console.projection import tables
from services.console.projection.lines import words_of
from services.console.settings import ConsoleSettings
from services.console.worker import describe_service

_DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_SYLLABLES = ("mar", "ten", "lo", "wis", "ka", "bren", "dor", "el", "vin", "sha", "tor", "ley", "quin", "hur", "ni")
_OWNERS = ("agent", "us", "carrier", "vendor")
_AT_ONCE = 1000
_NOW = datetime.now(UTC)


def main() -> None:
    said = argparse.ArgumentParser(prog="python -m benchmarks.console_pages", description=__doc__)
    said.add_argument("--cases", type=int, default=50_000)
    said.add_argument("--times", type=int, default=40)
    asked = said.parse_args()
    with tempfile.TemporaryDirectory(prefix="goodorder-console-") as folder:
        password, one, name = _fill(Path(folder), asked.cases)
        with _served(Path(folder)) as address:
            _measure(address, password, one, name, asked.times)


def _fill(data: Path, number: int) -> tuple[str, str, str]:
    """Make the cases; returns the password, one case's id and one insured's last name."""
    database = open_database(ConsoleSettings(data=data))
    chance = random.Random(7)
    with database.write() as db:
        password = accounts.add(db, "rowan", Role.CASE_MANAGER, None, _NOW)
        first = _sample_case(db)
        rows = {table: _rows_of(db, table, first) for table in _TABLES}
    began, one, last = monotonic(), first, ""
    for start in range(0, number, _AT_ONCE):
        made: dict[sa.Table, list[dict[str, Any]]] = {table: [] for table in (*_TABLES, tables.search_words)}
        for _ in range(min(_AT_ONCE, number - start)):
            one, last = _copy(rows, made, chance)
        with database.write() as db:
            for table, copies in made.items():
                if copies:
                    db.execute(table.insert(), copies)
        print(f"\r{start + _AT_ONCE:,} cases, {monotonic() - began:.0f} s", end="", flush=True, file=sys.stderr)
    print(file=sys.stderr)
    database.close()
    return password, one, last


_TABLES = (
    tables.cases, tables.open_items, tables.versions, tables.verdicts, tables.requirements, tables.timeline,
    tables.mails, tables.uploads, tables.differences,
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


def _rows_of(db: Connection, table: sa.Table, case: str) -> list[dict[str, Any]]:
    found = db.execute(sa.select(table).where(table.c.case_id == case))
    return [{name: value for name, value in row._mapping.items() if name != "seq"} for row in found]


def _copy(
    rows: dict[sa.Table, list[dict[str, Any]]], made: dict[sa.Table, list[dict[str, Any]]], chance: random.Random
) -> tuple[str, str]:
    case = "GO-" + "-".join("".join(chance.choices(_DIGITS, k=4)) for _ in range(3))
    given, last = (("".join(chance.choices(_SYLLABLES, k=3))).title() for _ in range(2))
    at = _NOW - timedelta(minutes=chance.randrange(500_000))
    line = {
        "state": chance.choice(list(CaseState)).value,
        "state_since": at,
        "updated_at": at,
        "next_at": at + timedelta(days=chance.randrange(40)),
        "due_at": at + timedelta(days=chance.randrange(90)) if chance.random() < 0.2 else None,
        "waits_for": chance.choice(_OWNERS),
        "agent_code": f"AG-{chance.randrange(1000, 1400)}",
        "insured_masked": f"{given} {last[0]}.",
        "insured_name": f"{given} {last}",
        "carrier_reference": f"ALD-{chance.randrange(10**7):07}",
        "to_confirm": chance.choice((0, 0, 0, 2)),
    }
    for table, originals in rows.items():
        for row in originals:
            own = {name: str(uuid4()) for name in _OWN_KEY & row.keys()}
            made[table].append({**row, **own, "case_id": case, **(line if table is tables.cases else {})})
    words = set().union(*(words_of(str(line[name])) for name in ("insured_name", "carrier_reference", "agent_code")))
    made[tables.search_words] += [{"word": word, "case_id": case} for word in words | words_of(case)]
    return case, last


@contextmanager
def _served(data: Path) -> Iterator[str]:
    """The web server as a process of its own."""
    port = free_ports().web
    address = f"http://127.0.0.1:{port}"
    environment = {
        **os.environ,
        "GOODORDER_DATA": str(data),
        "GOODORDER_CONSOLE_PORT": str(port),
        "GOODORDER_CONSOLE_URL": address,
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
        "GOODORDER_LOG_FORMAT": "text",
    }
    server = subprocess.Popen([sys.executable, "-m", "services.console.web"], env=environment)
    try:
        deadline = monotonic() + 60
        while not _answers(address):
            if monotonic() > deadline or server.poll() is not None:
                raise SystemExit("the console does not come up")
            sleep(0.1)
        yield address
    finally:
        server.terminate()
        server.wait(20)


def _answers(address: str) -> bool:
    try:
        return httpx.get(f"{address}/readyz", trust_env=False).status_code == 200
    except httpx.HTTPError:
        return False


def _measure(address: str, password: str, case: str, last: str, times: int) -> None:
    pages = {
        "empty (readyz)": "/readyz",
        "board": "/cases",
        "board, one state": "/cases?state=nigo",
        "board, clock": "/cases?order=clock",
        "board, page 200": "/cases?page=200",
        "search, whole name": f"/cases?q={last}",
        "search, two letters": f"/cases?q={last[:2]}",
        "search, number": "/cases?q=ALD-0001",
        "search, agent": "/cases?q=AG-1042",
        "case": f"/cases/{case}",
        "case, to fix": f"/cases/{case}/pages",
        "case, values": f"/cases/{case}/values",
        "case, history": f"/cases/{case}/history",
    }
    with httpx.Client(base_url=address, trust_env=False, timeout=60) as client:
        signed_in = client.post("/sign-in", data={"name": "rowan", "password": password})
        if signed_in.status_code != 303:
            raise SystemExit(f"signing in answered {signed_in.status_code}")
        print(f"{'Page':22}{'median':>9}{'90 %':>9}{'ratio':>8}")
        empty = 0.0
        for name, path in pages.items():
            took = sorted(_seconds(client, path) for _ in range(times))
            median, slow = statistics.median(took), took[int(len(took) * 0.9)]
            empty = empty or median
            print(f"{name:22}{median * 1000:6.0f} ms{slow * 1000:6.0f} ms{median / empty:8.1f}", flush=True)


def _seconds(client: httpx.Client, path: str) -> float:
    began = monotonic()
    answer = client.get(path)
    if answer.status_code != 200:
        raise SystemExit(f"{path} answered {answer.status_code}")
    return monotonic() - began


if __name__ == "__main__":
    main()
