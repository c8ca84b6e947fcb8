"""What others do with the same pages: full-page OCR, and fields found by their printed labels.

Kinder than life to the peers: they are told which form the page is, and where a field lies from its label.
"""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from random import Random

import pypdfium2 as pdfium
import pytesseract
from PIL import Image

from benchmarks.reading.packets import Case, arrived, packet, processor_seconds, templates
from benchmarks.reading.scores import PageScore, scored_texts
from schemas.carrier import FieldType
from services.intake.reading.catalogue import BlankPage, Zone

_DPI = 300
_LIKE = 0.7
_NEAR_LABEL = 120.0
"""Points that a table's last row may lie under its column's head."""


@dataclass(frozen=True)
class SeenWord:
    """A word with its centre in points from the page's upper left."""

    text: str
    x: float
    y: float


Words = Callable[[bytes, int, Path], Sequence[SeenWord]]


def pytesseract_words(pdf: bytes, page: int, _: Path) -> list[SeenWord]:
    """Tesseract over the whole page, as pytesseract does it by default."""
    document = pdfium.PdfDocument(pdf)
    picture: Image.Image = document[page - 1].render(scale=_DPI / 72, grayscale=True).to_pil()
    document.close()
    data = pytesseract.image_to_data(picture, lang="eng", output_type=pytesseract.Output.DICT)
    scale = 72 / _DPI
    return [
        SeenWord(
            text.strip(),
            (data["left"][n] + data["width"][n] / 2) * scale,
            (data["top"][n] + data["height"][n] / 2) * scale,
        )
        for n, text in enumerate(data["text"])
        if text.strip()
    ]


def ocrmypdf_words(pdf: bytes, page: int, folder: Path) -> list[SeenWord]:
    """The text layer that OCRmyPDF lays under the page, turned and straightened by it."""
    one, done = folder / "page.pdf", folder / "done.pdf"
    source = pdfium.PdfDocument(pdf)
    single = pdfium.PdfDocument.new()
    single.import_pages(source, [page - 1])
    single.save(str(one))
    source.close()
    subprocess.run(
        [sys.executable, "-m", "ocrmypdf", "--quiet", "--jobs", "1", "--rotate-pages", "--deskew", "--output-type",
         "pdf", "--optimize", "0", str(one), str(done)],
        check=True,
    )  # fmt: skip
    return list(_layer_words(done))


def ocrmypdf_is_here() -> bool:
    return (Path(sys.executable).parent / "ocrmypdf").exists() and shutil.which("tesseract") is not None


def _layer_words(path: Path) -> Iterator[SeenWord]:
    document = pdfium.PdfDocument(path)
    height = document[0].get_height()
    text = document[0].get_textpage()
    held: list[tuple[str, float, float, float, float]] = []
    for index in range(text.count_chars() + 1):
        sign = text.get_text_range(index, 1) if index < text.count_chars() else " "
        if sign.strip():
            held.append((sign, *text.get_charbox(index)))
        elif held:
            lefts, bottoms = [one[1] for one in held], [one[2] for one in held]
            rights, tops = [one[3] for one in held], [one[4] for one in held]
            middle = height - (min(bottoms) + max(tops)) / 2
            yield SeenWord("".join(one[0] for one in held), (min(lefts) + max(rights)) / 2, middle)
            held = []
    document.close()


def read_by_labels(case: Case, words_of: Words, pages: int) -> list[PageScore]:
    """Some pages of a packet, others in each condition, as a peer reads them."""
    built, scores = packet(case), []
    numbers = Random(case.label).sample(range(len(built.pages)), pages)
    with tempfile.TemporaryDirectory(prefix="goodorder-peer-") as folder:
        for number in sorted(numbers):
            form_id, form_page = built.pages[number]
            blank = templates().catalogue.page(form_id, form_page)
            before = processor_seconds()
            words = words_of(arrived(case), number + 1, Path(folder))
            values = {
                zone.name: _value(zone, blank, words)
                for zone in blank.zones
                if zone.type not in (FieldType.CHECKBOX, FieldType.SIGNATURE)
            }
            cpu = processor_seconds() - before
            scores.append(scored_texts(case.label, blank, built.written, values, cpu, case.seed))
    return scores


def _value(zone: Zone, blank: BlankPage, words: Sequence[SeenWord]) -> str:
    """The words that lie as far from the label as the field does; empty when the label is not found."""
    label = _label_of(zone, blank)
    seen = [word for word in words if label and SequenceMatcher(None, word.text, label.text).ratio() >= _LIKE]
    if label is None or not seen:
        return ""
    here = min(seen, key=lambda word: abs(word.x - label.x) + abs(word.y - label.y))
    right, down = here.x - label.x, here.y - label.y
    left, bottom, far, top = zone.box
    inside = [
        word
        for word in words
        if left - 1 <= word.x - right <= far + 1
        and blank.height - top - 1 <= word.y - down <= blank.height - bottom + 1
    ]
    return " ".join(word.text for word in sorted(inside, key=lambda word: (round(word.y / 8), word.x)))


def _label_of(zone: Zone, blank: BlankPage) -> SeenWord | None:
    """The printed word of three letters or more that is nearest over the field."""
    left, _, right, top = zone.box
    over = [
        word
        for word in blank.words
        if left - 6 <= word.x <= right + 6 and top - 3 <= word.y <= top + _NEAR_LABEL and len(word.text) > 2
    ]
    nearest = min(over, key=lambda word: (round((word.y - top) / 6), word.x), default=None)
    return SeenWord(nearest.text, nearest.x, blank.height - nearest.y) if nearest else None
