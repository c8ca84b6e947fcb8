"""Reads a page's text layer: its words with the places of their characters."""

import ctypes
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import pypdfium2.raw as pdfium

from schemas.application import Box
from services.intake.reading.page_space import Matrix, upright

_MOST_CHARACTERS = 60_000
"""A dense page of a form holds 6,000 characters; beyond ten times that it is no form."""


@dataclass(frozen=True)
class Character:
    sign: str
    """A blank stands between words; it has no place of its own."""
    x: float
    y: float
    """Centre, in the page's own (unrotated) space."""


@dataclass(frozen=True)
class Word:
    text: str
    x: float
    y: float
    """Centre."""


def characters_of(text_page: Any) -> list[Character]:
    """Every character in reading order, with its centre."""
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    found = []
    for index in range(min(text_page.count_chars(), _MOST_CHARACTERS)):
        sign = chr(pdfium.FPDFText_GetUnicode(text_page.raw, index))
        if sign.isspace() or not sign.isprintable():
            found.append(Character(" ", 0, 0))
            continue
        pdfium.FPDFText_GetCharBox(text_page.raw, index, left, right, bottom, top)
        found.append(Character(sign, (left.value + right.value) / 2, (bottom.value + top.value) / 2))
    return found


def moved_characters(characters: Iterable[Character], matrix: Matrix) -> Iterator[Character]:
    """The characters at the places to which the matrix leads."""
    (a, b, e), (c, d, f), _ = matrix.tolist()
    for one in characters:
        yield one if one.sign == " " else Character(one.sign, a * one.x + b * one.y + e, c * one.x + d * one.y + f)


def shown_characters(sheet: Any) -> Iterator[Character]:
    """Every character of a page, at its place on the page as it is shown."""
    return moved_characters(characters_of(sheet.get_textpage()), upright(sheet))


def words_of(characters: Iterable[Character]) -> Iterator[Word]:
    """The characters between blanks, put together."""
    held: list[Character] = []
    for character in (*characters, Character(" ", 0, 0)):
        if character.sign != " ":
            held.append(character)
        elif held:
            yield Word(
                "".join(one.sign for one in held),
                sum(one.x for one in held) / len(held),
                sum(one.y for one in held) / len(held),
            )
            held = []


def characters_inside(characters: Iterable[Character], box: Box) -> list[Character]:
    """Those whose centre is in the box; blanks stay where one was between two of them."""
    left, bottom, right, top = box
    kept: list[Character] = []
    for character in characters:
        if character.sign == " ":
            if kept and kept[-1].sign != " ":
                kept.append(character)
        elif left <= character.x <= right and bottom <= character.y <= top:
            kept.append(character)
        elif kept and kept[-1].sign != " ":
            # A neighbour's character came between: what follows is another word.
            kept.append(Character(" ", 0, 0))
    return kept[:-1] if kept and kept[-1].sign == " " else kept
