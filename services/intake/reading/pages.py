"""Finds out which page of which form a page is, by what it says about itself."""

import re
from collections.abc import Iterable

from services.intake.reading.catalogue import BlankPage, Catalogue

_ENOUGH_WORDS = 20
"""A page with this many words that does not name a form on file belongs to none: another edition has the
same fields, and must not be read as this one."""
_ENOUGH_FIELDS = 0.6
"""Share of a blank page's fields that a page without words must have."""
_FEWEST_FIELDS = 3


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


def _plain(text: str) -> str:
    return re.sub(r"[^a-z0-9()/.-]+", " ", text.casefold()).strip()
