"""The benchmark's tables, in Markdown: aims and misses first, then what they rest on."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from benchmarks.reading.library import LibraryResult
from benchmarks.reading.scaling import Run
from benchmarks.reading.scores import Figures, PageScore, TextScore, figures, share
from samples.degrading import CONDITIONS

PYTESSERACT = "full-page pytesseract"
SURE = 0.95
_STEPS = (0.0, 0.8, 0.9, SURE, 1.01)
_FINE = ("clean 200", "scan 300", "scan 200", "turned")
"""Conditions of 200 dpi and better, taken flat."""
_OUTCOMES = ("right", "taken for a twin", "wrong page", "refused", "unknown refused", "unknown taken for a twin")
_MOST_MISSES = 40


@dataclass(frozen=True)
class _Aim:
    what: str
    least: float
    reached: float
    count: int
    """Of what it was measured on."""
    form: str = ".1%"

    @property
    def row(self) -> str:
        verdict = "held" if self.reached >= self.least else "**missed**"
        return f"| {self.what} | {self.least:{self.form}} | {self.reached:{self.form}} of {self.count} | {verdict} |"


def aims(
    pages: Sequence[PageScore], peers: Mapping[str, Sequence[PageScore]], runs: Sequence[Run], library: LibraryResult
) -> Iterator[str]:
    yield "| aim | wanted | measured | |"
    yield "|---|---|---|---|"
    typed = _typed(pages)
    every, fine = figures(typed), figures(page for page in typed if page.condition in _FINE)
    yield _Aim("typed fields exact, all conditions", 0.96, every.exact, every.fields).row
    yield _Aim("typed fields exact, 200 dpi and better", 0.98, fine.exact, fine.fields).row
    yield _Aim("boxes right", 0.998, 1 - every.box_errors / every.boxes, every.boxes).row
    settled = every.signatures - every.signature_doubts
    what = f"signatures right ({every.signature_doubts} of {every.signatures} doubtful, apart)"
    yield _Aim(what, 0.99, 1 - every.signature_errors / settled, settled).row
    sure = [text.right for page in pages for text in _values(page) if text.confidence >= SURE]
    yield _Aim(f"values of {SURE:.0%} confidence or more right, typed and by hand", 0.99, share(sure), len(sure)).row
    ours, theirs = _both(pages, peers[PYTESSERACT])
    speed = theirs.cpu / ours.cpu
    yield _Aim(f"pages a second, times {PYTESSERACT} (same pages)", 5, speed, ours.pages, ".1f").row
    yield _Aim("speed of two processes, times one", 1.8, runs[0].seconds / runs[1].seconds, runs[0].pages, ".2f").row
    right = sum(guess.outcome in ("right", "unknown refused") for guess in library.guesses)
    yield _Aim(f"library of {library.forms}: pages right", 1, right / len(library.guesses), len(library.guesses)).row
    yield ""


def conditions(pages: Sequence[PageScore]) -> Iterator[str]:
    columns = "pages known | fields | exact | CER | blank as blank | boxes wrong | signatures wrong | CPU s a page"
    yield f"| condition | {columns} |"
    yield "|---|---|---|---|---|---|---|---|---|"
    for label in dict.fromkeys(page.condition for page in pages):
        yield _row(label, figures(page for page in pages if page.condition == label))
    typed = _typed(pages)
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


def calibration(pages: Sequence[PageScore]) -> Iterator[str]:
    yield "How sure the reader says it is, and how often it is right (a filled field taken for empty counts as wrong):"
    yield ""
    yield "| confidence | values | right (typed) | values | right (by hand) |"
    yield "|---|---|---|---|---|"
    kinds = [
        [text for page in pages if (page.condition in CONDITIONS) is typed for text in _values(page)]
        for typed in (True, False)
    ]
    for low, high in reversed(list(pairwise(_STEPS))):
        cells = []
        for texts in kinds:
            held = [text.right for text in texts if low <= text.confidence < high]
            cells.append(f"{len(held)} | {share(held):.1%}" if held else "0 | ")
        yield f"| {low:.2f} to {min(high, 1):.2f} | {cells[0]} | {cells[1]} |"
    yield ""


def beside(pages: Sequence[PageScore], peers: Mapping[str, Sequence[PageScore]]) -> Iterator[str]:
    yield "Beside others, on the same typed pages, each reader with one thread:"
    yield ""
    yield "| reader | pages | exact | CER | CPU s a page |"
    yield "|---|---|---|---|---|"
    ours, _ = _both(pages, peers[PYTESSERACT])
    yield f"| Goodorder | {ours.pages} | {ours.exact:.1%} | {ours.character_errors:.1%} | {ours.cpu:.2f} |"
    for name, scores in peers.items():
        ours, held = _both(pages, scores)
        yield (
            f"| {name}, labels | {held.pages} | {held.exact:.1%} | {held.character_errors:.1%} | {held.cpu:.2f} "
            f"({held.cpu / ours.cpu:.1f} times ours) |"
        )
    yield ""


def scaling(runs: Sequence[Run]) -> Iterator[str]:
    first = runs[0]
    yield "| processes | pages | seconds a page | speed | memory of all | of the largest process |"
    yield "|---|---|---|---|---|---|"
    for run in runs:
        yield (
            f"| {run.processes} | {run.pages} | {run.seconds / run.pages:.2f} | {first.seconds / run.seconds:.2f} "
            f"| {run.peak / 2**20:.0f} MB | {run.child_peak / 2**20:.0f} MB |"
        )
    yield ""


def library(result: LibraryResult) -> Iterator[str]:
    yield f"A library of {result.forms} forms with {result.pages} pages in {result.families} families of like print"
    yield f"(loaded in {result.load_seconds:.1f} s; CPU s a page is drawing the page, features, placing and form line):"
    yield ""
    yield f"| condition | {' | '.join(_OUTCOMES)} | CPU s a page |"
    yield "|" + "---|" * (len(_OUTCOMES) + 2)
    for condition in CONDITIONS:
        counts = result.outcomes(condition)
        times = sorted(guess.seconds for guess in result.guesses if guess.condition == condition)
        cells = " | ".join(str(counts[outcome]) for outcome in _OUTCOMES)
        yield f"| {condition} | {cells} | {times[len(times) // 2]:.2f} |"
    yield ""
    for guess in result.guesses:
        if guess.outcome not in ("right", "unknown refused"):
            yield f"- {guess.condition}: {_page(guess.truth)} was {_page(guess.said)}"
    yield ""


def misses(pages: Sequence[PageScore]) -> Iterator[str]:
    """What was read wrongly of typed pages, by type and one by one: the samples' people are fictional."""
    typed = _typed(pages)
    wrong = [(page, text) for page in typed for text in page.texts if text.truth and not text.right]
    counts = Counter((page.condition, text.type.value) for page, text in wrong)
    yield f"Misses of typed fields: {len(wrong)}"
    yield ""
    for (condition, kind), count in counts.most_common():
        yield f"- {condition}, {kind}: {count}"
    yield ""
    for page in typed:
        if not page.recognised:
            yield f"- {page.condition}: {page.form_id} page {page.form_page} was not recognised"
    for page, text in [one for one in wrong if one[0].recognised][:_MOST_MISSES]:
        yield f"- {page.condition}: `{text.truth}` read as `{text.read}` ({text.confidence:.2f})"


def _typed(pages: Sequence[PageScore]) -> list[PageScore]:
    return [page for page in pages if page.condition in CONDITIONS]


def _values(page: PageScore) -> list[TextScore]:
    return [text for text in page.texts if text.read or text.truth]


def _both(pages: Sequence[PageScore], theirs: Sequence[PageScore]) -> tuple[Figures, Figures]:
    """Our figures and a peer's on the pages that the peer read."""
    keys = {page.key for page in theirs}
    return figures(page for page in pages if page.key in keys), figures(theirs)


def _page(key: tuple[str, int] | None) -> str:
    return f"{key[0]} page {key[1]}" if key else "no form on file"
