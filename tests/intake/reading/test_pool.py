"""Opening documents from outside harms nobody but the document."""

import os
import signal
import subprocess
import time
from dataclasses import dataclass, field
from datetime import date
from io import BytesIO

import pytest
from pypdf import PdfWriter

from samples.hostile import HOSTILE
from samples.packets import named_packet
from schemas.carrier import Carriers
from schemas.codes import PageFault, RefusalCause
from schemas.ids import document_id
from services.intake.reading.catalogue import load_catalogue
from services.intake.reading.edition import reading_edition
from services.intake.reading.page_reading import PageRead, PageReading, Reading, Refused
from services.intake.reading.pool import LOST, ReaderPool
from tests.intake.reading import hostile
from tests.intake.reading.comparing import differences, values_of
from tests.intake.reading.degrading import degraded, fine_fax

pytestmark = pytest.mark.slow

TODAY = date(2026, 11, 21)


def refusal(pool: ReaderPool, content: bytes) -> Refused:
    result = pool.read_now(content, document_id(content))
    assert isinstance(result, Refused), result
    return result


def joined(*documents: bytes) -> bytes:
    """One document of their pages."""
    writer, out = PdfWriter(clone_from=BytesIO(documents[0])), BytesIO()
    for document in documents[1:]:
        writer.append(BytesIO(document))
    writer.write(out)
    return out.getvalue()


@dataclass
class Memory:
    """A shelf that lasts as long as the test."""

    kept: list[PageRead] = field(default_factory=list)
    editions: list[str] = field(default_factory=list)

    def held(self, document_id: str, edition: str) -> list[PageReading]:
        self.editions.append(edition)
        return [read.reading for read in self.kept if read.reading.document_id == document_id]

    def keep(self, read: PageRead, edition: str) -> None:
        self.editions.append(edition)
        self.kept.append(read)


def children() -> set[int]:
    """Reader processes of this one."""
    listed = subprocess.run(["ps", "-o", "pid=,args=", "--ppid", str(os.getpid())], capture_output=True, text=True)
    return {int(line.split()[0]) for line in listed.stdout.splitlines() if "services.intake.reading.child" in line}


@pytest.mark.parametrize("name", HOSTILE)
def test_each_hostile_sample_is_refused_with_its_cause_and_a_remedy(pool: ReaderPool, name: str) -> None:
    make, cause = HOSTILE[name]
    refused = refusal(pool, make())
    assert refused.cause is cause
    assert "send" in refused.message or "scan" in refused.message


@pytest.mark.parametrize("make", [hostile.looping_page_tree, hostile.kilometres], ids=["loop", "kilometres"])
def test_an_odd_document_is_refused_in_no_time(pool: ReaderPool, make: object) -> None:
    assert callable(make)
    before = children()
    assert refusal(pool, make()).cause in (RefusalCause.DAMAGED_PDF, RefusalCause.NO_KNOWN_FORM)
    assert children() == before


@pytest.mark.parametrize("make", [hostile.endless, hostile.exploding], ids=["time", "memory"])
def test_a_document_that_eats_time_or_memory_costs_only_itself(pool: ReaderPool, make: object) -> None:
    assert callable(make)
    packet, before = named_packet("clean-aldermoor", TODAY), children()
    assert refusal(pool, make()).cause is RefusalCause.TOO_DEMANDING
    after = children()
    assert len(after) == len(before)
    assert after != before
    read = pool.read_now(packet.content, document_id(packet.content))
    assert isinstance(read, Reading)
    assert differences(values_of(read.application), packet.truth.values) == {}


def test_a_page_that_hurts_its_reader_costs_only_itself(pool: ReaderPool) -> None:
    """Among the pages of a good packet: one hurts by its own data, one by being drawn, one is known to be too large."""
    packet, before = named_packet("clean-aldermoor", TODAY), children()
    content = joined(packet.content, hostile.exploding(), hostile.endless(), hostile.vast_picture())
    read = pool.read_now(content, document_id(content))
    assert isinstance(read, Reading)
    assert differences(values_of(read.application), packet.truth.values) == {}
    faults = [(page.page, page.fault) for page in read.application.unknown_pages]
    assert faults == [(8, PageFault.TOO_DEMANDING), (9, PageFault.TOO_DEMANDING), (10, PageFault.TOO_LARGE)]
    assert len(children()) == len(before)


