"""Files in a ZIP file: each is a document of the same upload, with its own case or refusal; a virus stops them all."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from samples.packets import named_packet
from schemas.carrier import Carriers
from schemas.codes import RefusalCause, VirusScan
from schemas.events import DocumentReceived, DocumentRefused
from schemas.file_events import DocumentUnpacked
from schemas.ids import case_id, document_id
from services.chassis.runner import Runner
from services.intake import casebook
from services.intake.virus_scan import Address, VirusScanner
from tests.intake.desk import at_work
from tests.intake.reading.in_process import InProcess
from tests.intake.reading.packed import portfolio, zipped
from tests.intake.test_virus_scan import HARMFUL, clamd

TODAY = date(2026, 11, 21)
ONE, OTHER = named_packet("clean-aldermoor", TODAY).content, named_packet("clean-quillhaven", TODAY).content
INNER = zipped({"one.pdf": ONE})
PACKED = zipped({"one.pdf": ONE, "in/other.pdf": OTHER, "inner.zip": INNER, "note.txt": b"hello"})


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/intake.db"


async def test_each_file_of_a_zip_has_its_own_case_or_refusal(
    database_url: str, hands: InProcess, carriers: Carriers
) -> None:
    async with at_work(database_url, hands, carriers) as desk:
        await desk.drop(PACKED, "packets.zip")
        await desk.take_members()
        (unpacked,) = desk.worker.published(DocumentUnpacked)
        assert unpacked.members == tuple(map(document_id, (ONE, OTHER, INNER, b"hello")))
        assert [read.case_id for read in desk.read] == [case_id(document_id(ONE)), case_id(document_id(OTHER))]
        assert [read.documents[0].file_name for read in desk.read] == ["packets.zip/one.pdf", "packets.zip/other.pdf"]
        refused = desk.worker.published(DocumentRefused)
        assert [(each.file_name, each.cause) for each in refused] == [
            ("packets.zip/inner.zip", RefusalCause.NESTED_ARCHIVE),
            ("packets.zip/note.txt", RefusalCause.NOT_A_PDF),
        ]
        assert {each.agent_code for each in refused} == {"AG-1042"}
        assert await desk.status(PACKED) == ("unpacked", None)


async def test_the_same_zip_again_makes_no_second_case_and_tells_its_agent_what_cannot_be_read(
    database_url: str, hands: InProcess, carriers: Carriers
) -> None:
    async with at_work(database_url, hands, carriers) as desk:
        await desk.drop(PACKED, "packets.zip")
        await desk.take_members()
        again = await desk.record(PACKED, "again.zip", agent="AG-2001")
        assert [(each.agent_code, each.file_name) for each in again] == [
            ("AG-2001", "again.zip/inner.zip"),
            ("AG-2001", "again.zip/note.txt"),
        ]
        await desk.drop(zipped({"one.pdf": ONE, "note.txt": b"hello"}), "other.zip", agent="AG-3001")
        assert len(desk.read) == 2
        told = [(each.agent_code, each.file_name) for each in desk.worker.published(DocumentRefused)[2:]]
        assert told == [("AG-3001", "other.zip/note.txt")]
        assert len({event.document_id for event in desk.worker.published(DocumentReceived)}) == 4


async def test_an_upload_that_comes_while_its_file_is_being_refused_is_told_too(
    database_url: str, hands: InProcess, carriers: Carriers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the handler, which finds the file unreadable, and the transaction that writes it down."""
    write = Runner._dead_letter

    async def later(runner: Runner, *asked: Any) -> str:
        assert await desk.record(b"hello", "again.txt", agent="AG-2001") == []
        return await write(runner, *asked)

    monkeypatch.setattr(Runner, "_dead_letter", later)
    async with at_work(database_url, hands, carriers) as desk:
        await desk.drop(b"hello", "note.txt")
        told = {(each.agent_code, each.file_name) for each in desk.worker.published(DocumentRefused)}
        assert told == {("AG-1042", "note.txt"), ("AG-2001", "again.txt")}


async def test_a_packet_in_a_portfolio_is_filed_with_what_kind_of_file_it_is(
    database_url: str, hands: InProcess, carriers: Carriers
) -> None:
    async with at_work(database_url, hands, carriers) as desk:
        case = case_id(document_id(ONE))
        await desk.drop(portfolio({"one.pdf": ONE}), "portfolio.pdf")
        await desk.take_members()
        (paper,) = await desk.worker.read(lambda db: casebook.papers_of(db, case))
        seen = paper.filed.seen
        assert seen is not None
        assert (seen.pages, seen.virus_scan, seen.repaired) == (7, VirusScan.NOT_SCANNED, False)
        assert desk.read[0].documents[0].seen == seen


async def test_what_the_virus_scanner_finds_is_refused_unopened(
    database_url: str, hands: InProcess, carriers: Carriers, tmp_path: Path
) -> None:
    async with clamd(tmp_path / "clamd") as address:
        scanner = VirusScanner(Address.parse(address))
        async with at_work(database_url, hands, carriers, scanner) as desk:
            await desk.drop(ONE + HARMFUL, "packet.pdf")
            await desk.drop(ONE, "clean.pdf")
            (refused,) = desk.worker.published(DocumentRefused)
            assert refused.cause is RefusalCause.VIRUS_FOUND
            assert "(Test.Harmful-1)" in refused.message
            (read,) = desk.read
            assert read.documents[0].seen.virus_scan is VirusScan.CLEAN
