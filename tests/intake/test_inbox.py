"""What waits for a person, as the command line and the worker's port tell it; and intake's tables."""

import json
from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect

from samples.packets.excerpts import excerpt
from schemas.carrier import Carriers
from schemas.ids import document_id
from services.chassis.database import connect, migrate, migration_config
from services.intake import casebook, worker
from services.intake.pages import document_page, inbox_page
from tests.chassis.events import NOON
from tests.cli.terminal import goodorder
from tests.intake.desk import at_work
from tests.intake.reading.in_process import InProcess
from tests.intake.test_late_documents import AGENT, APPLICATION, BAD, GOOD

PAGE = excerpt(GOOD, [(APPLICATION, 3)])


async def test_the_inbox_tells_why_and_the_likely_cases_and_nothing_private(
    tmp_path: Path, hands: InProcess, carriers: Carriers
) -> None:
    (tmp_path / "db").mkdir()
    lacking = excerpt(BAD, [page for page in BAD.pages if page != (APPLICATION, 3)])
    async with at_work(f"sqlite:///{tmp_path}/db/intake.db", hands, carriers) as desk:
        case = await desk.drop(lacking, "packet.pdf")
        await desk.drop(PAGE, "page-3.pdf")
        answer = await desk.worker.read(lambda db: inbox_page(db, {"agent": AGENT}, NOON))
        one = await desk.worker.read(lambda db: document_page(db, {"document_id": document_id(PAGE)}, NOON))
        none = await desk.worker.read(lambda db: document_page(db, {"document_id": "0" * 64}, NOON))
        assert (answer.status, one.status, none.status) == (200, 200, 404)
        assert answer.body["documents"] == [one.body]
        (candidate,) = one.body["candidates"]
        assert (candidate["case_id"], candidate["reasons"]) == (
            case,
            ["it lacks page 3 of the Application for Term Life Insurance (ALD-TL-101)"],
        )
        assert one.body["forms"] == [f"{APPLICATION}, page 3"]

    listed = goodorder("--data", tmp_path, "inbox")
    assert case in listed.words
    assert "page-3.pdf" in listed.words
    full = goodorder("--data", tmp_path, "inbox", document_id(PAGE)[:8])
    assert "it lacks page 3" in full.words
    said = goodorder("--data", tmp_path, "inbox", "--json")
    assert json.loads(said.output)[0]["candidates"][0]["case_id"] == case
    for path in ("insured.last_name", "insured.ssn"):
        assert str(GOOD.truth.values[path]) not in listed.output + full.output + said.output
    assert goodorder("--data", tmp_path, "inbox", "ffff").code == 2
    assert "To which case?" in goodorder("--data", tmp_path, "file", document_id(PAGE)[:8]).words


def test_the_tables_are_as_the_migrations_make_them_and_can_be_taken_back(tmp_path: Path) -> None:
    engine, folder = connect(f"sqlite:///{tmp_path}/intake.db", "intake"), Path(worker.__file__).parent / "migrations"
    migrate(engine, "intake", ("intake", folder))
    ours = casebook.metadata

    def is_ours(name: str | None, kind: str, _: object) -> bool:
        return kind != "table" or name in ours.tables

    with engine.begin() as db:
        assert compare_metadata(MigrationContext.configure(db, opts={"include_name": is_ours}), ours) == []
        command.downgrade(migration_config(db, "intake", folder), "base")
        assert "case_documents" not in inspect(db).get_table_names()
    engine.dispose()
