"""Who the pages of a document speak of, and how well that fits the insured of a case; pure."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from difflib import SequenceMatcher
from enum import Enum
from functools import cached_property

from schemas.application import Application
from schemas.base import Contract

_NAMES = (
    "hipaa.insured_name", "hiv_consent.insured_name", "temporary_insurance.insured_name", "exchange.insured_name",
)  # fmt: skip
_LEGIBLE = 0.5
"""Confidence from which on a value may tell who somebody is."""
_ALIKE = 0.75
"""Likeness of two writings of one name: scans lose and change letters."""
_LAST_FOUR = 4


Blind = Callable[[str], str]
"""A keyed digest (:meth:`services.chassis.private.vault.Vault.blind`)."""


class Figures(Contract):
    """A date or number that can be compared with another and not be read: keyed digests of its figures."""

    whole: str
    but_one: tuple[str, ...] = ()
    """One for each figure left out: two that differ in one figure have one of these in common."""
    last_four: str = ""


def figures(written: str, blind: Blind) -> Figures:
    """``written``: figures alone, e.g. ``19850211``."""
    places = range(len(written)) if len(written) > _LAST_FOUR else ()
    return Figures(
        whole=_short(blind(f"figures|{written}")),
        but_one=tuple(_short(blind(f"figures|{written[:at]}?{written[at + 1 :]}")) for at in places),
        last_four=_short(blind(f"last four|{written[-_LAST_FOUR:]}")),
    )


def _short(digest: str) -> str:
    """Half of a digest is plenty to tell two people apart."""
    return digest[:32]


class Identity(Contract):
    """What pages say of the insured and of what is applied for. Personal: it stays in intake's own tables."""

    carrier: str
    names: tuple[str, ...] = ()
    """Every writing of the insured's name, in small letters."""
    born: tuple[Figures, ...] = ()
    numbers: tuple[Figures, ...] = ()
    """Of the Social Security number: all nine, or the last four."""
    product: str | None = None
    term_years: int | None = None
    face_amount: Decimal | None = None

    def applies_for_the_same(self, other: "Identity") -> bool:
        """Nothing that both say of what is applied for differs."""
        mine = (self.product, self.term_years, self.face_amount)
        theirs = (other.product, other.term_years, other.face_amount)
        return self.carrier == other.carrier and all(
            one == two or one is None or two is None for one, two in zip(mine, theirs, strict=True)
        )


def identity_of(application: Application, blind: Blind) -> Identity:
    """The identity that legible values of the application, or of the forms that go with one, give."""
    evidence = application.evidence

    def legible(path: str) -> bool:
        return path in evidence and evidence[path].confidence >= _LEGIBLE

    insured, hipaa = application.insured, application.hipaa
    names = [_said(application, path) for path in _NAMES if legible(path)]
    if insured.first_name and insured.last_name and legible("insured.first_name") and legible("insured.last_name"):
        names.append(insured.full_name or "")
    dates = {"insured.date_of_birth": insured.date_of_birth, "hipaa.date_of_birth": hipaa.date_of_birth}
    numbers = {"insured.ssn": insured.ssn, "hipaa.ssn": hipaa.ssn}
    coverage = application.coverage
    return Identity(
        carrier=application.carrier,
        names=tuple(dict.fromkeys(" ".join(_words(name)) for name in names if len(_words(name)) > 1)),
        born=tuple(
            figures(f"{day:%Y%m%d}", blind)
            for day in dict.fromkeys(day for path, day in dates.items() if day and legible(path))
        ),
        numbers=tuple(
            figures(digits, blind)
            for digits in dict.fromkeys(
                re.sub(r"\D", "", written) for path, written in numbers.items() if written and legible(path)
            )
            if len(digits) in (_LAST_FOUR, 9)
        ),
        product=coverage.product,
        term_years=coverage.term_years,
        face_amount=coverage.face_amount,
    )


def _said(application: Application, path: str) -> str:
    part, _, field = path.partition(".")
    return getattr(getattr(application, part), field, None) or ""


class Fit(Enum):
    """How what two identities say of one thing goes together."""

    SAME = 1.0
    LIKE = 0.4
    UNSAID = 0.0
    OTHER = -1.0


@dataclass(frozen=True)
class Likeness:
    """How well the insured of a document and that of a case go together.

    Each is compared when it is asked for: a document is held against all open cases of its agent, and most differ in
    their figures already.
    """

    one: Identity
    other: Identity

    @cached_property
    def name(self) -> Fit:
        return _best(_names(a, b) for a in self.one.names for b in self.other.names)

    @cached_property
    def born(self) -> Fit:
        return _best(_figures(a, b) for a in self.one.born for b in self.other.born)

    @cached_property
    def number(self) -> Fit:
        return _best(_numbers(a, b) for a in self.one.numbers for b in self.other.numbers)

    @property
    def score(self) -> float:
        weighed = 0.3 * self.name.value + 0.3 * self.born.value + 0.4 * self.number.value
        return round(max(0.0, weighed), 2)

    @property
    def is_sure(self) -> bool:
        """Two of three agree, and none speaks against it; without the number, name and birthday to the letter."""
        if self.number is Fit.OTHER or self.born is Fit.OTHER or self.name is Fit.OTHER:
            return False
        if self.number is Fit.SAME:
            return self.born is Fit.SAME or self.name in (Fit.SAME, Fit.LIKE)
        return self.name is Fit.SAME and self.born is Fit.SAME

    @property
    def is_somebody_else(self) -> bool:
        """More speaks against one and the same person than for it."""
        fits = (self.name, self.born, self.number)
        return fits.count(Fit.OTHER) > sum(fit in (Fit.SAME, Fit.LIKE) for fit in fits)

    @property
    def reasons(self) -> tuple[str, ...]:
        things = (("name", self.name), ("date of birth", self.born), ("Social Security number", self.number))
        words = {Fit.SAME: "the same {}", Fit.LIKE: "nearly the same {}", Fit.OTHER: "another {}"}
        return tuple(words[fit].format(thing) for thing, fit in things if fit is not Fit.UNSAID)


def _best(fits: Iterable[Fit]) -> Fit:
    return max(fits, key=lambda fit: fit.value, default=Fit.UNSAID)


def _names(one: str, other: str) -> Fit:
    here, there = set(one.split()), set(other.split())
    if here <= there or there <= here:
        return Fit.SAME  # one of them leaves the middle name out
    match = SequenceMatcher(None, " ".join(sorted(here)), " ".join(sorted(there)), autojunk=False)
    # Two quick upper bounds of the likeness come first: they tell most names apart for a fraction of its cost.
    bounds = (match.real_quick_ratio, match.quick_ratio, match.ratio)
    return Fit.LIKE if all(alike() >= _ALIKE for alike in bounds) else Fit.OTHER


def _numbers(one: Figures, other: Figures) -> Fit:
    if not (one.but_one and other.but_one):  # of one of them the last four figures are all that is known
        return Fit.SAME if one.last_four == other.last_four else Fit.OTHER
    return _figures(one, other)


def _figures(one: Figures, other: Figures) -> Fit:
    if one.whole == other.whole:
        return Fit.SAME
    return Fit.OTHER if set(one.but_one).isdisjoint(other.but_one) else Fit.LIKE


def _words(written: str) -> list[str]:
    return re.sub(r"[\W_]+", " ", written.casefold()).split()
