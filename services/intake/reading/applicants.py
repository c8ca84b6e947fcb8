"""Tells the applications of one upload apart: whose page is each, where several people or carriers are in it."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from schemas.codes import FormKind
from services.intake.reading.catalogue import Catalogue
from services.intake.reading.page_reading import PageReading

_WEIGHTS = {
    "insured.ssn": 2,
    "insured.date_of_birth": 1,
    "insured.first_name": 1,
    "insured.last_name": 1,
    "owner.name": 0,
}
"""What says on an application whose it is, and how much it says of who is to be insured."""
_NAMES_ELSEWHERE = (
    "hipaa.insured_name", "hiv_consent.insured_name", "temporary_insurance.insured_name", "exchange.insured_name",
    "replacement_notice.applicant_name",
)  # fmt: skip
"""And on the forms that go with it."""
_ALIKE = 0.75
"""Likeness of two writings of the same thing: scans lose and change letters."""
_FIGURES = 6
"""Figures from which on a value is a number, compared place by place."""
_LEGIBLE = 0.5
"""Confidence from which on a value may part two people."""


@dataclass
class _Application:
    carrier: str
    person: dict[str, str] = field(default_factory=dict)
    pages: list[PageReading] = field(default_factory=list)

    @property
    def names(self) -> list[str]:
        """Under which the person may be named on another form."""
        said = [self.person.get(path, "") for path in ("insured.first_name", "insured.last_name")]
        return [name for name in (" ".join(said) if all(said) else "", self.person.get("owner.name", "")) if name]

    def has(self, page: PageReading) -> bool:
        """Whether it has that page of the form already."""
        return any((held.form_id, held.form_page) == (page.form_id, page.form_page) for held in self.pages)


def by_applicant(pages: Sequence[PageReading], catalogue: Catalogue) -> list[list[PageReading]]:
    """The pages of each application, each in the upload's order; all of them together where there is but one.

    An application is a carrier's and a person's. A page that comes twice for the same person is one page twice.
    """
    blanks = catalogue.blanks
    main = [page for page in pages if page.form_id and blanks[page.form_id].form.kind is FormKind.APPLICATION]
    found: list[_Application] = []
    telling = {page.page: person for page in main if any(map(_WEIGHTS.get, person := _person_on(page, catalogue)))}
    for page in main:
        if page.page in telling:
            _file_by_person(found, page, telling[page.page], blanks[page.form_id or ""].carrier)
    if len({page.form_id and blanks[page.form_id].carrier for page in main}) > len({one.carrier for one in found}):
        found += _untold(main, found, catalogue)
    if len(found) < 2:
        return [list(pages)]
    placed = {id(page) for one in found for page in one.pages}
    for page in (*main, *pages):
        if id(page) not in placed:
            placed.add(id(page))
            home = _home(page, found, catalogue)
            home.pages.append(page)
            home.person = {**_person_on(page, catalogue), **home.person}
    return [sorted(one.pages, key=lambda page: page.page) for one in found]


def _file_by_person(found: list[_Application], page: PageReading, person: dict[str, str], carrier: str) -> None:
    same = [one for one in found if one.carrier == carrier and not _differ(one.person, person)]
    home = next((one for one in same if not one.has(page)), next(iter(same), None))
    if home is None:
        home = _Application(carrier)
        found.append(home)
    home.pages.append(page)
    home.person = {**person, **home.person}


def _untold(main: Iterable[PageReading], found: Iterable[_Application], catalogue: Catalogue) -> list[_Application]:
    """An application for each further carrier, whose pages do not say whose they are."""
    known = {one.carrier for one in found}
    carriers = dict.fromkeys(catalogue.blanks[page.form_id or ""].carrier for page in main)
    return [_Application(carrier) for carrier in carriers if carrier not in known]


def _home(page: PageReading, found: Sequence[_Application], catalogue: Catalogue) -> _Application:
    """Of the applications of its carrier the one whose person it names; else one that lacks it, the nearest before."""
    carrier = catalogue.blanks[page.form_id].carrier if page.form_id else None
    likely = [one for one in found if one.carrier == carrier] or list(found)
    named = _named_on(page, catalogue)
    likely = [one for one in likely if named and any(_alike(name, named) for name in one.names)] or likely
    if page.form_id:
        likely = [one for one in likely if not one.has(page)] or likely
    before = [(max(held), one) for one in likely if (held := [p.page for p in one.pages if p.page < page.page])]
    return max(before, key=lambda pair: pair[0])[1] if before else likely[0]


def _person_on(page: PageReading, catalogue: Catalogue) -> dict[str, str]:
    return {path: text for path, text in _said(page, catalogue).items() if path in _WEIGHTS}


def _named_on(page: PageReading, catalogue: Catalogue) -> str:
    said = _said(page, catalogue)
    return next((said[path] for path in _NAMES_ELSEWHERE if path in said), "")


def _said(page: PageReading, catalogue: Catalogue) -> dict[str, str]:
    """What can be read on the page, by path."""
    if page.form_id is None or page.form_page is None:
        return {}
    zones = catalogue.page(page.form_id, page.form_page).by_name
    return {
        zones[reading.zone].means: reading.raw
        for reading in page.zones
        if reading.raw and reading.confidence >= _LEGIBLE and reading.zone in zones
    }


def _differ(one: Mapping[str, str], other: Mapping[str, str]) -> bool:
    """Whether the two are different people: more speaks against than for one and the same."""
    both = one.keys() & other.keys()
    said = sum(_WEIGHTS[path] for path in both)
    same = sum(_WEIGHTS[path] for path in both if _alike(one[path], other[path]))
    return said > 0 and 2 * same <= said


def _alike(one: str, other: str) -> bool:
    figures = [re.sub(r"\D", "", text) for text in (one, other)]
    if min(map(len, figures)) >= _FIGURES and len(figures[0]) == len(figures[1]):
        return sum(map(str.__eq__, *figures)) > _ALIKE * len(figures[0])
    here, there = (re.sub(r"[\W_]+", " ", text.casefold()).split() for text in (one, other))
    plain = SequenceMatcher(None, " ".join(here), " ".join(there), autojunk=False).ratio()
    # Some forms want the last name first, and some a middle one.
    return max(plain, SequenceMatcher(None, sorted(here), sorted(there), autojunk=False).ratio()) >= _ALIKE
