"""What a person sees on a page is what the next version of the application says, whatever was read there."""

from datetime import date

import pytest

from samples.packets import Packet, build
from samples.packets.excerpts import excerpt
from schemas.carrier import Carriers
from schemas.codes import ReadingMethod, SignatureMark
from schemas.document_events import CorrectValues, SeenPlace
from schemas.events import ApplicationRead
from schemas.topics import INTAKE_CORRECTIONS
from services.chassis.tables import dead_letter
from tests.chassis.events import NOON
from tests.intake.desk import Desk, at_work
from tests.intake.reading.in_process import InProcess

PACKET = build(Packet("unsigned", "aldermoor", 310, date(2026, 11, 20), ("missing-signature",)))
SIGNED = build(Packet("signed", "aldermoor", 310, date(2026, 11, 20)))
NAME, MARK, SEX = "insured.first_name", "signatures.application.insured.mark", "insured.sex"


@pytest.fixture
def database_url(tmp_path: object) -> str:
    return f"sqlite:///{tmp_path}/intake.db"


def seen(read: ApplicationRead, at: str, text: str, **more: object) -> SeenPlace:
    held = read.application.evidence[at]
    place = {"document_id": held.document_id, "page": held.page, "form_id": held.form_id, "field": held.field}
    return SeenPlace.model_validate({"at": at, "text": text, **place, **more})


async def correct(desk: Desk, read: ApplicationRead, *places: SeenPlace) -> None:
    said = CorrectValues(case_id=read.case_id, version=read.version, places=places, actor="rowan", seen_at=NOON)
    await desk.worker.take(said, INTAKE_CORRECTIONS, f"seen {places[0].at} {places[0].text}", read.case_id)


async def test_a_corrected_value_makes_the_next_version(
    database_url: str, hands: InProcess, carriers: Carriers
) -> None:
    async with at_work(database_url, hands, carriers) as desk:
        await desk.drop(PACKET.content, "packet.pdf")
        (first,) = desk.read
        assert first.application.insured.sex
        other = "female" if first.application.insured.sex == "male" else "male"
        places = (seen(first, NAME, "Marguerite"), seen(first, SEX, other), seen(first, MARK, "present"))
        await correct(desk, first, *places)
        second = desk.read[-1]
        assert (second.version, second.application.insured.first_name) == (2, "Marguerite")
        assert second.application.insured.sex == other
        assert second.application.signatures["application"]["insured"].mark is SignatureMark.PRESENT  # type: ignore[index]
        for at in (NAME, SEX, MARK):
            held = second.application.evidence[at]
            assert (held.method, held.confidence, held.doubts) == (ReadingMethod.PERSON, 1.0, ())
        assert second.changes is not None
        assert {NAME, SEX, MARK} <= {change.at for change in second.changes.fields}
        # What nobody looked at is as it was.
        assert second.application.beneficiaries == first.application.beneficiaries


async def test_a_correction_outlives_the_next_document(database_url: str, hands: InProcess, carriers: Carriers) -> None:
    async with at_work(database_url, hands, carriers) as desk:
        case = await desk.drop(PACKET.content, "packet.pdf")
        await correct(desk, desk.read[0], seen(desk.read[0], NAME, "Marguerite"))
        await desk.drop(excerpt(SIGNED, [("ald-tl-101-2026-01", 5)]), f"{case}/page-5.pdf")
        await correct(desk, desk.read[-1], seen(desk.read[-1], "insured.middle_name", ""))
        last = desk.read[-1]
        assert [read.version for read in desk.read] == [1, 2, 3, 4]
        assert (last.application.insured.first_name, last.application.insured.middle_name) == ("Marguerite", None)
        assert last.application.signatures["application"]["insured"].mark is SignatureMark.PRESENT  # type: ignore[index]


async def test_a_place_that_is_not_there_is_told(database_url: str, hands: InProcess, carriers: Carriers) -> None:
    async with at_work(database_url, hands, carriers) as desk:
        await desk.drop(PACKET.content, "packet.pdf")
        await correct(desk, desk.read[0], seen(desk.read[0], NAME, "Marguerite", field="NoSuchField"))
        assert len(desk.read) == 1
        letters = await desk.worker.read(lambda db: db.execute(dead_letter.select()).all())
        assert ["has no field NoSuchField" in letter.message for letter in letters] == [True]
