"""The projection: every event that the console receives is taken in, in any order, on both engines."""

import random
from datetime import timedelta
from itertools import permutations

import pytest
import sqlalchemy as sa

from schemas.events import CaseChanged
from schemas.file_events import DocumentUnpacked
from schemas.publish.__main__ import sample
from schemas.publish.json_schema import parsed
from services.console.database import Database
from services.console.people.roles import Role, Visitor
from services.console.projection.tables import cases, timeline, uploads, verdicts
from services.console.reading.board import Order, Wanted, board, by_owner, by_state
from services.console.reading.case_file import case_file
from tests.cases import stories
from tests.console.desk import NOON, SAMPLE_CASE, samples, take

MANAGER = Visitor("rowan", Role.CASE_MANAGER)


@pytest.mark.parametrize("seed", range(3))
def test_every_event_is_taken_in_whatever_their_order(database: Database, seed: int) -> None:
    events = samples()
    random.Random(seed).shuffle(events)
    with database.write() as db:
        for event in events:
            take(db, event)
    with database.read() as db:
        found = case_file(db, MANAGER, SAMPLE_CASE)
        judged = db.execute(sa.select(sa.func.count()).select_from(verdicts)).scalar_one()
        entries = db.execute(sa.select(sa.func.count()).select_from(timeline)).scalar_one()
    assert found is not None
    assert found.line.insured.startswith("Jordan")
    assert found.read is not None
    assert found.items
    assert found.requirements
    assert found.mails
    assert (judged, entries >= 12) == (1, True)


def changed(revision: int, state: str, **more: object) -> CaseChanged:
    said = parsed(sample("goodorder.cases.changed.v1")).data.model_dump()
    when = NOON + timedelta(minutes=revision)
    return CaseChanged.model_validate({**said, "revision": revision, "to_state": state, "occurred_at": when, **more})


def test_a_change_that_comes_late_does_not_turn_the_case_back(database: Database) -> None:
    with database.write() as db:
        for change in (changed(2, "underwriting"), changed(1, "submitted")):
            take(db, change)
    with database.read() as db:
        assert db.execute(sa.select(cases.c.state, cases.c.revision)).one() == ("underwriting", 2)


def test_a_case_is_found_by_name_number_and_agent_and_each_sees_their_own(database: Database) -> None:
    read = stories.read()
    with database.write() as db:
        take(db, read)
        take(db, changed(1, "nigo", case_id=read.case_id, agent_code="A-100", carrier_reference="XK-2200-7"))
    insured = read.application.insured
    assert insured.last_name
    assert insured.first_name
    words = (insured.last_name[:4].lower(), f"{insured.last_name} {insured.first_name[:3]}", "xk-2200", "2200", "A-100")
    stranger = Visitor("other", Role.AGENT, "A-200")
    nobody = Visitor("unset", Role.AGENT, None)
    with database.read() as db:
        for q in (*words, read.case_id, read.case_id[3:7]):
            wanted = Wanted(q=q)
            assert [line.case_id for line in board(db, MANAGER, wanted).lines] == [read.case_id], q
            assert board(db, Visitor("own", Role.AGENT, "A-100"), wanted).lines
            assert not board(db, stranger, wanted).lines
            assert not board(db, nobody, wanted).lines
        assert not board(db, MANAGER, Wanted(q="nobody-of-this-name")).lines
        assert case_file(db, stranger, read.case_id) is None
        assert not by_state(db, stranger)
        assert not by_owner(db, stranger)


def test_only_who_may_see_names_sees_them(database: Database) -> None:
    with database.write() as db:
        take(db, stories.read())
        take(db, changed(1, "nigo", case_id=stories.CASE, insured_masked="Ada L."))
    with database.read() as db:
        for role, seen in ((Role.VIEWER, "Ada L."), (Role.OPS, "Ada L.")):
            assert board(db, Visitor("x", role), Wanted()).lines[0].insured == seen
        assert board(db, MANAGER, Wanted()).lines[0].insured == stories.read().application.insured.full_name


@pytest.mark.parametrize("order", Order)
def test_every_view_of_the_board_is_a_query(database: Database, order: Order) -> None:
    with database.write() as db:
        for event in samples():
            take(db, event)
    with database.read() as db:
        wanted = Wanted(order=order, to_confirm=order is Order.CHANGED, carrier="aldermoor")
        assert board(db, MANAGER, wanted).lines


def test_versions_may_come_in_any_order(database: Database) -> None:
    versions = [stories.read(1), stories.read(2, {"coverage.face_amount": "900000"})]
    for number, order in enumerate(permutations(versions)):
        with database.write() as db:
            for read in order:
                take(db, read.model_copy(update={"case_id": f"GO-0000-0000-000{number}"}))
        with database.read() as db:
            found = case_file(db, MANAGER, f"GO-0000-0000-000{number}")
        assert found
        assert found.line.version == 2
        assert [version for version, _ in found.versions] == [2, 1]


def test_each_file_of_a_zip_is_told_of_and_the_zip_says_what_was_in_it(database: Database) -> None:
    whole = parsed(sample("goodorder.intake.document-received.v1")).data
    members = [
        whole.model_copy(
            update={"document_id": digit * 64, "file_name": f"all.zip/{digit}.pdf", "part_of": whole.document_id}
        )
        for digit in "ab"
    ]
    unpacked = DocumentUnpacked(
        document_id=whole.document_id, upload=whole.upload, file_name="all.zip", members=("a" * 64, "b" * 64)
    )
    refused = parsed(sample("goodorder.intake.document-refused.v1")).data.model_copy(
        update={"document_id": "b" * 64, "upload": whole.upload, "file_name": "all.zip/b.pdf"}
    )
    for number, order in enumerate(permutations((whole, unpacked, *members, refused))):
        upload = whole.upload.model_copy(update={"key": f"drop/{number}.zip"})
        with database.write() as db:
            for event in order:
                take(db, event.model_copy(update={"upload": upload}))
        with database.read() as db:
            mine = uploads.c.upload.contains(f"/{number}.zip?")
            rows = db.execute(sa.select(uploads.c.document_id, uploads.c.state).where(mine))
            states = {row.document_id: row.state for row in rows}
        assert states == {whole.document_id: "unpacked", "a" * 64: "received", "b" * 64: "refused"}
