"""Keeps pages that were read from pictures: a restart in the middle of a long scan goes on where it was."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from services.chassis.errors import Transient
from services.chassis.shell import Desk
from services.intake import store
from services.intake.bucket import Buckets
from services.intake.reading.page_reading import PageRead, PageReading

log = logging.getLogger(__name__)

_SWEPT_EVERY = 600.0
"""Seconds between two sweeps of what nobody will ask for again."""


class DurableShelf:
    """Page readings in intake's own tables, their pictures in the archive beside the document.

    Called from the threads in which documents are read, never from the event loop. Raises ``Transient`` while
    database or archive are down: the document waits, and what was kept is not read again.
    """

    def __init__(self, engine: Engine, buckets: Buckets, kept_for: float, clock: Callable[[], datetime]) -> None:
        self._engine = engine
        self._buckets = buckets
        self._kept_for = timedelta(seconds=kept_for)
        self._clock = clock

    def held(self, document_id: str, edition: str) -> list[PageReading]:
        try:
            with self._engine.begin() as db:
                return store.pages_read(db, document_id, edition)
        except sa.exc.OperationalError as error:
            raise _waits() from error

    def keep(self, read: PageRead, edition: str) -> None:
        # The pictures first: a page on record has all of them.
        for key, picture in read.pictures.items():
            self._buckets.keep_picture(key, picture)
        try:
            with self._engine.begin() as db:
                store.keep_page(db, read.reading, edition, self._clock())
        except sa.exc.OperationalError as error:
            raise _waits() from error

    async def sweep(self, desk: Desk) -> None:
        """Forget, for ever, what is older than anybody comes back to."""
        while True:
            forgotten = await desk.read(lambda db: store.forget_pages(db, self._clock() - self._kept_for))
            if forgotten:
                log.info("%d pages that were read are forgotten: their documents are long done", forgotten)
            await asyncio.sleep(_SWEPT_EVERY)


def _waits() -> Transient:
    return Transient("The pages that were read cannot be kept just now: the database does not answer")
