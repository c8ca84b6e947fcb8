"""Measures the reading of scans and prints the tables (``python -m benchmarks.reading [--packets N]``)."""

import argparse
import os
import platform
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from benchmarks.reading import tables
from benchmarks.reading.library import measured
from benchmarks.reading.packets import CARRIERS, SEEDS, Case, cases_of, read_case, workers
from benchmarks.reading.peers import Words, ocrmypdf_is_here, ocrmypdf_words, pytesseract_words, read_by_labels
from benchmarks.reading.scaling import thirty_pages, timed
from benchmarks.reading.scores import PageScore
from samples.degrading import CONDITIONS
from samples.packets.handwriting import hands_here
from services.intake.reading.second_reader import HOW_TO_GET, is_installed


def main() -> None:
    options = _options()
    report = "\n".join(_report(options.packets, options.peer_pages, options.library_pages))
    print(report)
    if options.write:
        options.write.write_text(report + "\n", encoding="utf-8")


def _report(packets: int, peer_pages: int, library_pages: int) -> Iterator[str]:
    seeds = SEEDS[:packets]
    with workers() as pool, tempfile.TemporaryDirectory(prefix="goodorder-library-") as folder:
        pages = [page for read in pool.map(read_case, cases_of(seeds)) for page in read]
        peers = _read_by_peers(pool, seeds[0], peer_pages)
        library = measured(Path(folder), library_pages, pool)
    content = thirty_pages()
    runs = [timed(content, 1), timed(content, 2)]
    yield from _head(pages)
    yield from tables.aims(pages, peers, runs, library)
    yield from tables.conditions(pages)
    yield from tables.calibration(pages)
    yield from tables.beside(pages, peers)
    yield from tables.scaling(runs)
    yield from tables.library(library)
    yield from tables.misses(pages)


def _read_by_peers(pool: ProcessPoolExecutor, seed: int, pages: int) -> dict[str, list[PageScore]]:
    cases = [Case(condition, carrier, seed) for condition in CONDITIONS for carrier in CARRIERS]
    return {
        name: [page for read in pool.map(partial(read_by_labels, words_of=words, pages=pages), cases) for page in read]
        for name, words in _peers()
    }


def _peers() -> Iterator[tuple[str, Words]]:
    yield tables.PYTESSERACT, pytesseract_words
    if ocrmypdf_is_here():
        yield "OCRmyPDF", ocrmypdf_words


def _head(pages: list[PageScore]) -> Iterator[str]:
    today = datetime.now(UTC).date()
    yield f"Measured on {today} on {os.cpu_count()} cores ({platform.machine()}, no GPU), {len(pages)} pages."
    if not is_installed():
        yield f"The second reader is not installed ({HOW_TO_GET}): Tesseract read alone."
    if not hands_here():
        yield "No handwriting font is installed (fonts-breip, fonts-dkg-handwriting): typed only."
    if not ocrmypdf_is_here():
        yield "OCRmyPDF is not installed (pip install 'goodorder[peers]'): it was left out."
    yield ""


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reading", description=__doc__)
    parser.add_argument("--packets", type=int, default=2, help="packets of each carrier in each condition (default 2)")
    parser.add_argument(
        "--peer-pages", type=int, default=2, help="pages of each packet that the peers read (default 2)"
    )
    parser.add_argument("--library-pages", type=int, default=12, help="pages of the library in each condition")
    parser.add_argument("--write", type=Path, help="a file for the tables, in Markdown")
    return parser.parse_args()


if __name__ == "__main__":
    main()
