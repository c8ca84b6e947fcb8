"""The scripted vendor's order book: what is to be reported when, and up to where its orders are done with."""

import heapq
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from samples.vendor.script import Report, Scripts, event_of, reports_on
from schemas.envelope import CloudEvent
from schemas.requirement_events import OrderCancelled, RequirementOrdered, VendorStatusReported

Place = tuple[int, int]
"""Partition and offset."""


@dataclass
class Book:
    """An order is done with when its last report is out; only then may its place be committed."""

    scripts: Scripts
    pace: timedelta
    """Between two reports on one order."""
    _due: list[tuple[datetime, Place, int]] = field(default_factory=list)
    _orders: dict[Place, tuple[CloudEvent[RequirementOrdered], dict[int, Report]]] = field(default_factory=dict)
    _seen: dict[int, int] = field(default_factory=dict)
    """By partition the offset after the last record taken."""

    def take(self, place: Place, order: CloudEvent[RequirementOrdered], now: datetime) -> None:
        reports = {report.number: report for report in reports_on(order.data.kind, self.scripts)}
        self._orders[place] = (order, reports)
        for number in reports:
            heapq.heappush(self._due, (now + self.pace * number, place, number))
        self.skip(place)

    def cancel(self, place: Place, cancelled: OrderCancelled) -> None:
        """Nothing more is said of an order that was taken back."""
        self._orders = {
            held: entry
            for held, entry in self._orders.items()
            if entry[0].data.requirement_id != cancelled.requirement_id or (entry[0].data.order or 1) > cancelled.order
        }
        self.skip(place)

    def skip(self, place: Place) -> None:
        """A record that asks nothing of the vendor."""
        partition, offset = place
        self._seen[partition] = max(self._seen.get(partition, 0), offset + 1)

    def due(self, now: datetime) -> list[CloudEvent[VendorStatusReported]]:
        """The reports whose time has come; each is given out once."""
        found = []
        while self._due and self._due[0][0] <= now:
            _, place, number = heapq.heappop(self._due)
            if place not in self._orders:
                continue
            order, reports = self._orders[place]
            found.append(event_of(order, reports.pop(number), now))
            if not reports:
                del self._orders[place]
        return found

    def next_due(self) -> datetime | None:
        return self._due[0][0] if self._due else None

    def done_up_to(self) -> dict[int, int]:
        """By partition the offset up to which every order is done with."""
        open_ones: dict[int, int] = {}
        for partition, offset in self._orders:
            open_ones[partition] = min(offset, open_ones.get(partition, offset))
        return {partition: open_ones.get(partition, seen) for partition, seen in self._seen.items()}
