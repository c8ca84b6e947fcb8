"""The demonstration's hands: the running house, what it did so far, and waiting for what it does next."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from time import monotonic

from rich.console import Console

from goodorder.demo.board import Board, Row, deliver
from goodorder.demo.expectations import Expectations
from goodorder.demo.packets import DemoPacket
from goodorder.dropping import DropBucket
from goodorder.following import Journey, Journeys
from goodorder.house import House
from goodorder.mailbox import Delivered, delivered
from infra.stack.run import RunInfo

_LOOK_EVERY = 0.15


@dataclass(frozen=True)
class Desk:
    """Everything an act of the demonstration works with."""

    house: House
    run: RunInfo
    console: Console
    expectations: Expectations

    def mails(self) -> tuple[Delivered, ...]:
        """What reached the mail server so far."""
        return delivered(self.run.mail)

    async def drop(self, packets: Sequence[DemoPacket]) -> list[Row]:
        """Upload the packets as their agents would."""
        return await asyncio.to_thread(self._drop, packets)

    async def send(self, content: bytes, name: str, agent: str, folder: str) -> str:
        """Upload one more document into a case's folder; returns its key."""
        today = datetime.now(UTC).date()
        dropped = await asyncio.to_thread(DropBucket(self.house).put, name, content, agent, today, folder)
        return dropped.key

    async def watch(self, rows: Sequence[Row], enough: Callable[[Sequence[Row]], bool], patience: float) -> bool:
        """Show how the rows get on until it is enough; ``False`` when it was not in ``patience`` seconds."""
        journeys = Journeys(self.house.settings)
        ids = [row.document_id for row in rows]
        deadline = monotonic() + patience
        with Board(self.console, rows) as board:
            while True:
                board.show(*await asyncio.to_thread(lambda: (journeys.look(ids), self.mails())))
                if enough(rows):
                    return True
                if monotonic() > deadline:
                    return False
                await asyncio.sleep(_LOOK_EVERY)

    async def read_back(self, rows: Sequence[Row]) -> None:
        """Bring the rows to what the records and the Maildir hold now."""
        ids = [row.document_id for row in rows]
        found = await asyncio.to_thread(Journeys(self.house.settings).look, ids)
        for row in rows:
            row.journey = found[row.document_id]
        deliver(rows, self.mails())

    def _drop(self, packets: Sequence[DemoPacket]) -> list[Row]:
        bucket = DropBucket(self.house)
        rows = []
        for packet in packets:
            day = datetime.now(UTC).date()
            dropped = bucket.put(f"{packet.name}.pdf", packet.built.content, packet.agent, day)
            rows.append(Row(packet, dropped.document_id, datetime.now(UTC), Journey(dropped.document_id)))
        return rows
