"""Tiny programs that stand in for the parts of a stack."""

import sys
from pathlib import Path

from infra.stack.probes import tcp
from infra.stack.supervisor import Part

SERVER = """
import signal, socket, sys, time
port, journal, name, manners = int(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4]
def note(word):
    with open(journal, "a") as file:
        file.write(f"{name} {word}\\n")
def leave(*_):
    note("stopped")
    sys.exit(0)
signal.signal(signal.SIGTERM, signal.SIG_IGN if manners == "stubborn" else leave)
note("started")
listener = socket.socket()
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
listener.bind(("127.0.0.1", port))
listener.listen()
print(f"{name} listens", flush=True)
while True:
    listener.accept()[0].close()
"""

FAILS = "import sys; print('the settings make no sense', flush=True); sys.exit(3)"


def server(
    name: str, port: int, journal: Path, after: tuple[str, ...] = (), manners: str = "polite", **more: object
) -> Part:
    """Listens on its port; writes into the journal when it starts and when it is asked to stop."""
    return Part(
        name=name,
        command=(sys.executable, "-c", SERVER, str(port), str(journal), name, manners),
        environment={},
        answers=tcp(port),
        ports=(port,),
        after=after,
        **more,  # type: ignore[arg-type]
    )


def failing(name: str, **more: object) -> Part:
    """Ends at once with exit code 3."""

    async def never() -> bool:
        return False

    return Part(
        name=name,
        command=(sys.executable, "-c", FAILS),
        environment={},
        answers=never,
        **more,  # type: ignore[arg-type]
    )
