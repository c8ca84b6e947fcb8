"""What comes after the packet: filed, read together with it, and told; or kept for a person."""

from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfWriter
from reportlab.pdfgen import canvas

from goodorder.cover_sheet import drawn
from samples.packets import BuiltPacket, Packet, build
from samples.packets.excerpts import excerpt
from schemas.carrier import Carriers
from schemas.codes import CaseState, FieldChangeKind, FilingWay, RequirementKind, SignatureMark
from schemas.events import ApplicationRead, CaseChanged
from schemas.ids import case_id, document_id
from schemas.topics import CASES_CHANGES
from services.chassis.tables import dead_letter
from services.intake import casebook
from services.intake.reading.cover_sheet import Cover
from tests.intake.desk import at_work, last
from tests.intake.reading.in_process import InProcess
from tests.notify.changes import change

TODAY = date(2026, 11, 20)
AGENT = "AG-1042"
MARK = "signatures.application.insured.mark"

BAD = build(Packet("unsigned", "aldermoor", 300, TODAY, ("missing-signature",)))
GOOD = build(Packet("signed", "aldermoor", 300, TODAY))
APPLICATION = "ald-tl-101-2026-01"
SIGNED_PAGE = excerpt(GOOD, [(APPLICATION, 5)])
HIPAA = ("ald-ha-20-2026-01", 1)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'intake.db'}"
    url: str = request.getfixturevalue("postgres_database")
    return url


def without(packet: BuiltPacket, *pages: tuple[str, int]) -> bytes:
    return excerpt(packet, [page for page in packet.pages if page not in pages])


def exam_result() -> bytes:
    """A letter of a laboratory: no form on file."""
    content = BytesIO()
    page = canvas.Canvas(content, invariant=True)
    for line in range(12):
        page.drawString(72, 700 - 20 * line, f"Larkfield Exams, line {line} of what was measured, in many plain words.")
    page.save()
    return content.getvalue()


def together(*files: bytes) -> bytes:
    """One file behind the other, as from a scanner's tray."""
    writer = PdfWriter()
    for content in files:
        writer.append(BytesIO(content))
    joined = BytesIO()
    writer.write(joined)
    return joined.getvalue()


def signed(read: ApplicationRead) -> SignatureMark:
    return read.application.signatures["application"]["insured"].mark  # type: ignore[index]


async def test_the_signed_page_in_the_cases_folder_makes_version_2(
    database_url: str, hands: InProcess, carriers: Carriers
) -> None:
    async with at_work(database_url, hands, carriers) as desk:
        case = await desk.drop(BAD.content, "packet.pdf")
        await desk.drop(SIGNED_PAGE, f"{case}/page-5.pdf")
        first, second = desk.read
        assert (first.version, second.version) == (1, 2)
        assert (signed(first), signed(second)) == (SignatureMark.EMPTY, SignatureMark.PRESENT)
        assert second.uploaded_at == first.uploaded_at
        assert second.read_at > first.read_at
        assert [doc.document_id for doc in second.documents] == [document_id(SIGNED_PAGE), document_id(BAD.content)]
        assert [(doc.version, doc.filed) for doc in second.documents] == [(2, "reference"), (1, "opened")]
        assert second.changes is not None
        assert [(each.at, each.change) for each in second.changes.fields if each.at == MARK] == [
            (MARK, FieldChangeKind.ADDED)
        ]
        assert second.changes.documents == (document_id(SIGNED_PAGE),)
        # What the page does not say is as the packet says it.
        assert second.application.insured == first.application.insured
        (told,) = desk.filed
        assert (told.case_id, told.version, told.way, told.agent_code) == (case, 2, FilingWay.REFERENCE, AGENT)
        assert await desk.status(SIGNED_PAGE) == ("read", case)


async def test_one_form_over_two_uploads_is_whole(database_url: str, hands: InProcess, carriers: Carriers) -> None:
    page = (APPLICATION, 4)
    async with at_work(database_url, hands, carriers) as desk:
        case = await desk.drop(without(GOOD, page), "first.pdf")
        assert desk.read[0].application.forms[0].missing_pages == (4,)
        await desk.drop(excerpt(GOOD, [page]), "rest.pdf", said={"case": case})
        assert last(desk.read, case).application.forms[0].missing_pages == ()


async def test_the_same_late_document_twice_is_one(database_url: str, hands: InProcess, carriers: Carriers) -> None:
    async with at_work(database_url, hands, carriers) as desk:
        case = await desk.drop(BAD.content, "packet.pdf")
        for name in ("page.pdf", f"{case}/page.pdf", f"{case}/again.pdf", "page.pdf"):
            await desk.drop(SIGNED_PAGE, name)
        await desk.drop(BAD.content, f"{case}/packet.pdf")
        assert [read.version for read in desk.read] == [1, 2]
        assert len(desk.filed) == 1


@pytest.mark.slow
async def test_documents_out_of_order_come_to_the_same(tmp_path: Path, hands: InProcess, carriers: Carriers) -> None:
    ends = []
    for number, order in enumerate(((0, 1, 2), (2, 1, 0), (1, 2, 0))):
        async with at_work(f"sqlite:///{tmp_path / str(number)}.db", hands, carriers) as desk:
            case = case_id(document_id(BAD.content))
            uploads = [(BAD.content, "a.pdf"), (SIGNED_PAGE, f"{case}/b.pdf"), (excerpt(GOOD, [HIPAA]), "c.pdf")]
            for place in order:
                desk.uploads = 10 * place
                await desk.drop(*uploads[place])
            end = last(desk.read, case)
            assert end.version == 3
            ends.append((end.application, [doc.document_id for doc in end.documents], end.uploaded_at))
    assert ends[0] == ends[1] == ends[2]


