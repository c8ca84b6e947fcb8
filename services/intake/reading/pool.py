"""A few child processes that open documents for this one: a document that kills or hangs one costs only itself.

The processes are started as programs of their own, not by ``multiprocessing``: that would import the parent's
main module, and with it all of the service, again in each child.
"""

import asyncio
import itertools
import logging
import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, as_completed
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from queue import PriorityQueue
from types import TracebackType
from typing import Any, Self

from pydantic import ValidationError

from schemas.carrier import Carriers
from services.chassis.errors import Transient
from services.intake.reading.catalogue import load_catalogue
from services.intake.reading.child import Answer, Task
from services.intake.reading.opening import Limits, damaged, too_large
from services.intake.reading.page_reading import PageReading, Reading, Refused, Survey
from services.intake.reading.reader import Progress, read_packet

_LOG = logging.getLogger(__name__)

_MEMORY = 2 * 1024**3
"""Bytes of address space of a child; a letter page at 300 dpi with all its pictures needs a tenth."""
_LARGEST_ANSWER = 64 * 1024**2
_START_SECONDS = 60.0
_SURVEY, _SCAN, _STOP = range(3)
"""What is done first: a new document's survey goes before the pages of a long scan."""


class ReaderUnavailableError(Transient):
    """Reading cannot be done on this machine now; no fault of the document, which should be tried again."""


@dataclass(order=True)
class _Job:
    priority: int
    number: int
    task: Task | None = field(compare=False)
    answer: "Future[Answer]" = field(compare=False, default_factory=Future)


class ReaderPool:
    """Reads documents in child processes; ``timeout`` seconds for a survey or for one scanned page.

    Use it as a context manager, or call :meth:`close`. Raises :class:`schemas.carrier.CarrierDataError`.
    """

    def __init__(
        self,
        carriers: Carriers,
        processes: int = 2,
        timeout: float = 60.0,
        max_bytes: int = Limits.max_bytes,
        max_pages: int = Limits.max_pages,
        memory: int = _MEMORY,
    ) -> None:
        self.limits = Limits(max_bytes, max_pages)
        self._catalogue = load_catalogue(carriers)
        # Once and in one thread: CPython 3.11 can free an object's attributes twice while two threads pickle it.
        pickled = pickle.dumps(self._catalogue)
        self._jobs: PriorityQueue[_Job] = PriorityQueue()
        self._numbers = itertools.count()
        # A child dies with the thread that started it, so each has a thread that lives as long as the pool.
        self._threads = [
            threading.Thread(
                target=self._serve, args=(_Child(pickled, timeout, memory),), name=f"reader-{n}", daemon=True
            )
            for n in range(processes)
        ]
        for thread in self._threads:
            thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Ends the processes once what is asked is done."""
        for _ in self._threads:
            self._jobs.put(_Job(_STOP, next(self._numbers), None))
        for thread in self._threads:
            thread.join()

    async def read(self, content: bytes, document_id: str, progress: Progress | None = None) -> Reading | Refused:
        """As :meth:`read_now`, beside the event loop; ``progress`` is called from another thread."""
        return await asyncio.to_thread(self.read_now, content, document_id, progress)

    def read_now(self, content: bytes, document_id: str, progress: Progress | None = None) -> Reading | Refused:
        """One document. Raises :class:`ReaderUnavailableError` when no document could be read now."""
        return read_packet(content, document_id, self._catalogue, self, progress)

    def too_large(self) -> Refused:
        """What a document over the limit is told, for those who know its size before its bytes."""
        return too_large(self.limits)

    def survey(self, content: bytes, document_id: str) -> Survey | Refused:
        answer = self._ask(_SURVEY, Task(content, document_id, self.limits)).result()
        return answer.survey or answer.refused or damaged()

    def scan(self, content: bytes, document_id: str, pages: Iterable[int]) -> Iterator[PageReading | Refused]:
        """The pages as they get ready, on all processes."""
        asked = [self._ask(_SCAN, Task(content, document_id, self.limits, page)) for page in pages]
        try:
            for answer in as_completed(asked):
                yield answer.result().page or answer.result().refused or damaged()
        finally:
            for answer in asked:
                answer.cancel()

    def _ask(self, priority: int, task: Task) -> "Future[Answer]":
        job = _Job(priority, next(self._numbers), task)
        self._jobs.put(job)
        return job.answer

    def _serve(self, child: "_Child") -> None:
        try:
            child.start()
        except ReaderUnavailableError as error:
            _LOG.error("%s", error)
        while (job := self._jobs.get()).task is not None:
            if not job.answer.set_running_or_notify_cancel():
                continue
            try:
                job.answer.set_result(child.answer(job.task))
            except Exception as error:
                job.answer.set_exception(error)
        child.end()


class _Child:
    """One child process and its replacement after each that was lost."""

    def __init__(self, catalogue: bytes, timeout: float, memory: int) -> None:
        self._catalogue = catalogue
        self._timeout = timeout
        self._memory = memory
        self._process: subprocess.Popen[bytes] | None = None
        self._connection: Connection[Any, Any] | None = None

    def start(self) -> None:
        """Starts the process and waits until it is ready. Raises :class:`ReaderUnavailableError`."""
        ours, theirs = Pipe()
        self._process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "services.intake.reading.child",
                str(theirs.fileno()),
                str(os.getpid()),
                str(self._memory),
            ],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            # Its own session: with the process goes the Tesseract it may have started.
            start_new_session=True,
            env={**os.environ, "OMP_THREAD_LIMIT": "1", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1",
                 "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
        )  # fmt: skip
        theirs.close()
        self._connection = ours
        try:
            ours.send_bytes(self._catalogue)
            ready = ours.poll(_START_SECONDS) and ours.recv_bytes(_LARGEST_ANSWER) == b"ready"
        except (EOFError, OSError):
            ready = False
        if not ready:
            self.end()
            raise ReaderUnavailableError(
                "A reader process did not start; its own words are on standard error. Documents wait until one does."
            )

    def answer(self, task: Task) -> Answer:
        """The process's answer; ``damaged`` when the document ended or hung it.

        A process that just died is replaced and asked once more: it may have been killed for another's sake.
        Raises :class:`ReaderUnavailableError` when the machine, not the document, is at fault.
        """
        for last_try in (False, True):
            if self._process is None or self._process.poll() is not None:
                self.end()
                self.start()
            started = time.monotonic()
            answer = self._exchange(task)
            if answer is not None and answer.missing:
                raise ReaderUnavailableError(
                    f"{answer.missing} is not installed on this machine: scanned pages wait until it is"
                )
            if answer is not None and not answer.broken:
                return answer
            ended = answer.broken if answer else self._how_it_ended()
            again = answer is None and ended is not None and not last_try
            _LOG.warning(
                "document %s%s: the reader process was lost after %.1f s (%s); %s",
                task.document_id,
                "" if task.page is None else f", page {task.page}",
                time.monotonic() - started,
                ended or f"no answer within {self._timeout:.0f} s",
                "a fresh one tries again" if again else "the document counts as damaged",
            )
            self.end()
            self.start()
            if not again:
                break
        return Answer(refused=damaged())

    def end(self) -> None:
        """Ends the process and whatever it started."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        if self._process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None

    def _exchange(self, task: Task) -> Answer | None:
        connection = self._connection
        assert connection is not None  # noqa: S101 - answer() has started it
        try:
            connection.send(task)
            if not connection.poll(self._timeout):
                return None
            return Answer.model_validate_json(connection.recv_bytes(_LARGEST_ANSWER))
        except (EOFError, OSError, ValidationError):
            return None

    def _how_it_ended(self) -> str | None:
        """Exit code or signal of a process that died; ``None`` for one that still runs."""
        assert self._process is not None  # noqa: S101 - answer() has started it
        try:
            code = self._process.wait(timeout=0.5)
        except subprocess.TimeoutExpired:
            return None
        return f"exit code {code}" if code >= 0 else f"signal {signal.Signals(-code).name}"
