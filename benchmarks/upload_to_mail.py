"""How long an agent waits: from the upload of a fillable packet to the mail that says what is missing.

Run: ``python -m benchmarks.upload_to_mail [--packets 30]``. Packets are dropped one at a time on the whole local
stack (real Kafka, S3, SQS, SMTP). The peer is the same reading and judging in one process with the mail sent
straight to the same server: what the services, Kafka and the databases add is the ratio between the two.
"""

import argparse
import asyncio
import smtplib
import statistics
import tempfile
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from pathlib import Path
from time import monotonic, sleep

import boto3

from infra.stack.ports import free_ports
from infra.stack.run import RunInfo
from infra.stack.stack import Stack
from samples.packets import BuiltPacket, Packet, build
from schemas.carrier import load_carriers
from schemas.ids import case_id, document_id
from services.intake.reading.page_reading import Reading
from services.intake.reading.pool import ReaderPool
from services.validation.good_order import check

_SEEDS = 10_000
"""Seeds of this benchmark's packets: apart from those of the tests."""


def nigo_packets(number: int) -> list[BuiltPacket]:
    """Fillable packets that each lack the insured's signature."""
    today = datetime.now(UTC).date()
    carriers = ("aldermoor", "quillhaven")
    return [
        build(Packet(f"wait-{seed}", carriers[seed % 2], _SEEDS + seed, today, ("missing-signature",)))
        for seed in range(number)
    ]


class Mailbox:
    """Waits for the mail on a case in the sink's Maildir."""

    def __init__(self, run: RunInfo) -> None:
        self._folder = run.mail / "new"
        self._seen: set[Path] = set()

    def arrival_of(self, case: str, deadline: float) -> float:
        """The monotonic time at which a mail with this case id was there. Raises :class:`TimeoutError`."""
        while monotonic() < deadline:
            for path in set(self._folder.glob("*")) - self._seen:
                self._seen.add(path)
                if BytesHeaderParser().parsebytes(path.read_bytes())["X-Case-Id"] == case:
                    return monotonic()
            sleep(0.005)
        raise TimeoutError(f"no mail on case {case}")


def through_the_stack(run: RunInfo, packets: Iterable[BuiltPacket]) -> list[float]:
    """Seconds from the start of each upload to its mail."""
    environment = run.environment()
    s3 = boto3.client(
        "s3", endpoint_url=run.objects_url, region_name=environment["AWS_REGION"],
        aws_access_key_id="local", aws_secret_access_key="local",  # noqa: S106
    )  # fmt: skip
    mailbox, waits = Mailbox(run), []
    for packet in packets:
        began = monotonic()
        s3.put_object(
            Bucket=environment["GOODORDER_DROP_BUCKET"], Key=f"drop/AG-1042/{packet.name}.pdf", Body=packet.content
        )
        waits.append(mailbox.arrival_of(case_id(document_id(packet.content)), began + 60) - began)
    return waits


def in_one_process(run: RunInfo, packets: Iterable[BuiltPacket]) -> list[float]:
    """The peer: the same reader and rules called one after the other, and one mail."""
    carriers, waits, today = load_carriers(run.carriers), [], datetime.now(UTC).date()
    with ReaderPool(carriers) as pool, smtplib.SMTP("127.0.0.1", run.ports.mail) as server:
        for packet in packets:
            began = monotonic()
            reading = pool.read_now(packet.content, document_id(packet.content))
            if not isinstance(reading, Reading):
                raise SystemExit(f"{packet.name} could not be read: {reading.message}")
            findings = check(reading.application, carriers[reading.application.carrier], today)
            mail = EmailMessage()
            mail["From"], mail["To"], mail["Subject"] = "desk@example.com", "agent@example.com", packet.name
            mail.set_content("\n".join(finding.message for finding in findings))
            server.send_message(mail)
            waits.append(monotonic() - began)
    return waits


def spread(name: str, waits: list[float]) -> str:
    nine = statistics.quantiles(waits, n=10)[8]
    return (
        f"{name:<22} median {statistics.median(waits):6.3f} s   90 % within {nine:6.3f} s   longest {max(waits):6.3f} s"
    )


async def main(number: int) -> None:
    packets = nigo_packets(number + 3)
    with tempfile.TemporaryDirectory() as folder:
        async with Stack(Path(folder), free_ports()) as stack:
            print("starting the stack ...")
            await stack.start()
            await _aside(lambda: through_the_stack(stack.run, packets[:3]))
            stacked = await _aside(lambda: through_the_stack(stack.run, packets[3:]))
            alone = await _aside(lambda: in_one_process(stack.run, packets[3:]))
    print(f"{number} fillable packets, one at a time (after 3 to warm up)")
    print(spread("upload to mail", stacked))
    print(spread("in one process (peer)", alone))
    print(f"ratio of medians {statistics.median(stacked) / statistics.median(alone):.1f}")


async def _aside(work: Callable[[], list[float]]) -> list[float]:
    """Run beside the supervisor's loop, which must go on."""
    return await asyncio.to_thread(work)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--packets", type=int, default=30)
    asyncio.run(main(parser.parse_args().packets))
