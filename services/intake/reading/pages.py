"""Finds out which page of which form a page is, by what it says about itself."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from services.intake.reading.catalogue import BlankPage, Catalogue
from services.intake.reading.form_line import form_line_words
from services.intake.reading.registration import fit_words
from services.intake.reading.text_layer import Word

_ENOUGH_WORDS = 20
"""A page with this many words that does not name a form on file belongs to none: another edition has the
same fields, and must not be read as this one."""
_ENOUGH_FIELDS = 0.6
"""Share of a blank page's fields that a page without words must have."""
_FEWEST_FIELDS = 3
_FEWEST_PRINTED = 4
"""A blank page with fewer words cannot be known by them."""
_SAME_WORDS = 0.97
"""Share of a blank's words that a page made from it has at their places: nothing typed takes any away."""
_WORTH_A_FIT, _MOST_FITS = 0.9, 12
_SAME_PLACE = 3.0
"""Points."""
_STRANGE = 0.3
"""Share of a blank's words below which the text has nothing to do with it: a letter, or a text nobody can use."""


def named_page(text: str, catalogue: Catalogue) -> BlankPage | None:
    """The page whose form line and page number are printed in the text layer."""
    said = _plain(text)
    named = [
        page
        for page in catalogue.pages
        if _plain(page.printed) in said and f" {_plain(page.page_line)} " in f" {said} "
    ]
    # A form's line may be the beginning of another's: the longer one says more.
    return max(named, key=lambda page: len(page.printed), default=None)


def page_with_fields(names: Iterable[str], text: str, catalogue: Catalogue) -> BlankPage | None:
    """The page whose fillable fields these are, where no words contradict: a scanned background, say."""
    if len(text.split()) >= _ENOUGH_WORDS:
        return None
    present = set(names)
    shares = {
        page: len(present & page.by_name.keys()) / len(page.zones)
        for page in catalogue.pages
        if len(page.zones) >= _FEWEST_FIELDS
    }
    best = max(shares, key=lambda page: shares[page], default=None)
    if best is None or shares[best] < _ENOUGH_FIELDS:
        return None
    twins = [page for page, share in shares.items() if share == shares[best]]
    return best if len(twins) == 1 else None


@dataclass(frozen=True)
class PrintedLike:
    """The blank pages that a page is printed like."""

    pages: tuple[BlankPage, ...]
    """Several only where they are printed alike."""
    is_strange: bool
    """The words have nothing to do with any form on file: the page's looks may say more."""


def printed_like(words: Sequence[Word], catalogue: Catalogue) -> PrintedLike:
    """The page by all of its words and their places (as the page is shown), for what names no form or page."""
    said = Counter(word.text for word in words)
    shares = [
        (sum((page.counted & said).values()) / len(page.words), page)
        for page in catalogue.pages
        if len(page.words) >= _FEWEST_PRINTED
    ]
    shares.sort(key=lambda share: -share[0])
    fitting = [(_at_place(words, page), page) for share, page in shares[:_MOST_FITS] if share >= _WORTH_A_FIT]
    best = max((share for share, _ in fitting), default=0.0)
    pages = tuple(page for share, page in fitting if share >= max(best, _SAME_WORDS))
    return PrintedLike(pages, not shares or shares[0][0] < _STRANGE)


def _at_place(words: Sequence[Word], page: BlankPage) -> float:
    """Share of the blank's words that the page has where they belong; 0 when its form line is another."""
    (a, b, e), (c, d, f), _ = fit_words(words, page).tolist()
    places: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for word in words:
        places[word.text].append((a * word.x + b * word.y + e, c * word.x + d * word.y + f))

    def is_there(word: Word) -> bool:
        return any(abs(x - word.x) < _SAME_PLACE and abs(y - word.y) < _SAME_PLACE for x, y in places[word.text])

    if not all(is_there(word) for word in form_line_words(page)):
        return 0.0
    return sum(map(is_there, page.words)) / len(page.words)


def _plain(text: str) -> str:
    return re.sub(r"[^a-z0-9()/.-]+", " ", text.casefold()).strip()
