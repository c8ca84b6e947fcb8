"""A real Kafka broker (KRaft) from the jars that ``make setup`` resolved: its command, its data, its settings."""

import asyncio
import base64
import shutil
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Sequence
from pathlib import Path
from string import Template

from infra.stack.errors import StackError
from infra.stack.ports import free_ports
from infra.stack.probes import tcp
from infra.stack.run import LOOPBACK, ROOT, Ports

HOME = ROOT / "infra" / "kafka"
LIBRARIES = ROOT / ".cache" / "kafka-libs"
CLASSES = ROOT / ".cache" / "kafka-classes.jsa"
"""The loaded classes of an earlier run, mapped into memory: halves the start and spares 50 MB."""

_MEMORY = ("-Xmx512m", "-Xms256m")


def java(*options: str) -> tuple[str, ...]:
    """The Java command up to the main class. Raises ``StackError`` when Kafka or Java is not installed."""
    if not any(LIBRARIES.glob("kafka_2.13-*.jar")):
        raise StackError("Kafka's jars are not there. Run `make setup` first.")
    program = shutil.which("java")
    if program is None:
        raise StackError("Java is not installed (17 or newer is needed). Run `make setup` first.")
    return (
        program,
        # Starts and restarts matter more here than the last bit of throughput.
        "-XX:TieredStopAtLevel=1",
        "-XX:+UseSerialGC",
        "-Djava.awt.headless=true",
        f"-Dlog4j2.configurationFile={HOME / 'log4j2.yaml'}",
        *options,
        "-cp",
        f"{LIBRARIES}/*",
    )


def broker(data: Path) -> tuple[str, ...]:
    """The command of the broker on a prepared data folder."""
    classes = (f"-XX:SharedArchiveFile={CLASSES}",) if CLASSES.exists() else ()
    return (*java(*_MEMORY, *classes), "kafka.Kafka", str(_properties(data)))


async def prepare(data: Path, ports: Ports, locks: str = "", node: int = 1, cluster: str = "") -> None:
    """Write the settings, with ``locks`` after them; format the storage unless it holds data already.

    ``node``: which of the brokers, from 1. ``cluster``: the id that they share, see :func:`new_cluster`.
    """
    _write_properties(data, ports, locks, node)
    if not _is_formatted(data):
        await asyncio.to_thread(_format, data, cluster or new_cluster())


def new_cluster() -> str:
    """An id for brokers that belong together."""
    cluster = base64.urlsafe_b64encode(uuid.uuid4().bytes).rstrip(b"=").decode()
    return f"A{cluster[1:]}" if cluster.startswith("-") else cluster  # else it reads as an option


def _write_properties(data: Path, ports: Ports, locks: str, node: int) -> None:
    data.mkdir(parents=True, exist_ok=True)
    _properties(data).touch(mode=0o600)
    _properties(data).chmod(0o600)
    template = Template((HOME / "server.properties").read_text())
    port, controller_port = ports.brokers[node - 1]
    voters = [f"{number}@{LOOPBACK}:{each}" for number, (_, each) in enumerate(ports.brokers, start=1)]
    copies = len(ports.brokers)
    settings = template.substitute(
        node=node,
        voters=",".join(voters),
        port=port,
        controller_port=controller_port,
        # One broker may be away, and what was acknowledged still lies on two.
        copies=copies,
        in_sync=max(1, copies - 1),
        log_dir=data / "log",
    )
    _properties(data).write_text(settings + locks)


def _format(data: Path, cluster: str) -> None:
    classes = (f"-XX:SharedArchiveFile={CLASSES}",) if CLASSES.exists() else ()
    command = (*java("-Xmx256m", *classes), "kafka.tools.StorageTool", "format")
    _call((*command, "--ignore-formatted", "-t", cluster, "-c", str(_properties(data))))


def _call(command: Sequence[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise StackError(f"Kafka's storage could not be formatted: {(done.stdout + done.stderr)[-1500:]}")


def _is_formatted(data: Path) -> bool:
    return (data / "log" / "meta.properties").exists()


def _properties(data: Path) -> Path:
    return data / "server.properties"


async def _run_once(data: Path, ports: Ports) -> None:
    """Run a broker until it answers and let it leave its classes behind as it ends."""
    await prepare(data, ports)
    command = (*java(*_MEMORY, f"-XX:ArchiveClassesAtExit={CLASSES}"), "kafka.Kafka", str(_properties(data)))
    process = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    try:
        async with asyncio.timeout(90):
            answers = tcp(ports.kafka)
            while process.returncode is None and not await answers():  # noqa: ASYNC110 (another process)
                await asyncio.sleep(0.1)
            if process.returncode is None:
                process.terminate()
            words, _ = await process.communicate()
    except TimeoutError:
        process.kill()
        raise StackError("Kafka did not answer within 90 s. Is the machine out of memory?") from None
    if not CLASSES.exists():
        raise StackError(f"Kafka does not run on this machine:\n{words.decode(errors='replace')[-2000:]}")


def try_out() -> None:
    """For ``make setup``: prove that Kafka runs on this machine, and make its later starts quick."""
    CLASSES.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory(prefix="goodorder-kafka-") as folder:
        asyncio.run(_run_once(Path(folder), free_ports()))


if __name__ == "__main__":
    try:
        try_out()
    except StackError as error:
        sys.exit(str(error))
