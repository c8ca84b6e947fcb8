"""The sheet that names the case which the pages behind it belong to: what its code says, and finding it on a page."""

import hashlib
from typing import Any

import cv2

from schemas.base import CaseId, Contract
from schemas.codes import RequirementKind
from services.intake.reading.pictures import Picture

_OURS = "GOODORDER"
_LONG_SIDE = 1650
"""Pixels in which the code is looked for: a letter page at 150 dpi, five or more for each of its squares."""


class Cover(Contract):
    """What a cover sheet says."""

    case_id: CaseId
    requirement: RequirementKind | None = None
    """What the pages behind it answer."""


def code_of(cover: Cover) -> str:
    """What its square code holds: the case, the requirement and a check, so that no other code is taken for ours."""
    said = f"{_OURS} {cover.case_id} {cover.requirement.value if cover.requirement else '-'}"
    return f"{said} {_check(said)}"


def cover_from(code: str) -> Cover | None:
    """What the code says; ``None`` for one that is not ours, or not whole."""
    said, _, check = code.rpartition(" ")
    parts = said.split(" ")
    if len(parts) != 3 or parts[0] != _OURS or check != _check(said):
        return None
    requirement = None if parts[2] == "-" else RequirementKind(parts[2])
    return Cover(case_id=parts[1], requirement=requirement)


def cover_on(picture: Picture) -> Cover | None:
    """The cover sheet that the page is, however it lies on the glass."""
    scale = min(1.0, _LONG_SIDE / max(picture.shape))
    small: Any = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    try:
        code, _, _ = cv2.QRCodeDetector().detectAndDecode(small)
    except (cv2.error, UnicodeDecodeError):  # a code of somebody else's, or none at all
        return None
    return cover_from(code)


def _check(said: str) -> str:
    return hashlib.sha256(said.encode()).hexdigest()[:6]
