"""Licensing on Kafka: imports in, a producer's whole record out at each change."""

import asyncio
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

from sqlalchemy.engine import Connection

from schemas.envelope import Cause
from schemas.events import ProducerImported
from schemas.ids import derived_id
from schemas.licensing import ProducerRecord
from schemas.topics import LICENSING_IMPORTS, LICENSING_PRODUCERS
from services.chassis.errors import Outgoing
from services.chassis.runner import Handler, Received
from services.chassis.settings import ServiceSettings
from services.chassis.shell import Desk, Service
from services.licensing import store
from services.licensing.directory import taken_in
from services.licensing.folder import read_folder
from services.licensing.settings import LicensingSettings


def on_import(db: Connection, received: Received[ProducerImported], _: None, now: datetime) -> Iterable[Outgoing]:
    """Take a producer's record in; what is the same, or older than what is on file, changes nothing."""
    return _take_in(db, received.data, now)


class FirstFilling:
    """Fills an empty directory from a folder; one that holds anything is left alone, whatever the folder says."""

    def __init__(self, records: Sequence[ProducerRecord], source: str) -> None:
        self._records = records
        self._source = source

    async def __call__(self, desk: Desk) -> None:
        content = "".join(record.model_dump_json() for record in self._records)
        identity = derived_id(f"{self._source}|{content}", "first filling")
        await desk.write(Cause(source="/goodorder/licensing", id=identity, correlationid=identity), self._fill)
        # A task of the chassis must not end.
        await asyncio.Event().wait()

    def _fill(self, db: Connection, now: datetime) -> list[Outgoing]:
        if not store.is_empty(db):
            return []
        imports = (ProducerImported(record=each, imported_at=now, source=self._source) for each in self._records)
        return [outgoing for imported in imports for outgoing in _take_in(db, imported, now)]


def _take_in(db: Connection, imported: ProducerImported, now: datetime) -> list[Outgoing]:
    code = imported.record.agent_code
    held, changed = taken_in(store.find(db, code), imported, now)
    store.save(db, held)
    return [Outgoing(LICENSING_PRODUCERS, code, changed)] if changed else []


def describe_service(folder: Path | None) -> Service:
    """The service; raises :class:`services.licensing.folder.LicensingFileError` when the folder cannot be used."""
    tasks = (FirstFilling(read_folder(folder), str(folder)),) if folder else ()
    return Service(
        name="licensing",
        consumes=(LICENSING_IMPORTS,),
        handlers=(Handler(ProducerImported, on_import),),
        migrations=Path(__file__).parent / "migrations",
        tasks=tasks,
    )


def build() -> tuple[Service, ServiceSettings]:
    """The service with its settings from the environment."""
    settings = LicensingSettings()
    return describe_service(settings.licensing), settings
