"""One rule of the checker: what must hold, in a sentence, and what shows that it does not."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from goodorder.verify.books import Books


class Kind(StrEnum):
    LOST = "lost"
    DOUBLED = "doubled"
    OUT_OF_ORDER = "out of order"


@dataclass(frozen=True)
class Breach:
    """One thing that is not as the rule says."""

    thing: str
    """Its id: document, case, event, mail."""
    text: str
    since: datetime | None = None
    """When what is missing was called for; it may be under way still. ``None``: no time mends it."""


@dataclass(frozen=True)
class Rule:
    name: str
    kind: Kind
    sentence: str
    look: Callable[[Books], Iterable[Breach]]


Look = Callable[[Books], Iterable[Breach]]


class RuleBook:
    """The rules of one subject, in the order in which they are written down."""

    def __init__(self) -> None:
        self._rules: list[Rule] = []

    def rule(self, name: str, kind: Kind, sentence: str) -> Callable[[Look], Look]:
        """Writes the function that looks into the book, under a name and with the sentence that must hold."""

        def write(look: Look) -> Look:
            self._rules.append(Rule(name, kind, sentence, look))
            return look

        return write

    def __iter__(self) -> Iterator[Rule]:
        return iter(self._rules)


@dataclass(frozen=True)
class Broken:
    """A rule that does not hold, and where."""

    rule: Rule
    breaches: tuple[Breach, ...]


@dataclass(frozen=True)
class Judgement:
    """What the rules say of the books."""

    books: Books
    broken: tuple[Broken, ...]
    under_way: tuple[Broken, ...]
    """What may still come: it was called for less than the grace ago."""

    def count(self, kind: Kind) -> int:
        return sum(len(broken.breaches) for broken in self.broken if broken.rule.kind is kind)

    @property
    def is_clean(self) -> bool:
        return not self.broken


def judge(books: Books, rules: Iterable[Rule], grace: timedelta = timedelta(0)) -> Judgement:
    """Look at the books by every rule; what was called for within ``grace`` counts as under way, not as lost."""
    broken, under_way = [], []
    limit = books.looked_at - grace
    for rule in rules:
        found = tuple(rule.look(books))
        young = tuple(breach for breach in found if breach.since and breach.since > limit)
        old = tuple(breach for breach in found if not (breach.since and breach.since > limit))
        if old:
            broken.append(Broken(rule, old))
        if young:
            under_way.append(Broken(rule, young))
    return Judgement(books, tuple(broken), tuple(under_way))
