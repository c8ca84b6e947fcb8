"""Measures the reading of scans and prints the tables (``python -m benchmarks.reading [--packets N]``)."""

import argparse
import multiprocessing
import os
import platform
import tempfile
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from functools import partial
from itertools import pairwise
from pathlib import Path

from benchmarks.reading.library import LibraryResult, measured
from benchmarks.reading.packets import Case, read_case, warm_up
from benchmarks.reading.peers import Words, ocrmypdf_is_here, ocrmypdf_words, pytesseract_words, read_by_labels
from benchmarks.reading.scaling import Run, thirty_pages, timed
from benchmarks.reading.scores import Figures, PageScore, figures, share
from samples.degrading import CONDITIONS
from samples.packets.handwriting import hands_here
from services.intake.reading.second_reader import HOW_TO_GET, is_installed

_CARRIERS = ("aldermoor", "quillhaven")
_FIRST_SEED = 101
"""The reader was built while looking at packets with low numbers; it is measured by others."""
_SURE = 0.95
_STEPS = (0.0, 0.8, 0.9, _SURE, 1.01)
_FINE = ("clean 200", "scan 300", "scan 200", "turned")
"""Conditions of 200 dpi and better, taken flat."""


def main() -> None:
    options = _options()
    report = "\n".join(_report(options.packets, options.peer_pages, options.library_pages))
    print(report)
    if options.write:
        options.write.write_text(report + "\n", encoding="utf-8")


def _report(packets: int, peer_pages: int, library_pages: int) -> Iterator[str]:
    seeds = range(_FIRST_SEED, _FIRST_SEED + packets)
    by_hand = [False, True] if hands_here() else [False]
    cases = [Case(c, carrier, s, hand) for hand in by_hand for c in CONDITIONS for carrier in _CARRIERS for s in seeds]
    with _workers() as workers:
        pages = [page for read in workers.map(read_case, cases) for page in read]
        some = [Case(c, carrier, _FIRST_SEED) for c in CONDITIONS for carrier in _CARRIERS]
        peers = {
            name: [p for read in workers.map(partial(read_by_labels, words_of=words, peer=name, pages=peer_pages), some)
                   for p in read]
            for name, words in _peers()
        }  # fmt: skip
    yield from _head(len(pages), by_hand)
    yield from _conditions(pages)
    yield from _calibration(pages)
    yield from _beside(pages, peers, peer_pages)
    content = thirty_pages()
    yield from _scaling([timed(content, 1), timed(content, 2)])
    with tempfile.TemporaryDirectory(prefix="goodorder-library-") as folder:
        yield from _library(measured(Path(folder), library_pages))


def _workers() -> ProcessPoolExecutor:
    os.environ["OMP_THREAD_LIMIT"] = "1"
    return ProcessPoolExecutor(os.cpu_count(), multiprocessing.get_context("forkserver"), warm_up)


def _peers() -> Iterator[tuple[str, Words]]:
    yield "full-page pytesseract", pytesseract_words
    if ocrmypdf_is_here():
        yield "OCRmyPDF", ocrmypdf_words


def _head(pages: int, by_hand: list[bool]) -> Iterator[str]:
    today = datetime.now(UTC).date()
    yield f"Measured on {today} on {os.cpu_count()} cores ({platform.machine()}, no GPU), {pages} pages."
    if not is_installed():
        yield f"The second reader is not installed ({HOW_TO_GET}): Tesseract read alone."
    if len(by_hand) < 2:
        yield "No handwriting font is installed (fonts-breip, fonts-dkg-handwriting, fonts-femkeklaver): typed only."
    if not ocrmypdf_is_here():
        yield "OCRmyPDF is not installed (pip install 'goodorder[peers]'): it was left out."
    yield ""


def _conditions(pages: list[PageScore]) -> Iterator[str]:
    columns = "pages known | fields | exact | CER | blank as blank | boxes wrong | signatures wrong | CPU s a page"
    yield f"| condition | {columns} |"
    yield "|---|---|---|---|---|---|---|---|---|"
    for label in dict.fromkeys(page.condition for page in pages):
        yield _row(label, figures(page for page in pages if page.condition == label))
    typed = [page for page in pages if page.condition in CONDITIONS]
    yield _row("**all typed**", figures(typed))
    yield _row("**typed, 200 dpi and better**", figures(page for page in typed if page.condition in _FINE))
    yield ""


