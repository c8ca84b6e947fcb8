"""The process that opens bytes from outside: it obeys limits, answers in JSON, and may die without harm.

Started by :mod:`services.intake.reading.pool` as ``python -m services.intake.reading.child <fd> <parent> <bytes>``.
"""

import ctypes
import logging
import os
import re
import resource
import signal
import sys
import warnings
from dataclasses import dataclass
from multiprocessing.connection import Connection
from traceback import extract_tb
from typing import Any

import cv2
from pytesseract import TesseractError, TesseractNotFoundError

from schemas.base import Contract
from services.intake.reading.catalogue import Catalogue
from services.intake.reading.opening import Limits
from services.intake.reading.page_reading import PageReading, Refused, Survey
from services.intake.reading.reader import scan_document_page, survey_document
from services.intake.reading.second_reader import second_reader
from services.intake.reading.templates import Templates

_PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class Task:
    """Work for the process; without ``page`` the survey of the whole document."""

    content: bytes
    document_id: str
    limits: Limits
    page: int | None = None


class Answer(Contract):
    """What became of a task: one of these."""

    survey: Survey | None = None
    page: PageReading | None = None
    refused: Refused | None = None
    broken: str | None = None
    """The place in our code where the document broke it; never the document's own words."""
    missing: str | None = None
    """A program that reading needs and this machine lacks."""


def main() -> None:
    connection: Connection[Any, Any] = Connection(int(sys.argv[1]))
    _obey(parent=int(sys.argv[2]), memory=int(sys.argv[3]))
    catalogue: Catalogue = connection.recv()
    templates = Templates(catalogue)
    # Before the first document: where there is no room for it, that is no document's fault.
    second_reader()
    connection.send_bytes(b"ready")
    while True:
        try:
            task: Task = connection.recv()
        except EOFError:
            return
        answer = _answered(task, templates)
        connection.send_bytes(answer.model_dump_json(exclude_none=True).encode())
        if answer.broken:
            # What a document did to this process is not known: the next one gets a fresh process.
            return


def _answered(task: Task, templates: Templates) -> Answer:
    try:
        if task.page is None:
            found: Survey | PageReading | Refused = survey_document(
                task.content, task.document_id, templates, task.limits
            )
        else:
            found = scan_document_page(task.content, task.document_id, task.page, templates, task.limits)
    except TesseractNotFoundError:
        return Answer(missing="Tesseract")
    except TesseractError as error:
        if data := re.search(r"loading language '(\w+)'", str(error.message)):
            return Answer(missing=f"Tesseract's data for the language {data[1]}")
        return _broken(error)
    except Exception as error:
        return _broken(error)
    match found:
        case Survey():
            return Answer(survey=found)
        case PageReading():
            return Answer(page=found)
        case Refused():
            return Answer(refused=found)


def _broken(error: Exception) -> Answer:
    place = extract_tb(error.__traceback__)[-1]
    return Answer(broken=f"{type(error).__name__} in {place.name} ({place.filename}:{place.lineno})")


def _obey(parent: int, memory: int) -> None:
    """Dies with the parent, takes no more memory than it is given, leaves no core file, uses one core."""
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        sys.exit("the parent is gone")
    # An interrupt at the terminal is for the parent, which ends its children in order.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    cv2.setNumThreads(1)
    # What pypdf logs of a damaged file are the file's own words, which may be anybody's SSN.
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")


if __name__ == "__main__":
    main()
