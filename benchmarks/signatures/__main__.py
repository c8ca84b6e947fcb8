"""Prints how far we agree with known signatures: ``python -m benchmarks.signatures FOLDER [--trust ROOTS.pem]``.

The folder holds ``signatures/`` (page images, each with a text file of the boxes of its signatures as fractions of
the page: class, middle x, middle y, width, height; empty where nobody signed) and ``esigned/`` (PDFs and a
``truth.json``). Files are told by a number and the beginning of their hash, never by name.
"""

import argparse
import hashlib
import json
import logging
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2

from benchmarks.signatures.finding import Box, Grey, ink_of, signatures_on
from schemas.codes import SealState
from services.intake.reading.opening import Limits, opened
from services.intake.reading.refusing import RefusedError
from services.intake.reading.seals import checked_signatures

_SAME_PLACE = 0.5
"""Intersection over union from which on two boxes are the same."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--trust", type=Path, help="trust roots, in PEM; without them no chain is trusted")
    asked = parser.parse_args()
    # What the libraries log of strange certificates is not what is asked here.
    logging.disable(logging.CRITICAL)
    if not (asked.folder / "signatures").is_dir() or not (asked.folder / "esigned" / "truth.json").is_file():
        parser.error(f"{asked.folder} has no signatures/ or no esigned/truth.json")
    print_pages(asked.folder / "signatures")
    print_sealed(asked.folder / "esigned", asked.trust)


# --- page images -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Page:
    """A page image: what is known, and what was found."""

    truth: tuple[Box, ...]
    found: tuple[Box, ...]
    causes: tuple[str, ...]
    """Of each signature that was not found."""


def print_pages(folder: Path) -> None:
    """Signed or not by page, and the boxes."""
    pages, started = [], time.process_time()
    print("Page images: signatures without a known blank\n\n   #  file      known found")
    for number, image in enumerate(sorted(folder.glob("*.jpg"), key=_hash), start=1):
        page = _page(image)
        pages.append(page)
        wrong = "" if bool(page.truth) is bool(page.found) else "  <- page wrong"
        missed = "".join(f"  missed: {cause}" for cause in page.causes)
        print(f"  {number:>2}  {_hash(image)}  {len(page.truth):>5} {len(page.found):>5}{missed}{wrong}")
    seconds = (time.process_time() - started) / max(len(pages), 1)
    counts = Counter((bool(page.truth), bool(page.found)) for page in pages)
    right = counts[True, True] + counts[False, False]
    print("\n              found signed  found unsigned")
    print(f"  signed      {counts[True, True]:>12}  {counts[True, False]:>14}")
    print(f"  unsigned    {counts[False, True]:>12}  {counts[False, False]:>14}")
    print(f"  pages that agree: {right} of {len(pages)}; {seconds:.3f} CPU s a page")
    known, found = sum(len(page.truth) for page in pages), sum(len(page.found) for page in pages)
    hit = sum(any(_middle_in(box, truth) for box in page.found) for page in pages for truth in page.truth)
    of_them = sum(any(_middle_in(box, truth) for truth in page.truth) for page in pages for box in page.found)
    same = sum(any(_shared(box, truth) >= _SAME_PLACE for box in page.found) for page in pages for truth in page.truth)
    print(f"  signatures hit: {hit} of {known}; of what was found, on a signature: {of_them} of {found}")
    print(f"  boxes the same (half of both together in common): {same} of {known}\n")


def _page(image: Path) -> Page:
    picture: Any = cv2.imread(str(image), cv2.IMREAD_GRAYSCALE)
    height, width = picture.shape
    rows = [line.split()[1:5] for line in image.with_suffix(".txt").read_text().splitlines() if line.strip()]
    truth = tuple(_box([float(part) for part in row], width, height) for row in rows)
    found = tuple(signatures_on(picture))
    missed = [box for box in truth if not any(_middle_in(other, box) for other in found)]
    return Page(truth, found, tuple(_cause(picture, box) for box in missed))


def _box(fractions: list[float], width: int, height: int) -> Box:
    x, y, w, h = fractions
    return (
        round((x - w / 2) * width),
        round((y - h / 2) * height),
        round((x + w / 2) * width),
        round((y + h / 2) * height),
    )


def _cause(picture: Grey, box: Box) -> str:
    """Why nothing was found there, as far as the picture says."""
    left, top, right, bottom = (max(edge, 0) for edge in box)
    mask = ink_of(picture).mask
    here = mask[top:bottom, left:right]
    if here.mean() < 0.02:
        return "too pale against its paper"
    _, labels = cv2.connectedComponents(mask, connectivity=8)
    inside = Counter(labels[top:bottom, left:right][here > 0].tolist())
    spot, pixels = inside.most_common(1)[0]
    if pixels < 0.5 * int((labels == spot).sum()):
        return "grown together with print or a stamp"
    return "strokes as small or as dense as print"


def _middle_in(box: Box, frame: Box) -> bool:
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    return frame[0] <= x <= frame[2] and frame[1] <= y <= frame[3]


def _shared(one: Box, other: Box) -> float:
    common = _area((max(one[0], other[0]), max(one[1], other[1]), min(one[2], other[2]), min(one[3], other[3])))
    return common / (_area(one) + _area(other) - common)


def _area(box: Box) -> int:
    return max(box[2] - box[0], 0) * max(box[3] - box[1], 0)


# --- digital signatures ------------------------------------------------------------------------------------------


def print_sealed(folder: Path, trust: Path | None) -> None:
    """Each digital signature's state by the truth and by our check."""
    truth, roots = json.loads((folder / "truth.json").read_text())["files"], list(_roots(trust))
    table: Counter[tuple[str, str]] = Counter()
    print("Digital signatures\n\n   #  file      known -> checked")
    trusted, stamps = 0, 0
    for number, (name, known) in enumerate(sorted(truth.items(), key=lambda one: _hash(folder / one[0])), start=1):
        content = (folder / name).read_bytes()
        checked = dict(checked_signatures(content, roots))
        trusted += sum(one.trusted for one in checked.values())
        states = {field: one.seal.state.value for field, one in checked.items()}
        persons = {one["field"]: _known_state(one) for one in known["signatures"] if one["kind"] == "Sig"}
        stamps += len(known["signatures"]) - len(persons)
        if "error" in known:
            rows = [("unreadable", " and ".join(states.values()) or _unread(content))]
        else:
            rows = [(persons.get(field, "none"), states.get(field, "none")) for field in persons.keys() | states.keys()]
            rows = rows or [("none", "none")]
        table.update(rows)
        said = "; ".join(f"{was} -> {says}" for was, says in sorted(rows))
        print(f"  {number:>2}  {_hash(folder / name)}  {said}")
    print_confusion(table)
    print(f"  time stamps of services, which are nobody's signature, left out: {stamps}")
    print(f"  with a chain to {len(roots)} trust roots given: {trusted}")


