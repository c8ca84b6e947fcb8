"""Events a second through a service on the chassis, beside a bare aiokafka loop on the same broker.

``python -m benchmarks.runner [EVENTS]``: starts a broker of its own, measures each in turn, prints the ratio. The
rate is counted between the first and the last event published, so that the start of a process does not count.
"""

import resource
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from infra.stack.run import ROOT
from tests.chassis.events import cases, reported
from tests.chassis.house import House, eventually
from tests.stack import running_stack

AIM = 0.5


@dataclass(frozen=True)
class Rate:
    what: str
    events_a_second: float
    cpu_milliseconds: float
    """Of the consuming process, for one event, its start included."""


def measure(kafka: str, folder: Path, count: int) -> tuple[Rate, Rate]:
    """The bare loop first, then the chassis; each has its own topics and the same events."""
    bare, chassis = (House(kafka, folder, name, f"sqlite:///{folder / name}.db") for name in ("bare_loop", "runner"))
    many = cases(60)
    for house in (bare, chassis):
        house.send(reported(number, many[number % len(many)]) for number in range(count))
    loop = [sys.executable, "-m", "benchmarks.runner_bare_loop", kafka]
    before = _cpu()
    subprocess.run([*loop, bare.incoming.name, bare.outgoing.name, str(count)], check=True, cwd=ROOT)
    between = _cpu()
    try:
        worker = chassis.start(PROBE_PREPARES="no")
        eventually(worker.is_ready, "the service is ready")
        eventually(lambda: chassis.acknowledged() == count, "everything is through", 300)
        worker.terminate()
        worker.ended()
    finally:
        chassis.close()
        bare.close()
    return (
        Rate("bare aiokafka loop", _rate(bare), (between - before) / count * 1000),
        Rate("runner on Faust, SQLite", _rate(chassis), (_cpu() - between) / count * 1000),
    )


def _rate(house: House) -> float:
    moments = [record.timestamp for record in house.records(house.outgoing)]
    return (len(moments) - 1) / (max(moments) - min(moments)) * 1000


def _cpu() -> float:
    """Seconds of processor time of all ended children."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main(count: int) -> None:
    with (
        tempfile.TemporaryDirectory(prefix="goodorder-bench-") as folder,
        running_stack(Path(folder), "kafka") as stack,
    ):
        rates = measure(stack.run.kafka, Path(folder), count)
    for rate in rates:
        print(f"{rate.what:<26} {rate.events_a_second:7.0f} events/s   {rate.cpu_milliseconds:5.2f} ms CPU an event")
    bare, chassis = rates
    print(f"ratio {chassis.events_a_second / bare.events_a_second:.2f} (aim: {AIM} or better), {count} events each")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 4000)
