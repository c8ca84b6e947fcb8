"""The demonstration's board: where each packet is, live, and the tables read back from the records."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.text import Text

from goodorder.case_report import state
from goodorder.demo.packets import DemoPacket
from goodorder.drop_commands import news
from goodorder.following import Journey
from goodorder.mailbox import Delivered
from goodorder.screen import listing, readable
from schemas.codes import RequirementStatus, Verdict


@dataclass
class Row:
    """One packet on its way."""

    packet: DemoPacket
    document_id: str
    uploaded_at: datetime
    """When the bucket had it."""
    journey: Journey
    mails: list[Delivered] = field(default_factory=list)
    """What reached the mail server about its case."""

    @property
    def seconds_to_mail(self) -> float | None:
        """From the upload to the first mail on the server's disk."""
        return (self.mails[0].at - self.uploaded_at).total_seconds() if self.mails else None

    @property
    def orders(self) -> int:
        """Requirements that were ordered from a vendor."""
        return sum(
            requirement.vendor is not None and requirement.status is not RequirementStatus.NEEDED
            for requirement in self.journey.requirements
        )


class Board:
    """Shows rows live on a terminal; line by line where the output is a file."""

    def __init__(self, console: Console, rows: Iterable[Row]) -> None:
        self._console = console
        self._rows = list(rows)
        self._live = Live(console=console, refresh_per_second=8, transient=True) if console.is_terminal else None

    def __enter__(self) -> "Board":
        if self._live:
            self._live.__enter__()
        return self

    def __exit__(self, *how: object) -> None:
        if self._live:
            self._live.stop()

    def show(self, journeys: Mapping[str, Journey], mails: Iterable[Delivered]) -> None:
        """Take over what is new and show it."""
        for row in self._rows:
            now = journeys[row.document_id]
            if not self._live:
                for words in news(row.journey, now):
                    self._console.print(readable(f"  {row.packet.name}: {words}"), soft_wrap=True)
            row.journey = now
        deliver(self._rows, mails)
        if self._live:
            self._live.update(Group(*(_step_line(row) for row in self._rows)))


def deliver(rows: Iterable[Row], mails: Iterable[Delivered]) -> None:
    """Give each row the mails that carry its case's id."""
    by_case: dict[str | None, list[Delivered]] = {}
    for mail in mails:
        by_case.setdefault(mail.case_id, []).append(mail)
    for row in rows:
        row.mails = by_case.get(row.journey.case_id, []) if row.journey.case_id else []


def table_of(rows: Iterable[Row]) -> RenderableType:
    """Each packet with its case, as the records have it."""
    table = listing(
        "Packet", "Case", "Verdict", "State", "Orders", "Mails", "To mail",
        right=("Orders", "Mails", "To mail"), wrap=("State",),
    )  # fmt: skip
    for row in rows:
        seconds = row.seconds_to_mail
        table.add_row(
            readable(row.packet.name, "bold"),
            readable(row.journey.case_id or "–"),
            _verdict(row.journey),
            state(row.journey.state) if row.journey.state else "–",
            str(row.orders),
            str(len(row.mails)),
            "–" if seconds is None else f"{seconds:.1f} s",
        )
    return table


def _step_line(row: Row) -> Text:
    """``missing-signature   uploaded, read, NIGO, 1: nigo, mail after 1.2 s``"""
    journey, waits = row.journey, "yellow"
    line = Text.assemble((f"  {row.packet.name:<18}", "bold"), ("uploaded", "green"))
    if not journey.case_id:
        return line + Text(", being read…", style=waits)
    line += Text(", read", style="green")
    if journey.verdict is None:
        return line + Text(", being checked…", style=waits)
    line += Text(", ") + _verdict(journey)
    if journey.state:
        line += Text(": ") + state(journey.state)
    seconds = row.seconds_to_mail
    if seconds is None:
        return line + Text(", mail on its way…", style=waits)
    return line + Text(f", mail after {seconds:.1f} s", style="green")


def _verdict(journey: Journey) -> Text:
    if journey.verdict is None:
        return Text("–")
    if journey.verdict is Verdict.IGO:
        return Text("IGO", style="green")
    return Text(f"NIGO, {len(journey.to_fix)}", style="red")
