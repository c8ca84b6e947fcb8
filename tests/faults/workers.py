"""Workers beside those of the stack: a second and third of a service, or one in other surroundings."""

import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import partial

from infra.stack.ports import free_ports
from infra.stack.run import ROOT, RunInfo, service_environment
from tests.chassis.house import Worker, end_with_parent, eventually
from tests.faults.clock import CLOCK


@contextmanager
def worker(run: RunInfo, service: str, slot: str, **environment: str) -> Iterator[Worker]:
    """A ready worker in a slot of its own; ended, if it still runs, when the block is left."""
    with workers(run, (service,), slot, **environment) as (started,):
        yield started


@contextmanager
def workers(run: RunInfo, services: Iterable[str], slot: str, **environment: str) -> Iterator[tuple[Worker, ...]]:
    """A ready worker of each service, in the same slot of all; they start, and in the end leave, together. One that
    ends before it is ready is started anew, as a supervisor does."""
    started = {service: _start(run, service, slot, **environment) for service in services}

    def is_ready(service: str) -> bool:
        if started[service].process.poll() is not None:
            started[service] = _start(run, service, slot, **environment)
        return started[service].is_ready()

    try:
        for service in started:
            eventually(partial(is_ready, service), f"{service} {slot} is ready", 240)
        yield tuple(started.values())
    finally:
        for one in started.values():
            if one.process.poll() is None:
                one.terminate()
        for one in started.values():
            try:
                one.ended(30)
            except subprocess.TimeoutExpired:
                one.kill()


def _start(run: RunInfo, service: str, slot: str, **environment: str) -> Worker:
    """``environment`` is what differs; one with a clock of its own is started with that clock."""
    port = free_ports().web
    log = run.logs / f"{service}-{slot}.log"
    chosen = {"GOODORDER_WEB_PORT": str(port), "GOODORDER_WORKER_ID": f"{service}-{slot}", **environment}
    settings = {**service_environment(run, service), **chosen}
    module = ("tests.faults.clock", service) if CLOCK in environment else (f"services.{service}",)
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", *module], cwd=ROOT, env=settings,
            stdin=subprocess.DEVNULL, stdout=output, stderr=output,
            start_new_session=True, preexec_fn=end_with_parent,
        )  # fmt: skip
    return Worker(process, port, log)
