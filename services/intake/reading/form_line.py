"""Decides by the line that names form and edition which of several like blanks a scanned page is."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

import numpy as np

from schemas.application import Box
from services.intake.reading import ocr
from services.intake.reading.catalogue import BlankPage
from services.intake.reading.fine_frame import fine_corners, fine_part
from services.intake.reading.pictures import Picture, cut, evened, ink
from services.intake.reading.registration import Placed
from services.intake.reading.second_reader import second_reader
from services.intake.reading.templates import Templates
from services.intake.reading.text_layer import Word
from services.intake.reading.writing import FINE, FINE_PIXELS

_LEGIBLE = 8
"""Letters and digits that a form line must have shown before it may speak against a form."""
_LIKE = 0.6
_SURE = 0.9
"""Confidence from which on what was read in the form line may speak against a form."""
_VERY_SURE, _OTHER, _OTHER_FOR_BOTH = 0.97, 2, 1
"""Confidence of the second reader, and letters beside a form's own, that name another; letters where both readers
say the same."""
_LOOK_ALIKE = str.maketrans("oilsb", "01158")
"""Letters that are read for figures, and the other way round."""
_WELL_MET = 0.75
"""Share of a blank's patches from which on the picture says which page of the form it is."""
_PARTED = 12.0
"""Points of white between the parts of a form line."""
_BESIDE = 30.0
"""Most points around a part that are read with it."""


@dataclass(frozen=True)
class _Said:
    """What a page's form line says."""

    text: str
    confidence: float
    words: tuple[tuple[str, float], ...]
    parts: tuple[tuple[str, float], ...] = ()
    """Each part of the line as the second reader read it."""
    strip: Picture | None = None
    """The line itself, where a first reader may be asked, too."""
    agreed: tuple[str, ...] = ()
    """The parts that Tesseract reads alike."""
    is_settled: bool = False
    """It names the blank, of which the picture left but one page: the page's number was not read."""


def same_edition(picture: Picture, candidates: Iterable[Placed], templates: Templates) -> Placed | None:
    """The candidate whose form line is the one printed on the page: editions and twins differ in little else."""
    readings: list[tuple[Placed, _Said]] = []
    seen: dict[tuple[object, Box | None], _Said] = {}
    for candidate in candidates:
        place = (candidate.to_frame.tobytes(), _form_line_box(candidate.blank))
        if place not in seen:
            # Twins are printed alike: their line is read once for all of them.
            seen[place] = _form_line(picture, candidate, templates)
        if seen[place].is_settled or _likeness(candidate.blank, seen[place], ()) == 1:
            return candidate
        readings.append((candidate, seen[place]))
    readings = _asked_of_both(readings)
    sure = _sure_words(seen.values())
    scores = [
        (likeness + candidate.agreement, candidate)
        for candidate, said in readings
        if (likeness := _likeness(candidate.blank, said, sure)) is not None
    ]
    return max(scores, key=lambda scored: scored[0], default=(0, None))[1]


def _sure_words(said: Iterable[_Said]) -> tuple[str, ...]:
    """It is one line, however often it was read: what was sure in one frame counts in all, and so does what was read
    alike in several."""
    doubts: dict[str, float] = {}
    for each in said:
        for word, confidence in {_letters(text): sure for text, sure in each.words}.items():
            doubts[word] = doubts.get(word, 1.0) * (1 - confidence)
    return tuple(word for word, doubt in doubts.items() if doubt <= 1 - _SURE)


def _asked_of_both(readings: Sequence[tuple[Placed, _Said]]) -> list[tuple[Placed, _Said]]:
    """The lines with what Tesseract says of them: a page that none of the candidates fits may be of another form."""
    asked: dict[int, _Said] = {}
    for _, said in readings:
        if said.strip is not None and id(said) not in asked:
            letters = _letters(ocr.read_line(said.strip).text)
            agreed = tuple(text for text, _ in said.parts if _letters(text) in letters)
            asked[id(said)] = replace(said, agreed=agreed)
    return [(placed, asked.get(id(said), said)) for placed, said in readings]


def _likeness(blank: BlankPage, said: _Said, sure: Sequence[str]) -> float | None:
    """How like the blank's form line the page's is, 0 to 1; ``None`` when it clearly names another form.

    A page number that does not fit costs little: the picture tells pages apart, and a fax loses single figures.
    """
    letters = _letters(said.text)
    if len(letters) < _LEGIBLE:
        return 0.0
    printed = _found_in(letters, _letters(blank.printed))
    if said.confidence >= _SURE and printed < _LIKE:
        return None
    if _another_number(said, blank, sure):
        return None
    page = _found_in(letters, _letters(blank.page_line))
    return round(0.8 * printed + 0.2 * page, 3)


