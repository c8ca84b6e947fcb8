"""The packets that are read: seeded, filled by typing or by hand, and brought in one of the seven conditions."""

import multiprocessing
import os
import resource
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache

import cv2

from benchmarks.reading.scores import PageScore, scored
from samples.degrading import CONDITIONS, degraded
from samples.packets import BuiltPacket, Delivery, Packet, build, load_shelf
from samples.packets.case_values import Circumstances
from samples.packets.handwriting import hands_here
from schemas.ids import document_id
from services.intake.reading.catalogue import load_catalogue
from services.intake.reading.opening import Limits
from services.intake.reading.page_reading import Refused
from services.intake.reading.reader import scan_document_page
from services.intake.reading.templates import Templates

TODAY = date(2026, 11, 20)
CARRIERS = ("aldermoor", "quillhaven")
SEEDS = range(101, 200)
"""Packets that are measured. The reader was built while looking at others, and its confidences come from others."""
CALIBRATION_SEEDS = range(1001, 1003)
_KEPT = 6
"""Packets that a process keeps as they arrived: a packet's scans are 10 MB."""
BY_HAND = ("scan 200", "fine fax", "photo")
"""Conditions in which handwriting is read."""
_DEFECTS = ("", "missing-signature", "", "missing-agent-signature", "hipaa-unsigned", "")


@dataclass(frozen=True)
class Case:
    """One packet in one condition."""

    condition: str
    carrier: str
    seed: int
    hand: str | None = None
    """Whose handwriting; typed when not given."""

    @property
    def label(self) -> str:
        return f"{self.condition}, by hand" if self.hand else self.condition


def cases_of(seeds: Sequence[int]) -> list[Case]:
    """Every packet in each condition, typed; the first of them by each hand, too."""
    typed = [Case(condition, carrier, seed) for condition in CONDITIONS for carrier in CARRIERS for seed in seeds]
    by_hand = [Case(c, carrier, seeds[0], hand) for hand in hands_here() for c in BY_HAND for carrier in CARRIERS]
    return typed + by_hand


def workers() -> ProcessPoolExecutor:
    """A process for each core, each with its templates drawn."""
    os.environ["OMP_THREAD_LIMIT"] = "1"
    return ProcessPoolExecutor(os.cpu_count(), multiprocessing.get_context("forkserver"), warm_up)


@lru_cache(_KEPT)
def packet(case: Case) -> BuiltPacket:
    """The packet on paper, before anything happened to it; some lack a signature."""
    defect = _DEFECTS[case.seed % len(_DEFECTS)]
    usual = Circumstances(
        existing=case.seed % 2 == 0,
        replacing=case.seed % 2 == 0,
        other_owner=case.seed % 3 == 0,
        with_history=True,
        tobacco=case.seed % 4 == 0,
    )
    defects = (defect,) * bool(defect)
    return build(Packet(case.label, case.carrier, case.seed, TODAY, defects, Delivery.FLATTENED, usual, case.hand))


@lru_cache(_KEPT)
def arrived(case: Case) -> bytes:
    return degraded(packet(case).content, CONDITIONS[case.condition], case.seed)


@cache
def templates() -> Templates:
    return Templates(load_catalogue(load_shelf().carriers))


def warm_up() -> None:
    """Draws every blank page, as a reader process does once in its life, and keeps to one core."""
    cv2.setNumThreads(1)
    for page in templates().catalogue.pages:
        templates().picture(page)
    for family in templates().families:
        templates().features(family[0])
        templates().patches(family[0])


def read_case(case: Case) -> list[PageScore]:
    """Reads every page of the packet in this process."""
    return list(_read(case))


def _read(case: Case) -> Iterator[PageScore]:
    built, content = packet(case), arrived(case)
    name = document_id(content)
    for number, (form_id, form_page) in enumerate(built.pages, start=1):
        before = processor_seconds()
        reading = scan_document_page(content, name, number, templates(), Limits())
        cpu = processor_seconds() - before
        known = None if isinstance(reading, Refused) else reading
        blank = templates().catalogue.page(form_id, form_page)
        yield scored(case.label, blank, built.written, known, cpu, case.seed)


def processor_seconds() -> float:
    """Of this process and of the programs it started that ended."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime
