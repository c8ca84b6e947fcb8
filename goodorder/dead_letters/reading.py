"""Opens the index of dead letters: the console's, once it has what Kafka has; or one made of Kafka on the spot."""

from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic, sleep

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.pool import StaticPool

from goodorder.faults import Fault, complain
from goodorder.house import House
from goodorder.records import Records
from goodorder.screen import counted
from services.console.letters import index
from services.console.letters.evidence import told_on
from services.console.letters.tables import metadata

_PATIENCE = 5.0
"""Seconds in which an index that is kept up has what was just written."""
_STEP = 0.2


@contextmanager
def letters_of(house: House, from_kafka: bool = False) -> Iterator[Connection]:
    """The index to ask. One that is behind is used, and it is said on the error stream how far.

    ``from_kafka``: read all topics now and ask nobody, which takes longer the more there is.
    """
    broker = house.broker()
    if from_kafka:
        engine = sa.create_engine("sqlite://", poolclass=StaticPool)
        metadata.create_all(engine)
        with engine.begin() as db:
            index.take(db, broker.read(told_on()))
            yield db
        return
    ends = broker.ends(told_on())
    deadline = monotonic() + _PATIENCE
    while (late := _behind(house, ends)) and monotonic() < deadline:
        sleep(_STEP)
    if late:
        complain(
            f"The index of dead letters is {counted(late, 'record')} behind Kafka: the newest may be missing here.",
            "`goodorder status` tells how the console's worker is. To read Kafka itself, add --from-kafka.",
        )
    with Records(house.settings).of("console") as db:
        yield db


def _behind(house: House, ends: dict[index.Place, int]) -> int:
    try:
        with Records(house.settings).of("console") as db:
            return index.behind(db, ends)
    except Fault as fault:
        raise Fault(fault.message, f"{fault.remedy} To read Kafka itself, add --from-kafka.") from fault
