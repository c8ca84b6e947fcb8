"""One stack a data folder and a port: what a second one is told."""

import os
import signal
import socket
import stat
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from infra.stack import data_lock, parts
from infra.stack.errors import StackError
from infra.stack.ports import free_ports, require_free
from infra.stack.run import Ports, RunInfo, load, service_environment, stack_environment

PATIENCE = 60.0


def run_info(data: Path) -> RunInfo:
    return RunInfo(
        data=data, carriers=data / "carriers", pid=os.getpid(), started_at=datetime.now(UTC), ports=free_ports()
    )


def cli(*arguments: str, data: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "infra.stack", *arguments],
        env={**os.environ, "GOODORDER_DATA": str(data)},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


def test_a_busy_port_names_its_holder_and_the_way_out() -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]
        with pytest.raises(StackError) as caught:
            require_free({"kafka": (port,)})
    message = str(caught.value)
    assert f"{port} (kafka)" in message
    assert f"pid {os.getpid()}:" in message
    assert "GOODORDER_PORT_OFFSET=100 make up" in message


def test_every_busy_port_is_named_at_once() -> None:
    with socket.socket() as first, socket.socket() as second:
        for listener in (first, second):
            listener.bind(("127.0.0.1", 0))
            listener.listen()
        taken = (first.getsockname()[1], second.getsockname()[1])
        with pytest.raises(StackError) as caught:
            require_free({"kafka": taken[:1], "mail": taken[1:]})
    assert all(str(port) in str(caught.value) for port in taken)


def test_free_ports_are_free_and_all_different() -> None:
    ports = free_ports()
    numbers = [ports.kafka, ports.controller, ports.ministack, ports.mail, *ports.services.values()]
    assert len(set(numbers)) == len(numbers)
    require_free({"all": numbers})


def test_an_offset_moves_every_port() -> None:
    plain, moved = Ports(), Ports().shifted(100)
    assert (moved.kafka, moved.ministack, moved.mail) == (9192, 4666, 1125)
    assert {name: port - 100 for name, port in moved.services.items()} == dict(plain.services)


def test_a_second_stack_on_the_same_data_is_told_who_has_it(tmp_path: Path) -> None:
    with data_lock.locked(tmp_path):
        done = cli("up", "--only", "mail", data=tmp_path)
        refused = cli("reset", data=tmp_path)
    for answer in (done, refused):
        assert answer.returncode == 1
        assert f"in use by another stack (pid {os.getpid()})" in answer.stderr
        assert "Traceback" not in answer.stderr
    assert tmp_path.exists()


def test_reset_wipes_what_a_stack_left_and_nothing_else(tmp_path: Path) -> None:
    strange, ours = tmp_path / "photos", tmp_path / "ours"
    strange.mkdir()
    (strange / "wedding.jpg").write_bytes(b"x")
    with data_lock.locked(ours):
        (ours / "something").write_text("x")
    assert cli("reset", data=strange).returncode == 1
    assert (strange / "wedding.jpg").exists()
    assert cli("reset", data=ours).returncode == 0
    assert not ours.exists()


def test_status_without_a_stack_says_how_to_start_one(tmp_path: Path) -> None:
    answer = cli("status", data=tmp_path)
    assert answer.returncode == 1
    assert "make up" in answer.stderr


def test_the_record_of_a_stack_that_was_killed_is_not_believed(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as gone:
        gone.wait()
    run_info(tmp_path).model_copy(update={"pid": gone.pid}).save()
    with pytest.raises(StackError, match="without a goodbye"):
        load(tmp_path)


def test_the_record_reads_back_as_it_was_written(tmp_path: Path) -> None:
    run = run_info(tmp_path)
    run.save()
    assert load(tmp_path) == run


def test_children_can_reach_no_real_cloud_account(tmp_path: Path) -> None:
    outside = {"AWS_PROFILE": "production", "AWS_SESSION_TOKEN": "x", "AWS_ENDPOINT_URL": "https://example.com"}
    environment = stack_environment(run_info(tmp_path), {**outside, "PATH": "/bin", "NO_PROXY": "example.org"})
    assert not outside.keys() & environment.keys()
    assert environment["AWS_ACCESS_KEY_ID"] == "local"
    assert environment["NO_PROXY"] == "example.org,127.0.0.1,localhost"
    assert environment["PATH"] == "/bin"


def test_each_service_has_a_port_and_a_member_id_of_its_own(tmp_path: Path) -> None:
    run = run_info(tmp_path)
    environments = [service_environment(run, name) for name in run.ports.services]
    for setting in ("GOODORDER_WEB_PORT", "GOODORDER_WORKER_ID"):
        assert len({environment[setting] for environment in environments}) == len(environments)


def test_a_service_brings_the_servers_it_stands_on() -> None:
    assert parts.with_what_they_need(("mail",)) == ("mail",)
    assert parts.with_what_they_need(("intake",)) == ("kafka", "ministack", "mail", "intake")
    with pytest.raises(StackError, match="no part called kafak"):
        parts.with_what_they_need(("kafak",))


@pytest.mark.stack
def test_up_shows_its_endpoints_records_itself_and_ends_on_ctrl_c(tmp_path: Path) -> None:
    ports = free_ports()
    offset = ports.mail - Ports().mail
    with subprocess.Popen(
        [sys.executable, "-m", "infra.stack", "up", "--only", "mail", "--port-offset", str(offset)],
        env={**os.environ, "GOODORDER_DATA": str(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as up:
        assert up.stdout is not None
        shown = ""
        for line in up.stdout:
            shown += line
            if "Ctrl-C" in line:
                break
        assert f"smtp://127.0.0.1:{ports.mail}" in shown
        mail = load(tmp_path).parts["mail"]
        status = cli("status", data=tmp_path)
        assert status.returncode == 0, status.stderr
        assert str(mail.pid) in status.stdout
        up.send_signal(signal.SIGINT)
        assert up.wait(PATIENCE) == 0
    deadline = time.monotonic() + PATIENCE
    while Path(f"/proc/{mail.pid}").exists():
        assert time.monotonic() < deadline
        time.sleep(0.01)
    assert "make up" in cli("status", data=tmp_path).stderr


def test_the_data_folder_is_its_owners_alone(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir(mode=0o755)
    with data_lock.locked(data):
        assert stat.S_IMODE(data.stat().st_mode) == 0o700
