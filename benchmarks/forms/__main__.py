"""Learns every fillable PDF of a folder, fills it in, prints it, spoils it and reads it back, form by form.

``python -m benchmarks.forms FOLDER``. Nothing of the folder is kept; forms are named by the beginning of their hash.
"""

import argparse
import hashlib
import multiprocessing
import os
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path

from benchmarks.forms.measuring import FILLABLE, FLATTENED, Task, measured
from benchmarks.reading.scores import PageScore, figures, share
from samples.degrading import CONDITIONS
from services.intake.learning.apart import learn_apart
from services.intake.learning.form_file import file_form
from services.intake.learning.learned import CannotLearnError, Learned, Told
from services.intake.reading.second_reader import HOW_TO_GET, is_installed

_CARRIER = "tried"
_EDITION = "2026-01"
"""Of forms that print none."""
_SECONDS = 900


@dataclass(frozen=True)
class Tried:
    """One file of the folder."""

    label: str
    learned: Learned | None = None
    remark: str = ""
    scores: tuple[PageScore, ...] = ()


def main() -> None:
    options = _options()
    files = sorted(options.folder.glob("*.pdf"))
    if not files:
        raise SystemExit(f"{options.folder}: no PDF in it. Give a folder of fillable forms.")
    os.environ["OMP_THREAD_LIMIT"] = "1"
    with tempfile.TemporaryDirectory(prefix="goodorder-forms-") as folder:
        tried = _learned(files, Path(folder))
        with ThreadPoolExecutor(os.cpu_count()) as hands:
            tried = list(hands.map(lambda one: _told(_measured(one, Path(folder), options.pages, options.seed)), tried))
    report = "\n".join(_report(tried))
    print(report)
    if options.write:
        options.write.write_text(report + "\n", encoding="utf-8")


def _learned(files: Sequence[Path], library: Path) -> list[Tried]:
    """Every file learned into one carrier's folder; what is printed like an earlier one is left out."""
    tried: list[Tried] = []
    prints: dict[object, str] = {}
    for number, file in enumerate(files, start=1):
        content = file.read_bytes()
        digest = hashlib.sha256(content).hexdigest()[:8]
        label = f"{number:02} {digest}"
        try:
            learned, remark = _learn(content, digest)
        except CannotLearnError as error:
            tried.append(Tried(label, remark=str(error)))
            continue
        same = prints.setdefault(_print_of(learned), label)
        if same != label:
            tried.append(Tried(label, learned, f"printed like {same}: left out"))
            continue
        file_form(learned, library, _CARRIER)
        tried.append(Tried(label, learned, remark))
    return tried


def _learn(content: bytes, digest: str) -> tuple[Learned, str]:
    """The form, told its number and edition only where it prints none."""
    form_id = f"form-{digest}"
    named = (
        (Told(id=form_id), ""),
        (Told(id=form_id, edition=_EDITION), "prints no edition"),
        (Told(id=form_id, edition=_EDITION, number=f"U-{digest}"), "prints no number"),
    )
    for told, remark in named[:-1]:
        try:
            return learn_apart(content, told, {}), remark
        except CannotLearnError:
            continue
    told, remark = named[-1]
    return learn_apart(content, told, {}), remark


def _print_of(learned: Learned) -> object:
    """What makes two files the same form: captions and places of their fields."""
    return tuple((draft.field.caption, draft.field.field.page, draft.field.field.box) for draft in learned.drafts)


def _measured(one: Tried, library: Path, pages: int, seed: int) -> Tried:
    if one.learned is None or one.remark.endswith("left out"):
        return one
    form_id = one.learned.form.id
    # A process for each form: what kills it costs only itself.
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as hand:
        try:
            scores = hand.submit(measured, Task(library, form_id, pages, seed)).result(timeout=_SECONDS)
        except (BrokenProcessPool, TimeoutError) as error:
            return Tried(one.label, one.learned, f"{one.remark} the process was lost ({type(error).__name__})")
        except Exception as error:
            return Tried(one.label, one.learned, f"{one.remark} {type(error).__name__}: {error}")
    return Tried(one.label, one.learned, one.remark, tuple(scores))


def _told(one: Tried) -> Tried:
    """For whoever waits: a form of many fields takes minutes."""
    paper = figures(score for score in one.scores if score.condition in CONDITIONS)
    print(
        f"{one.label}: {f'{_percent(paper.exact)} on paper' if one.scores else one.remark}", file=sys.stderr, flush=True
    )
    return one


def _report(tried: Sequence[Tried]) -> Iterator[str]:
    if not is_installed():
        yield f"The second reader is not installed ({HOW_TO_GET}): Tesseract read alone."
    read = [one for one in tried if one.scores]
    yield f"{len(tried)} files, {len(read)} read back. Share of filled fields read exactly, by how the pages arrive:"
    yield ""
    ways = [FILLABLE, FLATTENED, *CONDITIONS]
    yield f"| form | pages | fields | {' | '.join(ways)} | all on paper | boxes wrong | pages known | CPU s a page |"
    yield "|" + "---|" * (len(ways) + 7)
    for one in read:
        pages, fields = one.learned.form.page_count if one.learned else 0, len(one.learned.drafts) if one.learned else 0
        yield _row(one.label, f"{pages} | {fields}", one.scores)
    every = [score for one in read for score in one.scores]
    yield _row("**all**", f"{sum(one.learned.form.page_count for one in read if one.learned)} | ", every)
    yield ""
    for one in tried:
        if one.remark:
            yield f"- {one.label}: {one.remark.strip()}"


def _row(label: str, counts: str, scores: Sequence[PageScore]) -> str:
    by_way: dict[str, list[PageScore]] = defaultdict(list)
    for score in scores:
        by_way[score.condition].append(score)
    exact = [_percent(figures(by_way[way]).exact) for way in (FILLABLE, FLATTENED, *CONDITIONS)]
    paper = figures(score for score in scores if score.condition in CONDITIONS)
    known = share(score.recognised for score in scores)
    return (
        f"| {label} | {counts} | {' | '.join(exact)} | {_percent(paper.exact)} | {paper.box_errors} of {paper.boxes} "
        f"| {_percent(known)} | {paper.cpu:.2f} |"
    )


def _percent(part: float) -> str:
    return "" if part != part else f"{part:.0%}"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.forms", description=__doc__)
    parser.add_argument("folder", type=Path, help="a folder of fillable PDFs")
    parser.add_argument("--pages", type=int, default=3, help="pages of each form that are filled and read (default 3)")
    parser.add_argument("--seed", type=int, default=1, help="for the values and the damage (default 1)")
    parser.add_argument("--write", type=Path, help="a file for the table, in Markdown")
    return parser.parse_args()


if __name__ == "__main__":
    main()
