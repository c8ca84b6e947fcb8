"""Erasing a case deletes what it alone was read from, and nothing of anybody else's."""

from datetime import datetime, timedelta
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from schemas.privacy_events import EraseCase
from schemas.retention import load_retention
from services.chassis.database import connect, migrate
from services.chassis.runner import Received
from services.intake import worker
from services.intake.casebook import case_documents, cases, unmatched
from services.intake.drop import Upload
from services.intake.erasing import Eraser, Meant, meant_by, of_case, without_case
from services.intake.store import add_document, add_upload, document_key, keep_members
from tests.chassis.events import NOON
from tests.docs.pages import ROOT
from tests.keys import KeysInMemory, vault
from tests.offline import envelope

MINE, OTHERS = "GO-1574-WM4A-D5HS", "GO-7K3M-9QXT-2B4F"
A, B, C, ZIP, WAITS = (letter * 64 for letter in "abcde")
POLICY = load_retention(ROOT / "carriers" / "retention.yaml")


def database(tmp_path: Path) -> Engine:
    engine = connect(f"sqlite:///{tmp_path}/intake.db", "intake", vault(at_once=True))
    migrate(engine, "intake", ("intake", Path(worker.__file__).parent / "migrations"))
    with engine.begin() as db:
        for case in (MINE, OTHERS):
            db.execute(cases.insert().values(case_id=case, version=1, read_at=NOON, revision=1, record="{}"))
        for case, document in ((MINE, A), (MINE, B), (OTHERS, B), (OTHERS, C)):
            db.execute(case_documents.insert().values(case_id=case, document_id=document, filed="{}", pages="{}"))
        # The agent sent another case's packet under the same name.
        for document, key, version in (
            (A, "drop/AG/packet", "v1"), (C, "drop/AG/packet", "v2"), (B, "drop/AG/packet-2", "v1"),
            (ZIP, "drop/AG/all.zip", "v1"), (WAITS, "drop/AG/who.pdf", "v1"),
        ):  # fmt: skip
            add_document(db, document, f"documents/{document}", NOON)
            add_upload(db, Upload("drop", key, version, 10, NOON), document, "AG", "sweep", NOON)
    return engine


def holding(db: Connection, *inside: str) -> None:
    """A ZIP file with these documents in it."""
    keep_members(db, ZIP, ((f"{document[0]}.pdf", document) for document in inside))


def test_what_another_case_needs_stays_and_only_its_own_version_of_an_upload_goes(tmp_path: Path) -> None:
    with database(tmp_path).begin() as db:
        assert of_case(db, MINE) == Meant((A,), (B,), (("drop", "drop/AG/packet", "v1"),))


def test_a_zip_file_goes_with_the_last_that_was_in_it(tmp_path: Path) -> None:
    with database(tmp_path).begin() as db:
        holding(db, A, C)
        assert ZIP not in of_case(db, MINE).documents
        holding(db, A)
        assert of_case(db, MINE).documents == (A, ZIP)
        assert ("drop", "drop/AG/all.zip", "v1") in of_case(db, MINE).uploads


def test_what_belongs_to_no_case_goes_when_its_time_is_over(tmp_path: Path) -> None:
    def over(db: Connection, now: datetime) -> tuple[str, ...]:
        return without_case(db, POLICY, now)

    with database(tmp_path).begin() as db:
        holding(db, C)
        assert over(db, NOON + timedelta(days=89)) == ()
        assert over(db, NOON + timedelta(days=91)) == (WAITS,)
        assert meant_by(db, {WAITS}).uploads == (("drop", "drop/AG/who.pdf", "v1"),)


class Deleted:
    """Buckets, as far as erasing asks for them."""

    def __init__(self) -> None:
        self.versions: list[tuple[str, str, str]] = []
        self.documents: list[str] = []

    def delete_version(self, bucket: str, key: str, version_id: str) -> None:
        self.versions.append((bucket, key, version_id))

    def delete_document(self, document_id: str) -> None:
        self.documents.append(document_id)


def test_keys_go_before_objects_and_doing_it_again_changes_nothing(tmp_path: Path) -> None:
    keys, deleted = KeysInMemory(), Deleted()
    eraser = Eraser(database(tmp_path), deleted, vault(keys))  # type: ignore[arg-type]
    first, second = (eraser._erase(MINE, pictures_only=False, now=NOON) for _ in range(2))
    assert first == second
    assert set(keys.held) == {MINE, document_key(A)}
    assert all(b"forgotten_at" in held for held in keys.held.values())
    assert deleted.documents == [A, A]
    assert set(deleted.versions) == {("drop", "drop/AG/packet", "v1")}


def received() -> Received[EraseCase]:
    asked = EraseCase(case_id=MINE, actor="m.lee", reason="as asked", asked_at=NOON)
    return Received(envelope(asked, "one", MINE), "private.erasures")


def test_its_rows_go_and_everybody_is_told(tmp_path: Path) -> None:
    engine = database(tmp_path)
    eraser = Eraser(engine, Deleted(), vault())  # type: ignore[arg-type]
    with engine.begin() as db:
        meant = of_case(db, MINE)
        (told,) = eraser.done(db, received(), meant, NOON)
        assert (told.topic.name, told.subject) == ("private.forgotten", MINE)
        assert (told.data.deleted_documents, told.data.kept_documents) == ((A,), (B,))  # type: ignore[attr-defined]
        assert set(db.execute(sa.select(cases.c.case_id)).scalars()) == {OTHERS}
        assert db.execute(sa.select(sa.func.count()).select_from(unmatched)).scalar() == 0
        assert of_case(db, OTHERS).documents == (B, C)
