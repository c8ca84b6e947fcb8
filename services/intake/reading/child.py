"""The process that opens bytes from outside: it obeys limits, answers in JSON, and may die without harm.

Started by :mod:`services.intake.reading.pool` as ``python -m services.intake.reading.child <fd> <parent> <bytes>``.
"""

import ctypes
import gc
import logging
import os
import re
import sys
import time
import warnings
from multiprocessing.connection import Connection
from traceback import extract_tb
from typing import Any

import cv2
from pytesseract import TesseractError, TesseractNotFoundError

from schemas.codes import PageFault
from services.intake.reading.catalogue import Catalogue
from services.intake.reading.confinement import confine
from services.intake.reading.page_reading import PageRead, Refused, Survey, Unpacked
from services.intake.reading.reader import scan_and_picture, survey_document
from services.intake.reading.second_reader import second_reader
from services.intake.reading.task import READY, Answer, Task, Work
from services.intake.reading.templates import Templates

_C = ctypes.CDLL(None, use_errno=True)


def main() -> None:
    connection: Connection[Any, Any] = Connection(int(sys.argv[1]))
    confined_by = confine(parent=int(sys.argv[2]), memory=int(sys.argv[3]))
    quiet()
    catalogue: Catalogue = connection.recv()
    templates = Templates(catalogue)
    # Before the first document: where there is no room for it, that is no document's fault.
    second_reader()
    # Pictures are large and few: what is here to stay need not be looked through after each page.
    gc.freeze()
    say_nothing()
    connection.send_bytes(READY + confined_by.encode())
    held = b""
    while True:
        try:
            task: Task = connection.recv()
        except EOFError:
            return
        held = held if task.content is None else task.content
        answer = _answered(task, held, templates)
        connection.send_bytes(answer.model_dump_json(exclude_none=True).encode())
        if answer.broken:
            # What a document did to this process is not known: the next one gets a fresh process.
            return
        del task
        _tidy()


def _answered(task: Task, content: bytes, templates: Templates) -> Answer:
    started = time.monotonic()
    answer = _done(task, content, templates)
    return answer.model_copy(update={"seconds": round(time.monotonic() - started, 3)})


def _done(task: Task, content: bytes, templates: Templates) -> Answer:
    try:
        if task.work is Work.SCAN:
            found: Survey | PageRead | Refused | Unpacked = scan_and_picture(
                content, task.document_id, task.page or 1, templates, task.limits, task.archive
            )
        else:
            only = {Work.SURVEY: None, Work.COUNT: (), Work.LOOK: (task.page or 1,)}[task.work]
            found = survey_document(content, task.document_id, templates, task.limits, only)
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
        case PageRead():
            return Answer(page=found.reading, pictures=dict(found.pictures))
        case Refused():
            return Answer(refused=found)
        case Unpacked():
            return Answer(unpacked=found)


def _broken(error: Exception) -> Answer:
    place = extract_tb(error.__traceback__)[-1]
    return Answer(
        broken=f"{type(error).__name__} in {place.name} ({place.filename}:{place.lineno})",
        fault=PageFault.TOO_DEMANDING if isinstance(error, MemoryError) else PageFault.DAMAGED,
    )


def _tidy() -> None:
    """Gives a page's memory back: open documents hold on to one another, and the allocator to what they leave."""
    gc.collect()
    _C.malloc_trim(0)


def quiet() -> None:
    """Uses one core, and says nothing of what it reads."""
    cv2.setNumThreads(1)
    # What pypdf logs of a damaged file are the file's own words, which may be anybody's SSN.
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")


def say_nothing() -> None:
    """From here on nothing goes to standard error: libraries in C print there what they stumble over in a document."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stderr.fileno())
    os.close(nowhere)


if __name__ == "__main__":
    main()
