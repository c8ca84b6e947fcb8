"""Finds the places to sign and what belongs to each: printed name, date, city, state, title."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from schemas.carrier import FieldType
from schemas.codes import FormKind
from services.intake.learning.captions import Captioned
from services.intake.learning.vocabulary import ROLES, SIGNATURE_PARTS, SIGNED, plain, plain_name

_BLOCK = 75.0
"""What belongs to a signature stands at most so far above or below it, in points."""
_TURNS = ("insured", "owner", "agent")
"""Who signs where nothing says it, in the usual order."""


@dataclass(frozen=True)
class SignedPlace:
    path: str
    type: FieldType
    score: float


def signed_places(fields: Sequence[Captioned], kind: FormKind) -> dict[int, SignedPlace]:
    """By the field's position in the list."""
    marks = {index: field for index, field in enumerate(fields) if _is_mark(field)}
    roles = _roles_of_marks(marks, kind)
    found = {
        index: SignedPlace(f"signatures.{kind}.{role}.mark", FieldType.SIGNATURE, score)
        for index, (role, score) in roles.items()
    }
    paths = {place.path for place in found.values()}
    for index, field in enumerate(fields):
        if index in marks or field.field.is_box:
            continue
        place = _part(field, marks, roles, kind)
        if place is not None and place.path not in paths:
            found[index] = place
            paths.add(place.path)
    return found


def _is_mark(field: Captioned) -> bool:
    if field.field.kind == "/Sig":
        return True
    words = plain(field.field.tooltip or field.caption)
    named = re.search(r"\bsignature$", plain_name(field.field.name))
    says = re.match(r"(?:\w+ ){0,2}signature\b", words) and not re.search(r"\bdate|name|title\b", words)
    return field.field.kind == "/Tx" and len(words.split()) < 9 and bool(says or (named and not words))


def _roles_of_marks(marks: dict[int, Captioned], kind: FormKind) -> dict[int, tuple[str, float]]:
    roles: dict[int, tuple[str, float]] = {}
    for index, field in marks.items():
        role, score = _role_said(_texts(field, headings=1), kind), 0.95
        taken = {held for held, _ in roles.values()}
        if role is None:
            role, score = next((turn for turn in _TURNS if turn not in taken), None), 0.45
        if role is not None and role not in taken:
            roles[index] = (role, score)
    return roles


def _texts(field: Captioned, headings: int = 0) -> list[str]:
    said = (plain(field.field.tooltip), plain(field.caption), plain_name(field.field.name))
    return [text for text in (*said, *map(plain, field.headings[:headings])) if text]


def _role_said(texts: Sequence[str], kind: FormKind) -> str | None:
    """Whoever is named first. The applicant of a replacement notice is the owner of the policies replaced."""
    for text in texts:
        hits = [(match.start(), role) for role, pattern in ROLES if (match := re.search(rf"\b(?:{pattern})\b", text))]
        if hits:
            start, role = min(hits)
            return "owner" if kind is FormKind.REPLACEMENT_NOTICE and text[start:].startswith("applicant") else role
    return None


def _part(
    field: Captioned, marks: dict[int, Captioned], roles: dict[int, tuple[str, float]], kind: FormKind
) -> SignedPlace | None:
    texts = _texts(field)
    near = sorted(
        (gap, index)
        for index, mark in marks.items()
        if index in roles and mark.field.page == field.field.page and (gap := _gap(field, mark)) < _BLOCK
    )
    same_stem = [
        i for _, i in near if _stem(marks[i].field.name) and _stem(marks[i].field.name) == _stem(field.field.name)
    ]
    says_signed = any(re.search(rf"\b(?:{SIGNED})\b", text) for text in texts)
    under_heading = any(re.search(rf"\b(?:{SIGNED})\b", plain(heading)) for heading in field.headings[:4])
    if not near or not (same_stem or says_signed or under_heading):
        return None
    nearest = roles[same_stem[0] if len(same_stem) == 1 else near[0][1]][0]
    headed = _role_said([plain(heading) for heading in field.headings[:1]], kind)
    at_hand = {roles[index][0] for _, index in near}
    role = _role_said(texts, kind) or (headed if headed in at_hand and len(same_stem) != 1 else nearest)
    for part, pattern, type_ in SIGNATURE_PARTS:
        hit = next((text for text in texts if re.search(rf"\b{pattern}\b", text) and len(text.split()) < 14), None)
        if hit is not None:
            score = 0.9 if says_signed or len(same_stem) == 1 else 0.7
            return SignedPlace(f"signatures.{kind}.{role}.{part}", type_, score)
    return None


def _gap(field: Captioned, mark: Captioned) -> float:
    """Points between a field and the place to sign above it; to one below it counts more."""
    below = mark.field.box[1] - field.field.box[3]
    above = field.field.box[1] - mark.field.box[3]
    return below if below >= 0 else (3 * above if above >= 0 else 0)


def _stem(name: str) -> str:
    return re.split(r"[._](?=[^._]+$)", name)[0] if re.search(r"[._]", name) else ""
