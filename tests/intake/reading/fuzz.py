"""Reads spoilt files for as long as is said: ``make fuzz SECONDS=600``, or ``SEED=7`` to begin elsewhere.

Every file must have an outcome, in time, and the readers must be there afterwards. A file that ends a reader is no
fault of the pool, but worth mending: each place where that happened is printed with the seed that shows it.
"""

import argparse
import logging
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from itertools import count
from pathlib import Path
from random import Random
from time import monotonic

from schemas.carrier import load_carriers
from schemas.ids import document_id
from services.intake.reading.page_reading import Refused
from services.intake.reading.pool import ReaderPool
from tests.intake.reading.spoiling import sound_files, spoilt

_AT_ONCE = 4
_LONGEST = 300.0
"""Seconds after which a file has hung the pool: far more than its readers are given."""


class Losses(logging.Handler):
    """Hears of every reader process that a file ended."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.seen: dict[str, str] = {}

    def emit(self, record: logging.LogRecord) -> None:
        document, *_, how, _ = record.args  # type: ignore[misc]
        self.seen.setdefault(str(document), str(how))


def spoilt_file(seed: int) -> tuple[str, bytes]:
    """The kind and bytes of the file that a seed stands for."""
    chance = Random(seed)
    kind = chance.choice(sorted(sound_files()))
    return kind, spoilt(sound_files()[kind], chance)


def read_spoilt(pool: ReaderPool, seeds: Iterator[int], tell: Callable[[int, str, str], None]) -> None:
    """Read the files of these seeds, several at a time; ``tell`` is given seed, document id and outcome of each.

    Raises :class:`TimeoutError` when the pool hangs, and whatever a file makes it raise.
    """
    running: dict[Future[object], tuple[int, str]] = {}
    with ThreadPoolExecutor(_AT_ONCE) as asking:
        for seed in seeds:
            content = spoilt_file(seed)[1]
            document = document_id(content)
            running[asking.submit(pool.read_now, content, document)] = (seed, document)
            if len(running) >= _AT_ONCE:
                _take(running, tell)
        while running:
            _take(running, tell)


def _take(running: dict[Future[object], tuple[int, str]], tell: Callable[[int, str, str], None]) -> None:
    done, _ = wait(running, _LONGEST, FIRST_COMPLETED)
    if not done:
        raise TimeoutError(f"none of the seeds {sorted(seed for seed, _ in running.values())} has an outcome")
    for one in done:
        result = one.result()
        tell(*running.pop(one), result.cause if isinstance(result, Refused) else type(result).__name__.lower())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    losses, outcomes, by_document = Losses(), Counter[str](), dict[str, int]()
    log = logging.getLogger("services.intake.reading.pool")
    log.addHandler(losses)
    log.propagate = False
    deadline = monotonic() + asked.seconds

    def seeds() -> Iterator[int]:
        for seed in count(asked.seed):
            if monotonic() > deadline:
                return
            yield seed

    def tell(seed: int, document: str, outcome: str) -> None:
        outcomes[outcome] += 1
        by_document[document] = seed
        if sys.stderr.isatty():
            print(f"\r{outcomes.total()} files", end="", file=sys.stderr, flush=True)

    with ReaderPool(load_carriers(Path("carriers")), timeout=20, memory=1024**3) as pool:
        read_spoilt(pool, seeds(), tell)
    print(f"{outcomes.total()} spoilt files in {asked.seconds:.0f} s, each with an outcome")
    for outcome, times in outcomes.most_common():
        print(f"  {outcome:<24} {times:>6}")
    print(f"reader processes ended or hung: {len(losses.seen)}")
    for how, times in Counter(losses.seen.values()).most_common():
        first = min(by_document[document] for document, said in losses.seen.items() if said == how)
        print(f"  {times:>4}  {how}  (first with --seed {first})")


if __name__ == "__main__":
    main()
