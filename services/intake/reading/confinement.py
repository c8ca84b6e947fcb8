"""Confines the process that opens bytes from outside: no network, no other process's memory, no large files.

The programs that it starts (Tesseract) inherit all of it. What is denied is denied by the kernel: a seccomp filter,
which needs no privilege and is in every container; where the kernel has none for this machine, a network namespace
without any network.
"""

import ctypes
import errno
import os
import platform
import resource
import signal
import struct
import sys
from dataclasses import dataclass
from enum import StrEnum

_C = ctypes.CDLL(None, use_errno=True)

_PR_SET_PDEATHSIG, _PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS = 1, 22, 38
_SECCOMP_MODE_FILTER = 2
_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000

_LARGEST_FILE = 512 * 1024**2
"""Bytes of a file that it may write: Tesseract's input, an uncompressed picture of a page, needs a tenth."""
_OPEN_FILES = 128


class Network(StrEnum):
    """What keeps the process from the network."""

    SECCOMP = "seccomp filter"
    NAMESPACE = "network namespace"


class NotConfinedError(Exception):
    """The kernel offers nothing that keeps a process from the network."""


@dataclass(frozen=True)
class _Machine:
    """The kernel's number for this kind of machine (AUDIT_ARCH_*), and those of the calls that are denied."""

    architecture: int
    denied: tuple[int, ...]
    other_numbers: int | None = None
    """Numbers from here on are the same calls under other names."""


# socket, ptrace, process_vm_readv, process_vm_writev, io_uring_setup (which opens sockets, too), pidfd_getfd.
_MACHINES = {
    "x86_64": _Machine(0xC000003E, (41, 101, 310, 311, 425, 438), other_numbers=0x40000000),
    "aarch64": _Machine(0xC00000B7, (198, 117, 270, 271, 425, 438)),
}

_LOAD, _EQUAL, _FROM, _RETURN = 0x20, 0x15, 0x35, 0x06
"""Instructions of the filter: load a word of the call's data, jump if equal, jump if not less, return."""
_NUMBER, _ARCHITECTURE = 0, 4
"""Where in the call's data they stand."""
_ALLOW, _DENY, _KILL = 0x7FFF0000, 0x00050000 | errno.EACCES, 0x80000000


def confine(parent: int, memory: int) -> Network:
    """For the rest of this process's life. Raises :class:`NotConfinedError`; exits when the parent is gone."""
    _C.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        sys.exit("the parent is gone")
    # An interrupt at the terminal is for the parent, which ends its children in order.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for what, limit in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, _LARGEST_FILE),
        (resource.RLIMIT_NOFILE, _OPEN_FILES),
    ):
        resource.setrlimit(what, (limit, limit))
    return _leave_the_network()


def _leave_the_network() -> Network:
    machine = _MACHINES.get(platform.machine())
    if machine is not None and _filtered(machine):
        return Network.SECCOMP
    if not _C.unshare(_CLONE_NEWUSER | _CLONE_NEWNET):
        return Network.NAMESPACE
    raise NotConfinedError(
        "This kernel has neither seccomp filters for this machine nor network namespaces for users: documents from "
        "outside are not opened without one of them."
    )


def _filtered(machine: _Machine) -> bool:
    """Whether the kernel took the filter."""
    program = _program(machine)
    held = ctypes.create_string_buffer(program, len(program))
    asked = struct.pack("HL", len(program) // 8, ctypes.addressof(held))
    if _C.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0):
        return False
    return not _C.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.create_string_buffer(asked, len(asked)), 0, 0)


def _program(machine: _Machine) -> bytes:
    """Another architecture's call ends the process; a denied one fails with "permission denied"."""
    denied = len(machine.denied) + (machine.other_numbers is not None)
    steps = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_EQUAL, 1, 0, machine.architecture),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER),
        *((_EQUAL, denied - place, 0, number) for place, number in enumerate(machine.denied)),
        *(((_FROM, 1, 0, machine.other_numbers),) if machine.other_numbers is not None else ()),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _DENY),
    ]
    return b"".join(struct.pack("HBBI", *step) for step in steps)