def _row(label: str, held: Figures) -> str:
    doubt = f" (+ {held.signature_doubts} doubtful)" if held.signature_doubts else ""
    return (
        f"| {label} | {held.recognised:.1%} of {held.pages} | {held.fields} | {held.exact:.1%} "
        f"| {held.character_errors:.2%} | {held.blank_as_blank:.1%} | {held.box_errors} of {held.boxes} "
        f"| {held.signature_errors} of {held.signatures}{doubt} | {held.cpu:.2f} |"
    )


def _calibration(pages: list[PageScore]) -> Iterator[str]:
    yield "| confidence | values | right (typed) | values | right (by hand) |"
    yield "|---|---|---|---|---|"
    kinds = [
        [text for page in pages if ("hand" in page.condition) is hand for text in page.texts if text.read]
        for hand in (False, True)
    ]
    for low, high in reversed(list(pairwise(_STEPS))):
        cells = []
        for texts in kinds:
            held = [text.right for text in texts if low <= text.confidence < high]
            cells.append(f"{len(held)} | {share(held):.1%}" if held else "0 | ")
        yield f"| {low:.2f} to {min(high, 1):.2f} | {cells[0]} | {cells[1]} |"
    yield ""


def _beside(pages: list[PageScore], peers: dict[str, list[PageScore]], peer_pages: int) -> Iterator[str]:
    yield f"Beside others, typed, the first {peer_pages} pages of {2 * len(CONDITIONS)} packets:"
    yield ""
    yield "| reader | pages | exact | CER | CPU s a page |"
    yield "|---|---|---|---|---|"
    ours = figures(page for page in pages if page.condition in CONDITIONS)
    yield f"| Goodorder | {ours.pages} | {ours.exact:.1%} | {ours.character_errors:.1%} | {ours.cpu:.2f} |"
    for name, scores in peers.items():
        held = figures(scores)
        yield (
            f"| {name}, labels | {held.pages} | {held.exact:.1%} | {held.character_errors:.1%} | {held.cpu:.2f} "
            f"({held.cpu / ours.cpu:.1f} times ours) |"
        )
    yield ""


def _scaling(runs: Iterable[Run]) -> Iterator[str]:
    first, *_ = held = list(runs)
    yield "| processes | pages | seconds a page | speed | memory of all | of the largest process |"
    yield "|---|---|---|---|---|---|"
    for run in held:
        yield (
            f"| {run.processes} | {run.pages} | {run.seconds / run.pages:.2f} | {first.seconds / run.seconds:.2f} "
            f"| {run.peak / 2**20:.0f} MB | {run.child_peak / 2**20:.0f} MB |"
        )
    yield ""


def _library(result: LibraryResult) -> Iterator[str]:
    yield f"A library of {result.forms} forms with {result.pages} pages in {result.families} families of like print"
    yield f"(loaded in {result.load_seconds:.1f} s; CPU s a page is drawing the page, features, placing and form line):"
    yield ""
    outcomes = ("right", "taken for a twin", "wrong page", "refused", "unknown refused", "unknown taken for a twin")
    yield f"| condition | {' | '.join(outcomes)} | CPU s a page |"
    yield "|" + "---|" * (len(outcomes) + 2)
    for condition in CONDITIONS:
        counts = result.outcomes(condition)
        times = sorted(guess.seconds for guess in result.guesses if guess.condition == condition)
        cells = " | ".join(str(counts[outcome]) for outcome in outcomes)
        yield f"| {condition} | {cells} | {times[len(times) // 2]:.2f} |"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reading", description=__doc__)
    parser.add_argument("--packets", type=int, default=1, help="packets of each carrier in each condition (default 1)")
    parser.add_argument(
        "--peer-pages", type=int, default=2, help="pages of each packet that the peers read (default 2)"
    )
    parser.add_argument("--library-pages", type=int, default=12, help="pages of the library in each condition")
    parser.add_argument("--write", type=Path, help="a file for the tables, in Markdown")
    return parser.parse_args()


if __name__ == "__main__":
    main()
