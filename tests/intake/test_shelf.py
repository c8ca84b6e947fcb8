"""Pages that were read are found again by document and edition, and forgotten after their time."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from schemas.codes import ReadingMethod
from services.chassis.database import connect, migrate
from services.intake import store, worker
from services.intake.reading.page_reading import PageReading, ZoneReading
from tests.keys import VAULT

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
ONE, OTHER = "1" * 64, "2" * 64


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.slow)])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    url = f"sqlite:///{tmp_path}/intake.db"
    made = connect(url if request.param == "sqlite" else request.getfixturevalue("postgres_database"), "intake", VAULT)
    migrate(made, "intake", ("intake", Path(worker.__file__).parent / "migrations"))
    yield made
    made.dispose()


def page(document: str, number: int, raw: str) -> PageReading:
    zone = ZoneReading(zone="Name", raw=raw, method=ReadingMethod.OCR, confidence=0.9)
    return PageReading(document_id=document, page=number, form_id="form", form_page=1, zones=(zone,))


def held(db: Connection, document: str, edition: str) -> list[tuple[int, str]]:
    return [(one.page, one.zones[0].raw) for one in store.pages_read(db, document, edition)]


def test_a_page_is_kept_once_for_a_document_and_an_edition(engine: Engine) -> None:
    with engine.begin() as db:
        for number, raw in ((2, "second"), (1, "first"), (2, "second again")):
            store.keep_page(db, page(ONE, number, raw), "edition", NOON)
        store.keep_page(db, page(OTHER, 1, "another document"), "edition", NOON)
        store.keep_page(db, page(ONE, 1, "read otherwise"), "next edition", NOON + timedelta(hours=1))
    with engine.begin() as db:
        assert held(db, ONE, "edition") == [(1, "first"), (2, "second again")]
        assert held(db, ONE, "next edition") == [(1, "read otherwise")]
        assert store.forget_pages(db, NOON + timedelta(minutes=1)) == 3
        assert held(db, ONE, "edition") == []
        assert db.execute(sa.select(sa.func.count()).select_from(store.read_pages)).scalar() == 1
