"""``make year``: a simulated year of the desk; prints its progress, its figures, and whether the sums add up."""

import argparse
import asyncio
import logging
import sys
from datetime import datetime
from time import monotonic, process_time

from benchmarks.year.books import faults
from benchmarks.year.figures import figures
from benchmarks.year.ledger import Ledger
from benchmarks.year.running import run, scratch


def main() -> int:
    said = argparse.ArgumentParser(prog="python -m benchmarks.year", description=__doc__)
    said.add_argument("--cases", type=int, default=5000)
    said.add_argument("--seed", type=int, default=1)
    said.add_argument("--days", type=int, default=365, help="over which the cases arrive")
    said.add_argument(
        "--after", type=int, default=120, help="days that the house is watched for after the last arrival"
    )
    chosen = said.parse_args()
    logging.basicConfig(level=logging.CRITICAL)
    began, worked = monotonic(), process_time()

    def tell(now: datetime, ledger: Ledger) -> None:
        events = sum(ledger.counts.values())
        print(
            f"{now:%Y-%m}: {len(ledger.cases)} cases, {events} events, {len(ledger.dead_letters)} dead letters,"
            f" {process_time() - worked:.0f} s of processor time",
            flush=True,
        )

    with scratch() as folder:
        year = asyncio.run(run(folder, chosen.cases, chosen.seed, chosen.days, chosen.after, tell))
    print(*figures(year.ledger), sep="\n")
    found = faults(year.ledger, year.closing)
    events = sum(year.ledger.counts.values())
    print(
        f"\n{len(year.ledger.cases)} cases, {events} events published, {year.ledger.repeats} repeated,"
        f" {sum(year.closing.mails.values())} mails, {len(year.ledger.dead_letters)} dead letters;"
        f" seed {chosen.seed}, {monotonic() - began:.0f} s, {process_time() - worked:.0f} s of processor time"
    )
    if year.ledger.differences:
        print("Differences with carriers found: " + ", ".join(f"{n} {k}" for k, n in year.ledger.differences.items()))
    if crossed := len(year.closing.waiting_words):
        print(f"Left to a person: {crossed} cases whose carrier says what cannot be, as a decision after a withdrawal.")
    print("Every sum adds up." if not found else f"{len(found)} sums do not add up:")
    print(*found[:50], sep="\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
