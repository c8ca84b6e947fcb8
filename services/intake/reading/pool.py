"""A few child processes that open documents for this one: a document that kills or hangs one costs only itself.

The processes are started as programs of their own, not by ``multiprocessing``: that would import the parent's
main module, and with it all of the service, again in each child.
"""

import asyncio
import contextvars
import itertools
import logging
import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import suppress
from dataclasses import dataclass, field, replace
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from queue import PriorityQueue
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Any, Protocol, Self

from prometheus_client import Counter
from pydantic import ValidationError

from schemas.carrier import Carriers
from schemas.codes import PageFault, RefusalCause
from services.chassis.errors import Transient
from services.intake.reading.catalogue import Catalogue, load_catalogue
from services.intake.reading.edition import reading_edition
from services.intake.reading.opening import Limits, too_large
from services.intake.reading.page_reading import PageRead, PageReading, Reading, Refused, Survey, Unpacked
from services.intake.reading.reader import Progress, read_packet
from services.intake.reading.refusing import refusal
from services.intake.reading.second_reader import HOW_TO_GET, is_installed
from services.intake.reading.task import READY, Answer, Task, Work

_LOG = logging.getLogger(__name__)

_MEMORY = 2 * 1024**3
"""Bytes of address space of a child; a letter page at 300 dpi with all its pictures needs a tenth."""
_LARGEST_ANSWER = 128 * 1024**2
"""Bytes; the files of a large ZIP file, in base64, are the most there is to say."""
_START_SECONDS = 60.0
_SURVEY, _SCAN, _STOP = range(3)
"""What is done first: a new document's survey goes before the pages of a long scan."""


_DOCUMENTS_AT_ONCE = 16
"""As many wait for the processes side by side: more than intake's partitions, so that none waits for a thread."""
_KEPT = ("PATH", "LANG", "LC_ALL", "TZ", "LD_LIBRARY_PATH", "TESSDATA_PREFIX")
_OUT_OF_MEMORY = ("signal SIGABRT", "signal SIGILL", "signal SIGTRAP", "signal SIGKILL")
_MOST_LOST = 4
"""Pages of a document that may end or hang their readers, a minute each, before its others are given up."""

PAGES = Counter("intake_pages_total", "Pages by how they were read and what came of it", ["method", "outcome"])
"""Method: data (the document's own), picture. Outcome: read, failed, cached."""
SECONDS = Counter("intake_reading_seconds_total", "Seconds that reader processes worked, by method", ["method"])
LOST = Counter("intake_readers_lost_total", "Reader processes that a document ended or hung")


class Shelf(Protocol):
    """Where pages that were read from their pictures are kept, so that an interrupted scan goes on where it was."""

    def held(self, document_id: str, edition: str) -> Sequence[PageReading]:
        """The document's pages that were read in that way before."""
        ...

    def keep(self, read: PageRead, edition: str) -> None: ...


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

    With a ``shelf`` pages are read once; with an ``archive``, a bucket, pictures of them are taken for it.
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
        shelf: Shelf | None = None,
        archive: str | None = None,
    ) -> None:
        self.limits = Limits(max_bytes, max_pages)
        if not is_installed():
            _LOG.info(
                "scans are read by Tesseract alone, faxes and handwriting less surely; %s adds a reader", HOW_TO_GET
            )
        self._catalogue = load_catalogue(carriers)
        self._shelf, self._archive = shelf, archive
        self._edition = reading_edition(self._catalogue) if shelf else ""
        self._readings = ThreadPoolExecutor(_DOCUMENTS_AT_ONCE, thread_name_prefix="reading")
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

    @property
    def catalogue(self) -> Catalogue:
        """The forms that it reads by."""
        return self._catalogue

    def close(self) -> None:
        """Ends the processes once what is asked is done."""
        self._readings.shutdown()
        for _ in self._threads:
            self._jobs.put(_Job(_STOP, next(self._numbers), None))
        for thread in self._threads:
            thread.join()

    async def read(
        self, content: bytes, document_id: str, progress: Progress | None = None
    ) -> Reading | Refused | Unpacked:
        """As :meth:`read_now`, beside the event loop; ``progress`` is called from another thread."""
        work = contextvars.copy_context().run
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._readings, work, self.read_now, content, document_id, progress)

    def read_now(
        self, content: bytes, document_id: str, progress: Progress | None = None
    ) -> Reading | Refused | Unpacked:
        """One document. Raises :class:`ReaderUnavailableError` when no document could be read now."""
        return read_packet(content, document_id, self._catalogue, self, progress)

    def too_large(self) -> Refused:
        """What a document over the limit is told, for those who know its size before its bytes."""
        return too_large(self.limits)

    def survey(self, content: bytes, document_id: str) -> Survey | Refused | Unpacked:
        answer = self._ask(_SURVEY, self._task(Work.SURVEY, content, document_id)).result()
        found = answer.survey or answer.refused or answer.unpacked or self._survey_by_page(content, document_id)
        SECONDS.labels("data").inc(answer.seconds)
        if isinstance(found, Survey):
            failed = sum(1 for page in found.pages if page.fault)
            PAGES.labels("data", "failed").inc(failed)
            PAGES.labels("data", "read").inc(len(found.pages) - failed)
        return found

    def _survey_by_page(self, content: bytes, document_id: str) -> Survey | Refused:
        """After the whole document cost its reader: it is the fault of some page, and the others can be read."""
        count = self._ask(_SURVEY, self._task(Work.COUNT, content, document_id)).result()
        if count.refused:
            return count.refused
        counted = count.survey
        if counted is None:
            demanding = count.fault is PageFault.TOO_DEMANDING
            return refusal(RefusalCause.TOO_DEMANDING if demanding else RefusalCause.DAMAGED_PDF)
        asked = [
            (page, self._ask(_SCAN, self._task(Work.LOOK, content, document_id, page)))
            for page in range(1, counted.page_count + 1)
        ]
        pages: list[PageReading] = []
        to_scan: list[int] = []
        lost = 0
        for page, answer in asked:
            look = _GIVEN_UP if answer.cancelled() else answer.result()
            seen = look.survey
            lost += seen is None
            if lost == _MOST_LOST:
                # All at once: while one is waited for the next would begin.
                for _, other in asked:
                    other.cancel()
            pages.extend(seen.pages if seen else (_lost(document_id, page, look),))
            to_scan.extend(seen.to_scan if seen else ())
        return Survey(page_count=counted.page_count, pages=tuple(pages), to_scan=tuple(to_scan), seen=counted.seen)

    def scan(self, content: bytes, document_id: str, pages: Iterable[int]) -> Iterator[PageReading]:
        """The pages as they get ready, on all processes; what was read before comes at once."""
        wanted = set(pages)
        for page in self._shelf.held(document_id, self._edition) if self._shelf and wanted else ():
            if page.page in wanted:
                wanted.remove(page.page)
                PAGES.labels("picture", "cached").inc()
                yield page
        asked = {self._ask(_SCAN, self._task(Work.SCAN, content, document_id, page)): page for page in sorted(wanted)}
        lost = 0
        try:
            for answer in as_completed(asked):
                yield self._scanned(document_id, asked.pop(answer), answer.result())
                lost += answer.result().is_lost
                if lost >= _MOST_LOST:
                    break
        finally:
            for answer in asked:
                answer.cancel()
        yield from (self._scanned(document_id, page, _GIVEN_UP) for page in asked.values())

    def _scanned(self, document_id: str, page: int, answer: Answer) -> PageReading:
        reading = answer.page or _lost(document_id, page, answer)
        SECONDS.labels("picture").inc(answer.seconds)
        PAGES.labels("picture", "failed" if reading.fault else "read").inc()
        if self._shelf and answer.page:
            self._shelf.keep(PageRead(reading, answer.pictures), self._edition)
        return reading

    def _task(self, work: Work, content: bytes, document_id: str, page: int | None = None) -> Task:
        return Task(work, document_id, content, self.limits, page, self._archive)

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