def _form_line(picture: Picture, candidate: Placed, templates: Templates) -> _Said:
    box = _form_line_box(candidate.blank)
    if box is None:
        return _Said("", 0.0, ())
    strip = _strip(picture, candidate, box)
    reader = second_reader()
    if reader is None:
        line = ocr.read_line(strip)
        return _Said(line.text, line.confidence, line.words)
    one_page = candidate.is_alone and candidate.agreement >= _WELL_MET
    printed = ink(cut(templates.picture(candidate.blank), candidate.blank, box)).any(axis=0)
    telling = [word.x * FINE_PIXELS for word in _form_words(candidate.blank, box)]
    parts = [
        strip[:, left:right]
        for left, right in _parts(np.repeat(printed, FINE))
        if any(left <= middle <= right for middle in telling)
    ]
    printed_name, lines, settled = _letters(candidate.blank.printed), [], False
    for part in parts:
        if (line := reader.read([part])[0]).text:
            lines.append(line)
        if one_page and printed_name in _letters(line.text):
            settled = True
            break
    return _Said(
        text=" ".join(line.text for line in lines),
        confidence=max((line.confidence for line in lines), default=0.0),
        words=tuple((word, line.confidence) for line in lines for word in line.text.split()),
        parts=tuple((line.text, line.confidence) for line in lines),
        strip=strip,
        is_settled=settled,
    )


def _strip(picture: Picture, candidate: Placed, box: Box) -> Picture:
    """The form line at 300 dpi, without drawing the rest of the page."""
    return evened(fine_part(picture, candidate, fine_corners(candidate.blank, box)))


def _parts(printed: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> Iterator[tuple[int, int]]:
    """First and last column of each run of print that white parts from the next."""
    columns = np.flatnonzero(printed)
    if not columns.size:
        return
    runs = np.split(columns, np.flatnonzero(np.diff(columns) > _PARTED * FINE_PIXELS) + 1)
    starts, ends = [int(run[0]) for run in runs], [int(run[-1]) for run in runs]
    # A twin's line may be longer than the one that is looked for: each part reaches halfway to its neighbours.
    for start, end, before, after in zip(starts, ends, [0, *ends], [*starts[1:], printed.size], strict=False):
        beside = round(_BESIDE * FINE_PIXELS)
        yield max(start - min((start - before) // 2, beside), 0), end + min((after - end) // 2, beside)


def _found_in(said: str, expected: str) -> float:
    """Likeness of the part of a line that is most like what is expected."""
    if expected in said:
        return 1.0
    windows = (said[start : start + len(expected)] for start in range(max(len(said) - len(expected), 0) + 1))
    return max(SequenceMatcher(None, expected, window, autojunk=False).ratio() for window in windows)


def _another_number(said: _Said, blank: BlankPage, sure: Sequence[str]) -> bool:
    """Whether a number or date of the form line is among what was read for sure, and is not this form's."""
    printed = blank.printed
    for part in (_letters(word) for word in printed.split()):
        if not any(sign.isdigit() for sign in part) or part in _letters(said.text) or part in sure:
            continue
        if any(len(word) == len(part) and SequenceMatcher(None, word, part).ratio() > _LIKE for word in sure):
            return True
    beside = _letters(_strip_text(blank))
    alike = [_letters(text) for text in said.agreed]
    if any(_clearly_not(text, _letters(printed), _OTHER_FOR_BOTH) and text not in beside for text in alike):
        return True
    return any(
        _clearly_not(_letters(text), _letters(printed), _OTHER) and not _is_within(_letters(text), beside)
        for text, sure in said.parts
        if sure >= _VERY_SURE
    )


def _strip_text(blank: BlankPage) -> str:
    """All that the blank prints on the line of its form line: what was read there may be more than the form's name."""
    box = _form_line_box(blank)
    line = [word for word in blank.words if box and box[1] <= word.y <= box[3]]
    return " ".join(word.text for word in sorted(line, key=lambda word: word.x))


def _is_within(said: str, printed: str) -> bool:
    """Whether it is a part of what is printed, but for one sign that was misread."""
    return _found_in(printed, said) >= 1 - 1.01 / max(len(said), 1)


def _clearly_not(said: str, printed: str, others: int) -> bool:
    """Whether a part of the line names a like form: ``ALD-TL-101-WA`` is no ``ALD-TL-101``.

    Only letters that the form's line does not have speak against it: a poor scan loses letters, but adds none.
    """
    match = SequenceMatcher(None, said, printed, autojunk=False)
    same = sum(block.size for block in match.get_matching_blocks())
    return match.ratio() > _LIKE and len(said) - same >= others


def _form_line_box(blank: BlankPage) -> Box | None:
    """The strip of the page where its form line stands."""
    first, *rest = blank.printed.split()
    for word in blank.words:
        beside = [other.text for other in blank.words if abs(other.y - word.y) < 3]
        if word.text == first and all(part in beside for part in rest):
            return 0.0, word.y - 7, blank.width, word.y + 7
    return None


def _form_words(blank: BlankPage, box: Box) -> list[Word]:
    """The words of the strip that name form, edition and page; the rest of the line is an address or the like."""
    names = {*blank.printed.split(), *blank.page_line.split()}
    return [word for word in blank.words if box[1] <= word.y <= box[3] and word.text in names]


def form_line_words(blank: BlankPage) -> list[Word]:
    """The words of a page that name its form and edition; none where its form line is not printed."""
    box = _form_line_box(blank)
    names = blank.printed.split()
    return [] if box is None else [w for w in blank.words if box[1] <= w.y <= box[3] and w.text in names]


def _letters(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.casefold().translate(_LOOK_ALIKE))
