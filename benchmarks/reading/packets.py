"""The packets that are read: seeded, filled by typing or by hand, and brought in one of the seven conditions."""

import resource
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache

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
_DEFECTS = ("", "missing-signature", "", "missing-agent-signature", "hipaa-unsigned", "")


@dataclass(frozen=True)
class Case:
    """One packet in one condition."""

    condition: str
    carrier: str
    seed: int
    by_hand: bool = False

    @property
    def label(self) -> str:
        return f"{self.condition}, by hand" if self.by_hand else self.condition


@cache
def packet(case: Case) -> BuiltPacket:
    """The packet on paper, before anything happened to it; some lack a signature."""
    hands = hands_here()
    defect = _DEFECTS[case.seed % len(_DEFECTS)]
    usual = Circumstances(
        existing=case.seed % 2 == 0,
        replacing=case.seed % 2 == 0,
        other_owner=case.seed % 3 == 0,
        with_history=True,
        tobacco=case.seed % 4 == 0,
    )
    hand = hands[case.seed % len(hands)] if case.by_hand else None
    return build(
        Packet(case.label, case.carrier, case.seed, TODAY, (defect,) * bool(defect), Delivery.FLATTENED, usual, hand)
    )


@cache
def arrived(case: Case) -> bytes:
    return degraded(packet(case).content, CONDITIONS[case.condition], case.seed)


@cache
def templates() -> Templates:
    return Templates(load_catalogue(load_shelf().carriers))


def warm_up() -> None:
    """Draws every blank page: a worker does so once in its life."""
    for page in templates().catalogue.pages:
        templates().picture(page)


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
        yield scored(case.label, templates().catalogue.page(form_id, form_page), built.written, known, cpu)


def processor_seconds() -> float:
    """Of this process and of the programs it started that ended."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime
