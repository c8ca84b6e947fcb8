"""The services' own records, opened read-only: what has happened is asked of those it happened to."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from goodorder.faults import Fault
from services.chassis.settings import ServiceSettings

if TYPE_CHECKING:
    from services.chassis.private.vault import Vault


class Records:
    def __init__(self, settings: ServiceSettings, vault: "Vault | None" = None) -> None:
        """Without the ``vault`` private values are left out of what is read."""
        self._settings = settings
        self._vault = vault

    @contextmanager
    def of(self, service: str) -> Iterator[Connection]:
        """One consistent view of a service's tables. Raises :class:`Fault` when there are none to read."""
        engine = self._engine(service).execution_options(vault=self._vault)
        try:
            with engine.connect() as db:
                yield db
        except DBAPIError as error:
            raise Fault(
                f"The records of {service} cannot be read: {error.orig}",
                "Is the stack set up and running? `goodorder status` shows its parts.",
            ) from error
        finally:
            engine.dispose()

    def _engine(self, service: str) -> Engine:
        chosen = self._settings.chosen_database(service)
        if chosen and not chosen.startswith("sqlite"):
            options = f"-csearch_path={service} -cdefault_transaction_read_only=on"
            return sa.create_engine(
                chosen,
                poolclass=NullPool,
                connect_args={"options": options, "connect_timeout": 5},
                isolation_level="REPEATABLE READ",
            )
        return sa.create_engine(f"sqlite:///{self._file(service)}", poolclass=NullPool)

    def _file(self, service: str) -> str:
        """SQLite's own URI of the service's file, for reading only."""
        url = self._settings.chosen_database(service)
        path = Path(sa.make_url(url).database or "") if url else self._settings.data / "db" / f"{service}.db"
        if not path.is_file():
            raise Fault(
                f"There are no records of {service} under {self._settings.data}: nothing has run there yet.",
                "Start the stack with `make up`, or name its data folder: goodorder --data FOLDER ...",
            )
        return f"file:{quote(str(path.absolute()))}?mode=ro&uri=true"