async def test_the_corrected_packet_is_the_same_case_until_the_carrier_has_it(
    database_url: str, hands: InProcess, carriers: Carriers
) -> None:
    async with at_work(database_url, hands, carriers) as desk:
        case = await desk.drop(BAD.content, "packet.pdf")
        await desk.drop(GOOD.content, "corrected.pdf")
        assert (desk.filed[0].case_id, desk.filed[0].way) == (case, FilingWay.IDENTITY)
        assert signed(last(desk.read, case)) is SignatureMark.PRESENT
        sent = change("underwriting").model_copy(update={"case_id": case})
        await desk.worker.take(sent, CASES_CHANGES, "sent", case)
        # An older word of the case changes nothing.
        old = CaseChanged.model_validate({**sent.model_dump(), "to_state": CaseState.NIGO, "revision": 2})
        await desk.worker.take(old, CASES_CHANGES, "old", case)
        again = await desk.drop(without(GOOD, HIPAA), "once-more.pdf")
        assert last(desk.read, again).version == 1


async def test_what_names_nobody_waits_for_a_person_who_files_it_once(
    database_url: str, hands: InProcess, carriers: Carriers
) -> None:
    async with at_work(database_url, hands, carriers) as desk:
        case = await desk.drop(BAD.content, "packet.pdf")
        page = excerpt(GOOD, [(APPLICATION, 3)])
        await desk.drop(page, "page.pdf")
        (told,) = desk.unmatched
        assert told.agent_code == AGENT
        assert await desk.status(page) == ("unmatched", None)
        assert [waits.document.file_name for waits in await desk.worker.read(casebook.inbox)] == ["page.pdf"]
        await desk.file(page, case, times=2)
        assert (last(desk.read, case).version, desk.filed[0].way) == (2, FilingWay.PERSON)
        assert await desk.worker.read(casebook.inbox) == []
        assert len(desk.filed) == 1


@pytest.mark.slow
async def test_a_result_without_any_form_is_filed_to_the_case_and_names_what_it_answers(
    database_url: str, hands: InProcess, carriers: Carriers
) -> None:
    async with at_work(database_url, hands, carriers) as desk:
        case = await desk.drop(GOOD.content, "packet.pdf")
        result = exam_result()
        await desk.drop(result, "result.pdf")
        assert (await desk.status(result))[0] == "refused"
        await desk.drop(result, f"{case}/paramed/result.pdf")
        second = last(desk.read, case)
        assert (second.version, second.documents[0].requirement) == (2, RequirementKind.PARAMED)
        assert second.application == desk.read[0].application
        assert second.changes is not None
        assert second.changes.fields == ()
        # What it answers may be said by a person, later, and better.
        await desk.file(result, case, RequirementKind.EKG, times=2)
        third = last(desk.read, case)
        assert (third.version, third.documents[0].requirement) == (3, RequirementKind.EKG)
        assert (third.documents[0].version, third.changes and third.changes.documents) == (2, ())
        assert len(desk.filed) == 1


@pytest.mark.slow
async def test_a_cover_sheet_before_the_pages_names_their_case(
    tmp_path: Path, hands: InProcess, carriers: Carriers
) -> None:
    async with at_work(f"sqlite:///{tmp_path}/intake.db", hands, carriers) as desk:
        case = await desk.drop(GOOD.content, "packet.pdf")
        sheet = drawn(Cover(case_id=case, requirement=RequirementKind.EKG), "Jordan P.", "Aldermoor Life")
        await desk.drop(together(sheet, exam_result()), "scan.pdf")
        (told,) = desk.filed
        assert (told.case_id, told.way, told.requirement) == (case, FilingWay.COVER_SHEET, RequirementKind.EKG)
        await desk.drop(together(sheet, excerpt(GOOD, [HIPAA])), "signed.pdf")
        assert last(desk.read, case).version == 3
        # The sheet itself is no page of the application, not even an unknown one.
        assert last(desk.read, case).application.unknown_pages == ()
        strange = drawn(Cover(case_id="GO-0000-0000-0000"), "Jordan P.", "Aldermoor Life")
        await desk.drop(together(strange, exam_result()), "strange.pdf")
        assert "no such case" in desk.unmatched[0].reason


async def test_another_agents_folder_does_not_reach_a_case(
    database_url: str, hands: InProcess, carriers: Carriers
) -> None:
    async with at_work(database_url, hands, carriers) as desk:
        case = await desk.drop(BAD.content, "packet.pdf")
        await desk.drop(SIGNED_PAGE, f"{case}/page.pdf", agent="AG-1077")
        assert [read.version for read in desk.read] == [1]
        assert "not a case of the agent" in desk.unmatched[0].reason


async def test_a_persons_word_on_what_is_not_there_is_a_dead_letter(
    database_url: str, hands: InProcess, carriers: Carriers
) -> None:
    async with at_work(database_url, hands, carriers) as desk:
        case = await desk.drop(BAD.content, "packet.pdf")
        await desk.file(b"never sent", case)
        await desk.file(BAD.content, "GO-0000-0000-0000")
        await desk.file(BAD.content, None)
        causes = await desk.worker.read(lambda db: sorted(row.cause for row in db.execute(dead_letter.select())))
        assert causes == ["illegal_transition", "missing_reference_data", "unknown_case"]
