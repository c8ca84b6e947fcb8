"""Puts every file of a folder through the running pipeline and compares what became of it with what was expected.

Run: ``make corpus CORPUS=folder``. A stack of its own (real Kafka, S3, SQS, SMTP, intake and notify) is started on free
ports and thrown away. Files are uploaded to S3 and their outcome is read from the topics; notifications go into the SQS
queue, and TXLife messages to the reader of messages. ``MANIFEST.tsv`` in the folder says what is expected; without one
the outcomes are counted. Nothing of the files is kept, and what is printed names them: keep it to yourself.
"""

import argparse
import asyncio
import json
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from urllib.request import urlopen

import cv2

from benchmarks.corpus.manifest import NO_TRUTH, Item, items_of
from benchmarks.corpus.outcome import MESSAGE, NONE, Outcome, argument, is_expected
from benchmarks.corpus.pipeline import through_the_drop, through_the_queue
from benchmarks.signatures.finding import signatures_on
from infra.stack.ports import free_ports
from infra.stack.run import RunInfo
from infra.stack.stack import Stack
from services.cases.txlife.reading import UnreadableMessage, read

_WANTED = 0.97
_EVENTS = ("PARSE_EVENT", "IGNORE_EVENT", "WRONG_EVENT")
_MESSAGES = ("PARSE", "REJECT")
_SIGNATURES = ("SIGNED", "UNSIGNED")
_EVERY = 10.0
"""Seconds between two lines of progress where there is no terminal."""
_LOST = "intake_readers_lost_total"


@dataclass(frozen=True)
class Run:
    """What a folder came to."""

    outcomes: dict[int, Outcome]
    seconds: float
    crashes: int
    """Services that ended and were started again."""
    readers_lost: int
    """Reader processes that a file ended or hung: replaced, and no other file noticed."""


async def put_through(items: Sequence[Item]) -> Run:
    # An odd notification is given up after its fifth delivery: let those come soon.
    os.environ["GOODORDER_MESSAGE_HIDDEN_FOR"] = "4"
    with tempfile.TemporaryDirectory(prefix="goodorder-corpus-") as folder:
        async with Stack(Path(folder), free_ports()) as stack:
            await stack.start("intake", "notify")
            began = monotonic()
            outcomes = await asyncio.to_thread(_outcomes, stack.run, items)
            seconds = monotonic() - began
            crashes = sum(part.restarts for name, part in stack.run.parts.items() if name in ("intake", "notify"))
            return Run(outcomes, seconds, crashes, await asyncio.to_thread(_readers_lost, stack.run))


def _outcomes(run: RunInfo, items: Sequence[Item]) -> dict[int, Outcome]:
    events = [item for item in items if item.expect in _EVENTS]
    messages = [item for item in items if item.expect in _MESSAGES]
    files = [item for item in items if item.expect not in (*_EVENTS, *_MESSAGES)]
    found = through_the_drop(run, files, Told(len(files)))
    return {**found, **{item.number: _of_txlife(item) for item in messages}, **through_the_queue(run, events)}


def _of_txlife(item: Item) -> Outcome:
    try:
        read(item.path.read_bytes())
    except UnreadableMessage as error:
        return Outcome(f"refused: {error}")
    return Outcome(MESSAGE)


class Told:
    """Says how far it is: every few seconds, and on a terminal in one line."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._next = monotonic()

    def __call__(self, done: int) -> None:
        if monotonic() < self._next and done < self._total:
            return
        self._next = monotonic() + (0.2 if sys.stderr.isatty() else _EVERY)
        ends = "\r" if sys.stderr.isatty() and done < self._total else "\n"
        print(f"{done} of {self._total} files have an outcome", end=ends, file=sys.stderr, flush=True)


def _readers_lost(run: RunInfo) -> int:
    with urlopen(f"http://127.0.0.1:{run.ports.services['intake']}/metrics") as page:
        lines = page.read().decode().splitlines()
    return sum(int(float(line.split()[-1])) for line in lines if line.startswith(_LOST))


def print_report(items: Sequence[Item], run: Run) -> bool:
    """A line a file, a line a category; whether all is as it must be."""
    wrong = []
    for item in items:
        outcome = run.outcomes[item.number]
        is_right = item.expect == NO_TRUTH or is_expected(item.expect, item.detail, outcome)
        if not is_right:
            wrong.append(item)
        mark = "" if is_right else "  <- not as expected"
        print(f"{item.number:>5}  {item.expect:<26} {outcome}  [{item.category}/{item.path.name}]{mark}")
    print("\nby category")
    print(*_by_category(items, wrong), sep="\n")
    print("\nby outcome")
    for what, count in Counter(run.outcomes[item.number].what for item in items).most_common():
        print(f"  {what:<24} {count:>6}")
    print(*_signatures(items), sep="\n")
    known = sum(item.expect != NO_TRUTH for item in items)
    none = sum(outcome.what == NONE for outcome in run.outcomes.values())
    print(f"\n{len(items)} files in {run.seconds:.0f} s ({run.seconds / max(len(items), 1):.2f} s a file)")
    print(f"crashes of a service: {run.crashes}; without an outcome (hung or lost): {none}")
    print(f"reader processes ended or hung by a file, and replaced: {run.readers_lost}")
    if known:
        print(f"as expected: {known - len(wrong)} of {known} ({(known - len(wrong)) / known:.1%})")
    for item in wrong:
        outcome = run.outcomes[item.number]
        print(f"  {item.path.name}: expected {item.expect} ({item.detail}), was {outcome}")
        print(f"    {argument(item.expect, outcome)}")
    return not run.crashes and not none and len(wrong) <= (1 - _WANTED) * known


def _by_category(items: Sequence[Item], wrong: Sequence[Item]) -> Iterator[str]:
    counts = Counter((item.category, item.expect) for item in items)
    missed = Counter((item.category, item.expect) for item in wrong)
    for (category, expect), count in sorted(counts.items()):
        yield f"  {category:<12} {expect:<26} {count - missed[category, expect]:>4} of {count}"


def _signatures(items: Sequence[Item]) -> Iterator[str]:
    """Pages without a blank are for a person; a finder outside the pipeline says how it would judge them."""
    pages = [item for item in items if item.expect in _SIGNATURES]
    agree = 0
    for item in pages:
        picture = cv2.imread(str(item.path), cv2.IMREAD_GRAYSCALE)
        agree += picture is not None and bool(signatures_on(picture)) == (item.expect == "SIGNED")  # type: ignore[arg-type]
    if pages:
        yield f"\nsigned or not, on pages without a blank, by the finder of `make signatures`: {agree} of {len(pages)}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--write", type=Path, help="write the outcomes as JSON, too")
    asked = parser.parse_args()
    items = items_of(asked.folder)
    if not items:
        parser.error(f"{asked.folder} holds no file")
    run = asyncio.run(put_through(items))
    is_good = print_report(items, run)
    if asked.write:
        told = {str(item.path): run.outcomes[item.number].what for item in items}
        asked.write.write_text(json.dumps(told, indent=1))
    sys.exit(0 if is_good else 1)


if __name__ == "__main__":
    main()
