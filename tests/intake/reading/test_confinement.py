"""The process that opens bytes from outside reaches no network, no other process, and none of our secrets."""

import subprocess
import sys
from pathlib import Path

import pytest

from schemas.carrier import Carriers
from services.intake.reading.pool import ReaderPool
from tests.intake.reading.test_pool import children

CONFINED = """
import os, sys
from services.intake.reading import confinement
{before}
print(confinement.confine(os.getppid(), 2 * 1024**3))
{after}
"""
CONNECT = """
import socket
server = ("127.0.0.1", int(sys.argv[1]))
for family, address in ((socket.AF_INET, server), (socket.AF_UNIX, sys.argv[2])):
    try:
        socket.socket(family).connect(address)
    except OSError as error:
        print(type(error).__name__)
    else:
        print("connected")
"""


def confined(after: str, *arguments: str, before: str = "") -> list[str]:
    """What a process prints after it was confined."""
    script = CONFINED.format(before=before, after=after)
    done = subprocess.run([sys.executable, "-c", script, *arguments], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@pytest.fixture
def listening(tmp_path: Path) -> "tuple[str, str]":
    """A TCP port and a Unix socket that take connections."""
    import socket

    tcp, unix = socket.create_server(("127.0.0.1", 0)), socket.socket(socket.AF_UNIX)
    unix.bind(str(tmp_path / "socket"))
    unix.listen()
    yield str(tcp.getsockname()[1]), str(tmp_path / "socket")
    tcp.close()
    unix.close()


def test_it_cannot_connect_to_anything(listening: "tuple[str, str]") -> None:
    assert confined(CONNECT, *listening) == ["seccomp filter", "PermissionError", "PermissionError"]


def test_a_program_that_it_starts_cannot_either(listening: "tuple[str, str]") -> None:
    inner = (
        f"import subprocess; print(subprocess.run([sys.executable, '-c', 'import sys' + {CONNECT!r}, *sys.argv[1:]], "
    )
    inner += "capture_output=True, text=True).stdout, end='')"
    assert confined(inner, *listening)[1:] == ["PermissionError", "PermissionError"]


def test_without_seccomp_it_has_a_network_of_its_own_that_leads_nowhere(listening: "tuple[str, str]") -> None:
    """On a machine whose calls' numbers are not on file. Unix sockets are files, and stay."""
    if subprocess.run(["unshare", "--user", "--net", "true"], capture_output=True).returncode:
        pytest.skip("this kernel gives users no network namespaces")
    said = confined(CONNECT, *listening, before="confinement._MACHINES.clear()")
    assert said[:2] == ["network namespace", "OSError"]


def test_with_neither_it_does_not_begin() -> None:
    before = "confinement._MACHINES.clear(); confinement._C.unshare = lambda flags: -1"
    with pytest.raises(AssertionError, match="not opened without one of them"):
        confined("", before=before)


def test_it_can_read_no_other_process() -> None:
    look = """
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
print(libc.ptrace(16, os.getppid(), 0, 0), ctypes.get_errno())
"""
    assert confined(look)[1] == "-1 13"


def test_it_writes_no_large_file(tmp_path: Path) -> None:
    write = """
import signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
with open(sys.argv[1], "wb") as file:
    file.seek(600 * 1024**2)
    try:
        file.write(b"x")
        file.flush()
        print("written")
    except OSError as error:
        print(error.strerror)
        os._exit(0)
"""
    assert confined(write, str(tmp_path / "large"))[1:] == ["File too large"]


@pytest.mark.slow
def test_the_pools_own_processes_are_confined_and_know_no_secret(
    carriers: Carriers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "not-for-children")
    before = children()
    with ReaderPool(carriers, processes=1) as pool:
        pool.read_now(b"", "0" * 64)
        (child,) = children() - before
        status = Path(f"/proc/{child}/status").read_text()
        environment = Path(f"/proc/{child}/environ").read_bytes().split(b"\0")
        scratch = next(line for line in environment if line.startswith(b"TMPDIR=")).decode().partition("=")[2]
        assert Path(scratch).is_dir()
    assert "Seccomp:\t2" in status
    assert "NoNewPrivs:\t1" in status
    assert not any(b"not-for-children" in line for line in environment)
    assert not Path(scratch).exists()
