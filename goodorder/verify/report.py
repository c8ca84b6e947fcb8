"""How the checker's judgement is shown: the counts, the three sums, and the id of everything that is wrong."""

from collections.abc import Mapping
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from goodorder.screen import counted, facts, listing, moment, readable
from goodorder.verify.books import Books
from goodorder.verify.rule import Broken, Judgement, Kind
from goodorder.verify.rules import ALL
from schemas.events import DocumentRefused

_SHOWN = 10
"""Breaches of one rule that are shown to a person; a machine gets all."""


def counts(books: Books) -> Mapping[str, int]:
    """How much of everything there is."""
    return {
        "uploads": len(books.uploads),
        "documents": len(books.documents),
        "refusals": len(books.of(DocumentRefused)),
        "cases": len(books.cases),
        "changes": len(books.history),
        "mails": sum(not mail.again for mail in books.mails or ()),
        "mails sent again": sum(mail.again for mail in books.mails or ()),
        "events": len(books.first_publications),
        "events published again": len(books.events) - len(books.first_publications),
        "dead letters": sum(len(kept.dead_letters) for kept in books.services.values()),
        "dead letters open": sum(letter.is_open for kept in books.services.values() for letter in kept.dead_letters),
    }


def sums(judgement: Judgement) -> Mapping[str, int]:
    """Lost, doubled, out of order, and what is under way."""
    under_way = sum(len(broken.breaches) for broken in judgement.under_way)
    return {**{kind.value: judgement.count(kind) for kind in Kind}, "under way": under_way}


def in_a_line(judgement: Judgement) -> str:
    """For logs and tables."""
    return "  ".join(
        f"{name} {number}" for name, number in (*counts(judgement.books).items(), *sums(judgement).items())
    )


def in_words(judgement: Judgement) -> RenderableType:
    books = judgement.books
    unseen = None if books.mails is not None else "The mailbox is not ours to see: mails are taken on notify's word."
    lines: list[RenderableType] = [
        facts(*counts(books).items(), ("", unseen)),
        Text(),
        facts(*sums(judgement).items()),
    ]
    for title, found in (("Broken", judgement.broken), ("Under way", judgement.under_way)):
        lines += [part for broken in found for part in _broken(title, broken)]
    if judgement.is_clean:
        lines += [Text(), readable(f"All {len(ALL)} rules hold, as of {moment(books.looked_at)}.", "good")]
    return Group(*lines)


def _broken(title: str, broken: Broken) -> tuple[RenderableType, ...]:
    table = listing("Of", "What", wrap=("What",))
    for breach in broken.breaches[:_SHOWN]:
        table.add_row(readable(breach.thing), readable(breach.text))
    left = len(broken.breaches) - _SHOWN
    more = (readable(f"and {counted(left, 'more')} (--json shows all)"),) if left > 0 else ()
    head = readable(f"{title}, {broken.rule.kind}: {broken.rule.name}", "bad" if title == "Broken" else "open")
    return Text(), head, readable(broken.rule.sentence), table, *more


def the_rules() -> RenderableType:
    """Every rule by name, with its sentence."""
    table = listing("Rule", "Finds what is", "What must hold", wrap=("What must hold",))
    for rule in ALL:
        table.add_row(rule.name, rule.kind.value, rule.sentence)
    return table


def for_machines(judgement: Judgement) -> dict[str, Any]:
    return {
        "looked_at": judgement.books.looked_at,
        "counts": counts(judgement.books),
        **sums(judgement),
        "broken": [_as_json(broken) for broken in judgement.broken],
        "under_way_of": [_as_json(broken) for broken in judgement.under_way],
    }


def _as_json(broken: Broken) -> dict[str, Any]:
    return {
        "rule": broken.rule.name,
        "kind": broken.rule.kind.value,
        "sentence": broken.rule.sentence,
        "breaches": [{"of": one.thing, "what": one.text, "since": one.since} for one in broken.breaches],
    }
