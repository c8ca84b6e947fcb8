"""A long scanned packet on the running house: progress, seconds a page, memory of intake, until the verdict's mail.

Run: ``python -m benchmarks.long_scan [--pages 30]``. The pages are one applicant's, scanned, faxed and scanned again:
each is a form's page, and read whole. Memory is what the worker and its processes hold together, shared pages counted
once (Linux' PSS); Tesseract's short-lived processes are among them.
"""

import argparse
import asyncio
import http.client
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from threading import Event, Thread
from time import monotonic

import boto3
from pypdf import PdfReader, PdfWriter

from benchmarks.upload_to_mail import Mailbox
from infra.stack.ports import free_ports
from infra.stack.run import LOOPBACK, RunInfo
from infra.stack.stack import Stack
from samples.degrading import CONDITIONS, degraded
from samples.packets import Delivery, Packet, build
from samples.packets.case_values import Circumstances
from schemas.ids import case_id, document_id
from services.intake.drop import archive_key

_SEED = 20_004
_DEADLINE = 600.0
_LOOKED_EVERY = 0.1
_PAGES_READ = re.compile(r'^intake_pages_total\{method="picture",outcome="(\w+)"\} ([\d.]+)', re.MULTILINE)
_SECONDS_READ = re.compile(r'^intake_reading_seconds_total\{method="picture"\} ([\d.]+)', re.MULTILINE)


def long_packet(pages: int) -> bytes:
    """One applicant's packet on paper, in three conditions, over and over up to so many pages."""
    usual = Circumstances(existing=True, replacing=True, other_owner=True, with_history=True, tobacco=True)
    packet = build(Packet("long", "aldermoor", _SEED, datetime.now(UTC).date(), (), Delivery.FLATTENED, usual))
    conditions = [CONDITIONS[name] for name in ("scan 200", "fine fax", "scan 300")]
    writer, out = PdfWriter(), BytesIO()
    while len(writer.pages) < pages:
        number = len(writer.pages) // len(packet.pages)
        paper = PdfReader(BytesIO(degraded(packet.content, conditions[number % len(conditions)], _SEED + number)))
        for page in paper.pages[: pages - len(writer.pages)]:
            writer.add_page(page)
    writer.write(out)
    return out.getvalue()


class Watch:
    """What intake says of its pages, and the most memory that it and its children held."""

    def __init__(self, run: RunInfo) -> None:
        intake = run.parts["intake"]
        self._pid, self._port = intake.pid, run.ports.services["intake"]
        self.most_bytes = 0
        self.most_of_the_worker = 0
        self.most_of_one_child = 0

    @contextmanager
    def beside(self) -> Iterator[None]:
        """Measures memory in a thread of its own."""
        done = Event()
        thread = Thread(target=lambda: [self._weigh() for _ in iter(lambda: done.wait(_LOOKED_EVERY), True)])
        thread.start()
        try:
            yield
        finally:
            done.set()
            thread.join()

    def pages(self) -> dict[str, int]:
        return {outcome: int(float(number)) for outcome, number in _PAGES_READ.findall(self._said())}

    def reader_seconds(self) -> float:
        return sum(float(seconds) for seconds in _SECONDS_READ.findall(self._said()))

    def _said(self) -> str:
        asked = http.client.HTTPConnection(LOOPBACK, self._port, timeout=10)
        try:
            asked.request("GET", "/metrics")
            return asked.getresponse().read().decode()
        finally:
            asked.close()

    def _weigh(self) -> None:
        held = [_pss(pid) for pid in _family(self._pid)]
        self.most_bytes = max(self.most_bytes, sum(held))
        self.most_of_the_worker = max(self.most_of_the_worker, held[0])
        self.most_of_one_child = max(self.most_of_one_child, *held[1:], 0)


def _family(pid: int) -> Iterator[int]:
    """The process and all that descend from it."""
    yield pid
    for listed in Path(f"/proc/{pid}/task").glob("*/children"):
        # Each may end while it is looked at.
        with suppress(OSError):
            for child in listed.read_text().split():
                yield from _family(int(child))


def _pss(pid: int) -> int:
    """Bytes; nothing for a process that has just ended."""
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return 0


def follow(run: RunInfo, content: bytes, pages: int) -> None:
    environment = run.environment()
    s3 = boto3.client(
        "s3", endpoint_url=run.objects_url, region_name=environment["AWS_REGION"],
        aws_access_key_id="local", aws_secret_access_key="local",  # noqa: S106
    )  # fmt: skip
    watch, mailbox, case, began, told = Watch(run), Mailbox(run), case_id(document_id(content)), monotonic(), -1
    with watch.beside():
        s3.put_object(Bucket=environment["GOODORDER_DROP_BUCKET"], Key="drop/AG-1042/long.pdf", Body=content)
        while (read := sum(watch.pages().values())) < pages:
            if read != told:
                print(f"  page {read} of {pages} after {monotonic() - began:5.1f} s", flush=True)
                told = read
            if monotonic() - began > _DEADLINE:
                raise SystemExit(f"only {read} of {pages} pages after {_DEADLINE:g} s")
            Event().wait(_LOOKED_EVERY)
        read_after = monotonic() - began
        mailed_after = mailbox.arrival_of(case, began + _DEADLINE) - began
    kept = s3.list_objects_v2(
        Bucket=environment["GOODORDER_ARCHIVE_BUCKET"], Prefix=f"{archive_key(document_id(content))}.pictures/"
    ).get("Contents", [])
    megabyte, seconds = 2**20, watch.reader_seconds()
    print(f"{pages} scanned pages ({len(content) / megabyte:.1f} MB): {watch.pages()}")
    print(f"all pages read after   {read_after:6.1f} s   {read_after / pages:5.2f} s a page")
    print(f"one reader's seconds   {seconds:6.1f} s   {seconds / pages:5.2f} s a page")
    print(f"verdict mailed after   {mailed_after:6.1f} s")
    print(f"most memory of intake  {watch.most_bytes / megabyte:6.0f} MB with all its processes")
    print(f"of the worker itself   {watch.most_of_the_worker / megabyte:6.0f} MB")
    print(f"of one reader          {watch.most_of_one_child / megabyte:6.0f} MB")
    print(f"pictures kept          {len(kept):6}      {sum(found['Size'] for found in kept) / megabyte:.1f} MB")


async def main(pages: int) -> None:
    content = long_packet(pages)
    with tempfile.TemporaryDirectory() as folder:
        async with Stack(Path(folder), free_ports()) as stack:
            print("starting the stack ...")
            await stack.start()
            # Beside the supervisor's loop, which must go on.
            await asyncio.to_thread(follow, stack.run, content, pages)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--pages", type=int, default=30)
    asyncio.run(main(parser.parse_args().pages))
