"""The second reader of written lines: PaddleOCR's recogniser as it comes with RapidOCR, run by ONNX Runtime.

It reads one line at a time, and reads print on faxes and handwriting better than Tesseract. The two fail in
different ways, so what both read alike is sure. It is optional (``pip install goodorder[rapidocr]``).
"""

from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from services.intake.reading.ocr import Line
from services.intake.reading.pictures import Picture, ink

HOW_TO_GET = "pip install 'goodorder[rapidocr]'"
_HEIGHT = 48
"""Pixels of a line as the recogniser was taught."""
_BLANK = 0
"""The class that stands for no character, between two of the same."""
_ABOVE, _BESIDE = 10, 30
"""White pixels around the line at 300 dpi; without them a first letter is easily lost."""
_STRETCH = 1.25
"""Wider than written: runs of the same digit are else counted short."""
_WIDEST = 2400
"""Pixels; more than a letter page's width in the recogniser's height."""
_LATIN = (0xC0, 0x17F)
"""Letters with accents, beside those of ASCII: the recogniser knows 18,000 signs, most of them Chinese."""


class SecondReader:
    """One for each process; loading it takes a tenth of a second and 100 MB."""

    def __init__(self, model: Path) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        # Without its arena the runtime gives memory back after a wide line.
        options.enable_cpu_mem_arena = False
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
        signs = self._session.get_modelmeta().custom_metadata_map["character"].splitlines()
        alphabet = ["", *signs, " "]
        self._kept = np.array([n for n, sign in enumerate(alphabet) if n == _BLANK or _is_latin(sign)])
        self._alphabet = [alphabet[n] for n in self._kept]
        self._input: str = self._session.get_inputs()[0].name

    def read(self, pictures: Sequence[Picture]) -> list[Line]:
        """Each picture's one line, at 300 dpi; the confidence is the mean over its characters."""
        return [self._line(picture) for picture in pictures]

    def _line(self, picture: Picture) -> Line:
        prepared = _prepared(picture)
        if prepared is None:
            return Line("", 0.0)
        scores = self._session.run(None, {self._input: prepared})[0][0][:, self._kept]
        return self._decoded(scores)

    def _decoded(self, scores: npt.NDArray[Any]) -> Line:
        """The likeliest sign at each step; the same sign at neighbouring steps is one."""
        likeliest, sure = scores.argmax(axis=1), scores.max(axis=1)
        before = np.concatenate(([_BLANK], likeliest[:-1]))
        kept = (likeliest != _BLANK) & (likeliest != before)
        text = "".join(self._alphabet[n] for n in likeliest[kept]).strip()
        return Line(text, round(float(sure[kept].mean()), 3) if text else 0.0)


@cache
def second_reader() -> SecondReader | None:
    """The process's second reader; ``None`` where the extra is not installed."""
    model = _model()
    return SecondReader(model) if model else None


def is_installed() -> bool:
    return _model() is not None


def _model() -> Path | None:
    """The recogniser's file inside RapidOCR's package, which itself need not be imported."""
    package = find_spec("rapidocr")
    if package is None or find_spec("onnxruntime") is None:
        return None
    folders = [Path(folder) for folder in package.submodule_search_locations or ()]
    return next((model for folder in folders for model in sorted(folder.glob("models/*_rec_*.onnx"))), None)


def _prepared(picture: Picture) -> npt.NDArray[np.float32] | None:
    """The ink on white, in the recogniser's height and range; ``None`` where there is none."""
    marks = ink(picture)
    rows, columns = np.flatnonzero(marks.any(axis=1)), np.flatnonzero(marks.any(axis=0))
    if not rows.size:
        return None
    line = picture[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    line = np.pad(line, ((_ABOVE, _ABOVE), (_BESIDE, _BESIDE)), constant_values=255)
    width = min(max(round(line.shape[1] * _STRETCH * _HEIGHT / line.shape[0]), _HEIGHT), _WIDEST)
    shrinks = line.shape[0] > _HEIGHT
    small = cv2.resize(line, (width, _HEIGHT), interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC)
    return np.repeat((small.astype(np.float32) / 127.5 - 1)[None, None], 3, axis=1)


def _is_latin(sign: str) -> bool:
    if len(sign) != 1:
        return False
    return 32 <= ord(sign) < 127 or (sign.isalpha() and _LATIN[0] <= ord(sign) <= _LATIN[1])
