"""Which ports are free, and who holds those that are not."""

import socket
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from infra.stack.errors import StackError
from infra.stack.run import LOOPBACK, Ports

_LISTENING = "0A"
"""A socket's state in /proc/net/tcp."""


@dataclass(frozen=True)
class Owner:
    pid: int
    command: str


def free_ports(brokers: int = 1) -> Ports:
    """Ports that nobody holds at this moment, for a stack beside others with so many Kafka brokers."""
    default = Ports()
    with ExitStack() as held:
        numbers = iter([_bind_any(held) for _ in range(3 + 2 * brokers + len(default.services))])
        return Ports(
            kafka=next(numbers),
            controller=next(numbers),
            more_brokers=tuple((next(numbers), next(numbers)) for _ in range(brokers - 1)),
            ministack=next(numbers),
            mail=next(numbers),
            web=next(numbers),
            services={name: next(numbers) for name in default.services},
        )


def _bind_any(held: ExitStack) -> int:
    # Held until all are chosen, so that no number comes twice.
    listener = held.enter_context(socket.socket())
    listener.bind((LOOPBACK, 0))
    number: int = listener.getsockname()[1]
    return number


def require_free(wanted: Mapping[str, Iterable[int]]) -> None:
    """Raise ``StackError`` naming every port in use, its holder, and the setting that moves the stack."""
    taken = [
        f"  {port} ({part}) is held by {_describe(owner_of(port))}"
        for part, numbers in wanted.items()
        for port in numbers
        if not is_free(port)
    ]
    if taken:
        raise StackError(
            "These ports are in use:\n" + "\n".join(taken) + "\n"
            "End what holds them, or start on other ports: GOODORDER_PORT_OFFSET=100 make up"
        )


def is_free(port: int) -> bool:
    with socket.socket() as attempt:
        # As the servers do: a port in TIME_WAIT counts as free.
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            attempt.bind((LOOPBACK, port))
            attempt.listen()
        except OSError:
            return False
    return True


def owner_of(port: int) -> Owner | None:
    """The process that listens on a port, if /proc lets us see it."""
    sockets = {f"socket:[{inode}]" for inode in _listening_inodes(port)}
    for process in Path("/proc").iterdir():
        if not process.name.isdecimal():
            continue
        try:
            if any(str(handle.readlink()) in sockets for handle in (process / "fd").iterdir()):
                return Owner(int(process.name), _command(process))
        except OSError:
            continue  # it ended while we looked, or belongs to someone else
    return None


def _listening_inodes(port: int) -> set[str]:
    inodes = set()
    for table in (Path("/proc/net/tcp"), Path("/proc/net/tcp6")):
        if not table.exists():
            continue
        for line in table.read_text().splitlines()[1:]:
            _, local, _, state, *rest = line.split()
            if state == _LISTENING and int(local.rpartition(":")[2], 16) == port:
                inodes.add(rest[5])
    return inodes


def _command(process: Path) -> str:
    command = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
    return command if len(command) <= 100 else f"{command[:97]}..."


def _describe(owner: Owner | None) -> str:
    return f"pid {owner.pid}: {owner.command}" if owner else "a process of another user"
