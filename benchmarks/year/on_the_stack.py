"""``make year STACK=1``: 200 cases the whole way through the running stack, and the year's figures of them.

A scripted vendor and scripted carriers, processes that speak only Kafka, do their part; agents correct once what is not
in good order, and give up what then comes back again.
"""

import argparse
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic

from benchmarks.year.books import faults
from benchmarks.year.figures import MINUTES, figures
from benchmarks.year.ledger import Ledger
from goodorder.outside_voices import ask_of_case
from goodorder.verify.report import in_a_line
from infra.stack.run import ROOT, RunInfo, stack_environment
from samples.packets import BuiltPacket, Packet, build, random_packet
from schemas.case_events import CaseRequested
from schemas.case_states import ENDED
from schemas.codes import CaseRequestKind, CaseState
from schemas.ids import case_id, document_id
from schemas.topics import SERVICES
from tests.desk import Desk, desk_on
from tests.faults.trial import upload
from tests.stack import running_stack
from tests.wire import Carried

_AT_REST = ENDED | {CaseState.NIGO}
_CARRIERS = ("aldermoor", "quillhaven")


@dataclass
class Watch:
    """What is known of the stack's cases from Kafka."""

    desk: Desk
    ledger: Ledger = field(default_factory=Ledger)

    def states(self) -> dict[str, CaseState]:
        """By case, as published by now."""
        for record in self.desk.topics.on():
            self.ledger.take(Carried(record))
        return {name: line.steps[-1].to_state for name, line in self.ledger.cases.items() if line.steps}

    def until_all(self, cases: Sequence[str], states: frozenset[CaseState], seconds: float) -> dict[str, CaseState]:
        """The states of these cases, when each of them is in one of these."""

        def there() -> dict[str, CaseState] | None:
            known = self.states()
            return known if all(known.get(case) in states for case in cases) else None

        try:
            return self.desk.until("every case come to rest", there, seconds, every=1)
        except AssertionError:
            known = self.states()
            rest = Counter(str(known.get(case)) for case in cases if known.get(case) not in states)
            raise AssertionError(f"not within {seconds:g} s: still {dict(rest)}") from None


def go_the_whole_way(desk: Desk, packets: Sequence[BuiltPacket], pace: float, seconds: float) -> Ledger:
    """Upload, correct what comes back once, withdraw what comes back again; returns when every case is over."""
    watch = Watch(desk)
    of_case = {case_id(document_id(packet.content)): packet for packet in packets}
    with outsiders(desk.run, pace):
        for packet in packets:
            upload(desk, packet.content, f"{packet.name}.pdf", packet.truth.agent_code)
        known = watch.until_all(list(of_case), _AT_REST, seconds)
        came_back = [case for case in of_case if known[case] is CaseState.NIGO]
        for case in came_back:
            upload(desk, _corrected(of_case[case]), f"{case}/corrected.pdf", of_case[case].truth.agent_code)
        # A page that seems another person's waits for somebody to file it: then, too, the house is at rest.
        desk.until_at_rest(seconds)
        known = watch.until_all(list(of_case), _AT_REST, seconds)
        for case in (each for each in of_case if known[each] is CaseState.NIGO):
            _withdraw(desk, case)
        watch.until_all(list(of_case), ENDED, seconds)
        desk.until_at_rest(seconds)
        watch.states()
    return watch.ledger


def _corrected(packet: BuiltPacket) -> bytes:
    """The same insured's packet once more, with nothing wrong."""
    _, _, number = packet.name.rpartition("-")
    today = datetime.now(UTC).date()
    return build(Packet(f"corrected-{number}", packet.truth.carrier, int(number), today)).content


def _withdraw(desk: Desk, case: str) -> None:
    asked = CaseRequested(
        case_id=case,
        request=CaseRequestKind.WITHDRAW_FOR_PRODUCER,
        actor="m.lee",
        reason="The agent gave it up.",
        requested_at=datetime.now(UTC),
    )
    ask_of_case(desk.house.broker(), asked)


@contextmanager
def outsiders(run: RunInfo, pace: float) -> Iterator[None]:
    """Scripted carriers beside the stack, each a process of its own."""
    environment = {**stack_environment(run), "PYTHONUNBUFFERED": "1"}
    started = []
    try:
        for carrier in _CARRIERS:
            command = [sys.executable, "-m", "samples.carrier", carrier, "--pace", str(pace)]
            log = (run.data / "logs" / f"carrier-{carrier}.log").open("wb")
            started.append(subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log))
        yield
    finally:
        for process in started:
            process.terminate()
        for process in started:
            process.wait(30)


def main() -> int:
    said = argparse.ArgumentParser(prog="python -m benchmarks.year.on_the_stack", description=__doc__)
    said.add_argument("--cases", type=int, default=200)
    said.add_argument("--seed", type=int, default=1)
    said.add_argument("--pace", type=float, default=1.5, help="seconds in a pace of the carriers' scripts")
    said.add_argument("--patience", type=float, default=900, help="seconds that each part of the way may take")
    chosen = said.parse_args()
    today, began = datetime.now(UTC).date(), monotonic()
    packets = [random_packet(chosen.seed * 10_000 + number, today) for number in range(chosen.cases)]
    with (
        tempfile.TemporaryDirectory(prefix="goodorder-year-") as folder,
        running_stack(Path(folder), "kafka", "ministack", "mail", *SERVICES, "vendor") as stack,
        desk_on(stack) as desk,
    ):
        ledger = go_the_whole_way(desk, packets, chosen.pace, chosen.patience)
        print(*figures(ledger, MINUTES), sep="\n")
        events, took = sum(ledger.counts.values()), monotonic() - began
        print(f"\n{len(ledger.cases)} cases, {events} events, {took:.0f} s", flush=True)
        judgement = desk.verify()
    found = [*faults(ledger), *map(str, judgement.broken)]
    print(in_a_line(judgement))
    print("Every sum adds up." if not found else f"{len(found)} sums do not add up:")
    print(*found[:50], sep="\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