def print_confusion(table: Counter[tuple[str, str]]) -> None:
    """Known states down, checked states across; what cannot be read agrees with whatever does not hold."""
    across = sorted({says for _, says in table})
    print("\n  " + " " * 12 + "".join(f"{says:>10}" for says in across))
    for was in sorted({was for was, _ in table}):
        print(f"  {was:<12}" + "".join(f"{table[was, says]:>10}" for says in across))
    agree = sum(count for (was, says), count in table.items() if _agrees(was, says))
    print(f"  agree: {agree} of {table.total()}")


def _known_state(known: dict[str, Any]) -> str:
    if not (known.get("intact") and known.get("crypto_valid")):
        return SealState.BROKEN.value
    changed = known["modification"] == "OTHER" or known["coverage"] not in ("ENTIRE_FILE", "ENTIRE_REVISION")
    return SealState.CHANGED.value if changed else SealState.HOLDS.value


def _agrees(was: str, says: str) -> bool:
    return was == says or (was == "unreadable" and says in ("refused", "none", "broken", "unknown"))


def _unread(content: bytes) -> str:
    """What becomes of a file without a signature that can be looked at."""
    try:
        with opened(content, Limits()):
            return "none"
    except RefusedError:
        return "refused"


def _roots(trust: Path | None) -> Iterator[Any]:
    from asn1crypto import pem, x509

    if trust is not None:
        certificates: Iterable[Any] = pem.unarmor(trust.read_bytes(), multiple=True)
        yield from (x509.Certificate.load(der) for _, _, der in certificates)


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:8]


if __name__ == "__main__":
    main()
