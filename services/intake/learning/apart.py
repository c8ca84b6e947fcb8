"""Learns a blank in a process with limits: a blank comes from outside, and may break or hang what opens it.

The process is this module, started as ``python -m services.intake.learning.apart <parent> <bytes>``; it is given the
blank by its standard input and answers in JSON, the blank as it is to be filed behind it.
"""

import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace

from pydantic import TypeAdapter, ValidationError

from services.intake.learning.learned import CannotLearnError, Learned, Told, learn
from services.intake.reading.child import quiet
from services.intake.reading.confinement import confine

MEMORY = 2 * 1024**3
"""Bytes of address space."""
SECONDS = 180.0
"""A form of a hundred pages without fields takes a minute."""
_LEARNED = TypeAdapter(Learned)
_DONE, _CANNOT = b"L", b"C"


def learn_apart(
    content: bytes, told: Told, products: Mapping[str, str], seconds: float = SECONDS, memory: int = MEMORY
) -> Learned:
    """As :func:`services.intake.learning.learned.learn`. Raises :class:`CannotLearnError` for whatever goes wrong."""
    process = subprocess.Popen(
        [sys.executable, "-m", __spec__.name, str(os.getpid()), str(memory)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        env={**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1",
             "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
    )  # fmt: skip
    try:
        answer, _ = process.communicate(pickle.dumps((content, told, dict(products))), timeout=seconds)
    except subprocess.TimeoutExpired as error:
        raise CannotLearnError(
            f"The blank was not read within {seconds:.0f} seconds. Print it anew to PDF, which leaves out what hangs "
            "the reader, or learn its pages in parts."
        ) from error
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    return _understood(answer, process.returncode)


def _understood(answer: bytes, code: int) -> Learned:
    kind, said = answer[:1], answer[1:]
    if kind == _CANNOT:
        raise CannotLearnError(said.decode(errors="replace"))
    head, _, blank = said.partition(b"\n")
    try:
        if kind != _DONE:
            raise ValueError
        return replace(_LEARNED.validate_json(head), blank=blank)
    except (ValueError, ValidationError) as error:
        how = f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
        raise CannotLearnError(
            f"The blank broke the process that read it ({how}); the reader is whole. Open the file in a PDF program, "
            "print it to a new PDF, and learn that one."
        ) from error


def main() -> None:
    confine(parent=int(sys.argv[1]), memory=int(sys.argv[2]))
    quiet()
    content, told, products = pickle.loads(sys.stdin.buffer.read())  # noqa: S301 - from the parent, not the blank
    try:
        learned = learn(content, told, products)
        answer = _DONE + _LEARNED.dump_json(replace(learned, blank=b"")) + b"\n" + learned.blank
    except CannotLearnError as error:
        answer = _CANNOT + str(error).encode()
    sys.stdout.buffer.write(answer)


if __name__ == "__main__":
    main()
