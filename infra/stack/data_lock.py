"""One stack a data folder: a lock that ends with the process that holds it."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from infra.stack.errors import StackError


@contextmanager
def locked(data: Path) -> Iterator[None]:
    """Hold the data folder. Raises ``StackError`` with the holder's pid when another process has it."""
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    # Uploads, databases and mails lie below: what they hold is nobody else's.
    data.chmod(0o700)
    with _path(data).open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StackError(
                f"The data folder {data} is in use by another stack (pid {holder(data) or 'unknown'}).\n"
                "See it with `make status`, end it with Ctrl-C where it runs, or use another folder (GOODORDER_DATA)."
            ) from None
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        yield


def holder(data: Path) -> int | None:
    """The pid of the stack that holds a data folder now, if any."""
    try:
        with _path(data).open("r+") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                written = file.read().strip()
                return int(written) if written else None
    except FileNotFoundError:
        return None
    return None


def is_ours(data: Path) -> bool:
    """Whether a stack ever ran on this folder: what else is in a folder is not ours to wipe."""
    return _path(data).exists()


def _path(data: Path) -> Path:
    return data / "stack.lock"
