"""What the tests of the stores rely on when they ask for PostgreSQL."""

import os
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.postgres import PostgresError, postgres_server


def test_the_database_is_postgresql_18_and_empty(postgres_database: str) -> None:
    engine = sa.create_engine(postgres_database)
    with engine.connect() as connection:
        version = connection.execute(sa.text("SHOW server_version_num")).scalar_one()
        assert int(version) // 10000 == 18
    assert sa.inspect(engine).get_table_names() == []
    engine.dispose()


def test_no_port_is_opened_and_the_files_are_private(postgres: str) -> None:
    home = Path(str(sa.make_url(postgres).query["host"]))
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    engine = sa.create_engine(postgres)
    with engine.connect() as connection:
        assert connection.execute(sa.text("SHOW listen_addresses")).scalar_one() == ""
    engine.dispose()


def test_it_does_not_run_as_root(postgres: str) -> None:
    home = Path(str(sa.make_url(postgres).query["host"]))
    pid = int((home / "data" / "postmaster.pid").read_text().splitlines()[0])
    assert Path(f"/proc/{pid}").stat().st_uid != 0


def test_a_missing_wheel_is_an_error_and_no_skip(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(PostgresError, match="make setup"), postgres_server():
        pass


def test_a_killed_test_session_leaves_no_server_behind() -> None:
    script = (
        "import sys, time\n"
        "from tests.postgres import postgres_server\n"
        "with postgres_server() as server:\n"
        "    print(server.url, flush=True)\n"
        "    sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as session:
        assert session.stdout is not None
        home = Path(str(sa.make_url(session.stdout.readline().strip()).query["host"]))
        pid = int((home / "data" / "postmaster.pid").read_text().splitlines()[0])
        os.kill(session.pid, 9)
        session.wait()
    deadline = time.monotonic() + 20
    while Path(f"/proc/{pid}").exists():
        assert time.monotonic() < deadline, f"PostgreSQL {pid} outlived its test session"
        time.sleep(0.02)
    subprocess.run(["rm", "-rf", home], check=True)