def test_a_document_of_nothing_but_hurtful_pages_is_given_up_after_a_few(carriers: Carriers) -> None:
    """Four that cannot be looked at, four that cannot be drawn, those under way meanwhile, and the document itself."""
    content = joined(*[hostile.endless()] * 30)
    with ReaderPool(carriers, timeout=1) as hasty:
        before = LOST._value.get()
        assert refusal(hasty, content).cause is RefusalCause.TOO_DEMANDING
        assert LOST._value.get() - before <= 12


def test_pages_on_the_shelf_are_not_read_again(carriers: Carriers) -> None:
    content = degraded(named_packet("clean-aldermoor", TODAY).content, fine_fax, (3, 6))
    identity, shelf = document_id(content), Memory()
    with ReaderPool(carriers, processes=1, shelf=shelf, archive="archive") as first:
        read = first.read_now(content, identity)
    with ReaderPool(carriers, processes=1, shelf=shelf, archive="archive") as second:
        shelf.kept.pop()
        again = second.read_now(content, identity)
    assert isinstance(read, Reading)
    assert again == read
    assert [kept.reading.page for kept in shelf.kept] == [3 - shelf.kept[1].reading.page, shelf.kept[1].reading.page]
    assert len(set(shelf.editions)) == 1


def test_another_set_of_forms_is_another_edition_of_reading(carriers: Carriers) -> None:
    one, other = load_catalogue(carriers), load_catalogue({"aldermoor": carriers["aldermoor"]})
    assert reading_edition(one) == reading_edition(load_catalogue(carriers))
    assert reading_edition(one) != reading_edition(other)


def test_a_reader_killed_from_outside_is_replaced_and_no_document_pays_for_it(pool: ReaderPool) -> None:
    packet = named_packet("clean-quillhaven", TODAY)
    for child in children():
        os.kill(child, signal.SIGKILL)
    # Each of the two processes is met once.
    for _ in range(4):
        assert isinstance(pool.read_now(packet.content, document_id(packet.content)), Reading)


def test_an_answer_beyond_its_limit_is_given_up_and_the_next_document_is_read(
    carriers: Carriers, monkeypatch: pytest.MonkeyPatch
) -> None:
    packet = named_packet("clean-quillhaven", TODAY)
    with ReaderPool(carriers, processes=1) as small, monkeypatch.context() as patched:
        patched.setattr("services.intake.reading.pool._LARGEST_ANSWER", 1_000)
        before = children()
        assert refusal(small, packet.content).cause is RefusalCause.TOO_DEMANDING
        patched.undo()
        assert isinstance(small.read_now(packet.content, document_id(packet.content)), Reading)
        after = children()
        assert len(after) == len(before)
        assert after != before


async def test_a_document_is_read_beside_the_event_loop_and_tells_its_progress(pool: ReaderPool) -> None:
    packet, told = named_packet("clean-aldermoor", TODAY), []
    result = await pool.read(packet.content, document_id(packet.content), lambda done, all_: told.append((done, all_)))
    assert isinstance(result, Reading)
    assert told == [(7, 7)]
    assert [page.page for page in result.pages] == list(range(1, 8))


def test_a_document_of_too_many_pages_is_refused(carriers: Carriers) -> None:
    packet = named_packet("clean-aldermoor", TODAY)
    with ReaderPool(carriers, processes=1, max_pages=3) as small:
        assert refusal(small, packet.content).cause is RefusalCause.TOO_MANY_PAGES


def test_a_document_of_too_many_bytes_is_refused_by_size_alone(carriers: Carriers) -> None:
    with ReaderPool(carriers, processes=1, max_bytes=1000) as small:
        assert refusal(small, b"%PDF-1.7" + b" " * 1000).cause is RefusalCause.TOO_LARGE
        assert small.too_large().cause is RefusalCause.TOO_LARGE


def test_closing_ends_every_process(carriers: Carriers) -> None:
    before = children()
    pool = ReaderPool(carriers, processes=1)
    packet = named_packet("clean-aldermoor", TODAY)
    assert isinstance(pool.read_now(packet.content, document_id(packet.content)), Reading)
    assert len(children() - before) == 1
    pool.close()
    deadline = time.monotonic() + 5
    while children() - before and time.monotonic() < deadline:
        pass
    assert children() == before


def test_the_log_names_the_document_and_never_what_is_in_it(
    pool: ReaderPool, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    content = hostile.exploding()
    refusal(pool, content)
    assert document_id(content) in caplog.text
    assert "/Next" not in caplog.text + capfd.readouterr().err