_GIVEN_UP = Answer(fault=PageFault.TOO_DEMANDING)
"""Of pages that nobody is asked for after others of their document ended or hung too many readers."""


def _fault_of(ended: str | None) -> PageFault:
    """Of a process that hung, or that ended itself where it got no memory, as pdfium and C++ do."""
    return PageFault.TOO_DEMANDING if ended is None or ended in _OUT_OF_MEMORY else PageFault.DAMAGED


def _lost(document_id: str, page: int, answer: Answer) -> PageReading:
    """A page that ended or hung its reader."""
    return PageReading(document_id=document_id, page=page, fault=answer.fault or PageFault.DAMAGED)


def _environment(scratch: str) -> dict[str, str]:
    """What a process that opens bytes from outside is told of ours: no credentials, and one thread."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    threads = dict.fromkeys(("OMP_THREAD_LIMIT", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
    return {**kept, **threads, "TMPDIR": scratch, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}


class _Child:
    """One child process and its replacement after each that was lost."""

    def __init__(self, catalogue: bytes, timeout: float, memory: int) -> None:
        self._catalogue = catalogue
        self._timeout = timeout
        self._memory = memory
        self._process: subprocess.Popen[bytes] | None = None
        self._connection: Connection[Any, Any] | None = None
        self._holds: str | None = None
        """The document whose bytes the process has."""
        self._scratch: TemporaryDirectory[str] | None = None
        """What the process and its Tesseract write in passing; goes with them."""

    def start(self) -> None:
        """Starts the process and waits until it is ready. Raises :class:`ReaderUnavailableError`."""
        ours, theirs = Pipe()
        self._scratch = TemporaryDirectory(prefix="goodorder-reader-", ignore_cleanup_errors=True)
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
            env=_environment(self._scratch.name),
        )
        theirs.close()
        self._connection = ours
        try:
            ours.send_bytes(self._catalogue)
            said = ours.recv_bytes(_LARGEST_ANSWER) if ours.poll(_START_SECONDS) else b""
        except (EOFError, OSError):
            said = b""
        if said.startswith(READY):
            _LOG.debug("a reader process is ready, kept from the network by a %s", said.removeprefix(READY).decode())
        else:
            self.end()
            raise ReaderUnavailableError(
                "A reader process did not start; its own words are on standard error. Documents wait until one does."
            )

    def answer(self, task: Task) -> Answer:
        """The process's answer; one with a fault when the document, or its page, ended or hung it.

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
            took = time.monotonic() - started
            in_time = took < self._timeout
            silent = "no answer that can be taken" if in_time else f"no answer within {self._timeout:.0f} s"
            _LOG.warning(
                "document %s%s: the reader process was lost after %.1f s (%s); %s",
                task.document_id,
                "" if task.page is None else f", page {task.page}",
                took,
                ended or silent,
                "a fresh one tries again" if again else f"the {'page' if task.page else 'document'} is given up",
            )
            LOST.inc()
            self.end()
            self.start()
            if not again:
                break
        return Answer(fault=answer.fault if answer else _fault_of(ended))

    def end(self) -> None:
        """Ends the process and whatever it started."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        self._holds = None
        if self._process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None
        if self._scratch is not None:
            self._scratch.cleanup()
            self._scratch = None

    def _exchange(self, task: Task) -> Answer | None:
        connection = self._connection
        assert connection is not None  # noqa: S101 - answer() has started it
        try:
            known = self._holds == task.document_id
            connection.send(replace(task, content=None) if known else task)
            self._holds = task.document_id
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
