"""What a developer may rely on when a stack starts, stumbles and stops."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from infra.stack.errors import StackError
from infra.stack.output import Output
from infra.stack.run import PartRun, State
from infra.stack.supervisor import BackOff, Supervisor
from tests.infra.children import failing, server

QUICK = BackOff(first=0.02, longest=0.1, healthy=30)
PATIENCE = 30.0


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        number: int = listener.getsockname()[1]
        return number


def new_supervisor(folder: Path, changed: Callable[[], None] = lambda: None) -> Supervisor:
    return Supervisor(Output(folder / "logs", None), lambda: datetime.now(UTC), changed, QUICK)


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not true():  # noqa: ASYNC110 (another process)
            await asyncio.sleep(0.01)


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


async def test_parts_start_after_what_they_stand_on_and_stop_before_it(tmp_path: Path) -> None:
    journal = tmp_path / "journal"
    supervisor = new_supervisor(tmp_path)
    await supervisor.start(
        [
            server("service", free_port(), journal, after=("broker", "store")),
            server("broker", free_port(), journal),
            server("store", free_port(), journal),
        ]
    )
    assert {part.state for part in supervisor.snapshot().values()} == {State.READY}
    await supervisor.stop()
    lines = journal.read_text().splitlines()
    assert set(lines[:2]) == {"broker started", "store started"}
    assert lines[2:4] == ["service started", "service stopped"]
    assert set(lines[4:]) == {"broker stopped", "store stopped"}


async def test_a_killed_part_comes_back_with_another_pid(tmp_path: Path) -> None:
    recorded: list[PartRun] = []
    supervisor = new_supervisor(tmp_path, lambda: recorded.extend(supervisor.snapshot().values()))
    await supervisor.start([server("broker", free_port(), tmp_path / "journal")])
    before = supervisor.snapshot()["broker"].pid
    await supervisor.kill("broker")
    async with asyncio.timeout(PATIENCE):
        await supervisor.until_ready("broker")
    now = supervisor.snapshot()["broker"]
    assert now.pid not in (None, before)
    assert now.restarts == 1
    assert recorded[-1] == now, "who reads run.json would see the old pid"
    await supervisor.stop()


async def test_a_part_killed_from_outside_comes_back_too(tmp_path: Path) -> None:
    supervisor = new_supervisor(tmp_path)
    await supervisor.start([server("broker", free_port(), tmp_path / "journal")])
    pid = supervisor.snapshot()["broker"].pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    await until(lambda: supervisor.snapshot()["broker"].restarts == 1)
    await until(lambda: supervisor.snapshot()["broker"].state is State.READY)
    await supervisor.stop()


async def test_a_part_that_never_comes_up_says_so_with_its_last_words(tmp_path: Path) -> None:
    supervisor = new_supervisor(tmp_path)
    with pytest.raises(StackError) as caught:
        await supervisor.start([failing("broker")])
    assert "broker did not start: ended with exit code 3" in str(caught.value)
    assert "the settings make no sense" in str(caught.value)
    assert str(tmp_path / "logs" / "broker.log") in str(caught.value)
    await supervisor.stop()


async def test_a_part_that_does_not_answer_in_time_has_failed(tmp_path: Path) -> None:
    async def deaf() -> bool:
        return False

    part = server("broker", free_port(), tmp_path / "journal")
    supervisor = new_supervisor(tmp_path)
    with pytest.raises(StackError, match=r"does not answer after 0\.3 s"):
        await supervisor.start([type(part)(**{**vars(part), "answers": deaf, "start_seconds": 0.3})])
    await supervisor.stop()


async def test_a_restart_is_only_ready_after_its_set_up_was_done_again(tmp_path: Path) -> None:
    done: list[str] = []

    async def set_up() -> None:
        done.append("set up")
        if len(done) == 2:
            raise ConnectionError("not yet")

    supervisor = new_supervisor(tmp_path)
    await supervisor.start([server("store", free_port(), tmp_path / "journal", set_up=set_up)])
    assert len(done) == 1
    await supervisor.kill("store")
    async with asyncio.timeout(PATIENCE):
        await supervisor.until_ready("store")
    assert len(done) == 3
    await supervisor.stop()


async def test_a_stubborn_part_is_killed_after_its_grace(tmp_path: Path) -> None:
    supervisor = new_supervisor(tmp_path)
    part = server("broker", free_port(), tmp_path / "journal", manners="stubborn", stop_seconds=0.3)
    await supervisor.start([part])
    pid = supervisor.snapshot()["broker"].pid
    assert pid is not None
    async with asyncio.timeout(PATIENCE):
        await supervisor.stop()
    assert not alive(pid)


async def test_a_second_ctrl_c_waits_for_no_grace(tmp_path: Path) -> None:
    supervisor = new_supervisor(tmp_path)
    part = server("broker", free_port(), tmp_path / "journal", manners="stubborn", stop_seconds=3600)
    await supervisor.start([part])
    stopping = asyncio.create_task(supervisor.stop())
    await asyncio.sleep(0)
    supervisor.kill_all()
    async with asyncio.timeout(PATIENCE):
        await stopping


async def test_what_a_part_started_itself_ends_with_it(tmp_path: Path) -> None:
    pool = tmp_path / "pool"
    family = (
        "import pathlib, subprocess, sys, time\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(3600)'])\n"
        "pathlib.Path(sys.argv[1]).write_text(str(child.pid))\n"
        "time.sleep(3600)\n"
    )

    async def answers() -> bool:
        return pool.exists() and bool(pool.read_text())

    part = failing("worker")
    worker = type(part)(**{**vars(part), "command": (sys.executable, "-c", family, str(pool)), "answers": answers})
    supervisor = new_supervisor(tmp_path)
    await supervisor.start([worker])
    grandchild, pid = int(pool.read_text()), supervisor.snapshot()["worker"].pid
    assert pid is not None
    assert alive(grandchild)
    os.kill(pid, signal.SIGKILL)
    await until(lambda: not alive(grandchild))
    await supervisor.stop()


def test_children_die_with_a_killed_supervisor(tmp_path: Path) -> None:
    script = (
        "import asyncio, sys\n"
        "from pathlib import Path\n"
        "from tests.infra.children import server\n"
        "from tests.infra.test_supervisor import free_port, new_supervisor\n"
        "async def main():\n"
        "    folder = Path(sys.argv[1])\n"
        "    supervisor = new_supervisor(folder)\n"
        "    manners = {'manners': 'stubborn'}\n"
        "    await supervisor.start([server('broker', free_port(), folder / 'journal', **manners)])\n"
        "    print(supervisor.snapshot()['broker'].pid, flush=True)\n"
        "    await asyncio.Event().wait()\n"
        "asyncio.run(main())\n"
    )
    with subprocess.Popen([sys.executable, "-c", script, str(tmp_path)], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        assert alive(pid)
        parent.kill()
    asyncio.run(until(lambda: not alive(pid)))


def test_the_wait_before_a_restart_doubles_up_to_its_limit() -> None:
    back_off = BackOff()
    assert [back_off.after(ends) for ends in range(1, 8)] == [0.5, 1, 2, 4, 8, 15, 15]


async def test_what_a_part_says_is_kept_in_its_file(tmp_path: Path) -> None:
    supervisor = new_supervisor(tmp_path)
    await supervisor.start([server("broker", free_port(), tmp_path / "journal")])
    await until(lambda: b"broker listens\n" in (tmp_path / "logs" / "broker.log").read_bytes())
    await supervisor.stop()
