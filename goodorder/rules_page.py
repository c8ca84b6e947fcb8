"""Writes the page about the rules from the rule book: ``python -m goodorder.rules_page > docs/rules.md``."""

import sys
from collections.abc import Iterable

from schemas.codes import Severity
from services.validation.left_to_people import IN_PART, Standing, standing_of
from services.validation.rule import Rule
from services.validation.rules import rule_book

_INTRODUCTION = """\
# The rules of good order

<!-- Made by `python -m goodorder.rules_page > docs/rules.md`; change the rules, not this page. -->

Each finding names its rule. **B** blocks the case, **N** keeps it from good order, **W** warns, **I** informs; \
a case with no B and no N is in good order. A form that does not ask for something is never at fault for lacking it, \
one missing thing makes one finding, and what rests on an unsure scan is called unclear (V-64), not wrong. Where a \
table does not know a state, the rule warns; it never takes that for a no.

A rule is one function in `services/validation/rules/`, found there by looking. Limits, ages, multiples, editions and \
states come from the carrier's dated files, chosen by the day of signing, not from the rule: \
[how to add a rule or change a limit](add-a-rule.md).

"""

_MEANING = {
    Severity.BLOCK: "Blocks the case",
    Severity.NIGO: "Not in good order",
    Severity.WARN: "Warns",
    Severity.INFO: "Informs",
}


def rules_page(rules: Iterable[Rule]) -> str:
    """The page in Markdown: how far each id is decided, then one table a severity, the gravest first."""
    held = {rule.id: rule for rule in rules}
    parts = [_INTRODUCTION + _coverage(held)]
    for severity, meaning in _MEANING.items():
        rows = [_row(rule) for rule in held.values() if rule.severity is severity]
        head = "| Rule | Version | What it demands | Reason code | Where it comes from |\n|---|---|---|---|---|"
        parts.append("\n".join((f"## {severity.value}: {meaning}\n", head, *rows)) + "\n")
    return "\n".join(parts)


def _coverage(held: dict[str, Rule]) -> str:
    standings = {rule_id: standing_of(rule_id) for rule_id in sorted(held)}
    counts = [f"{list(standings.values()).count(standing)} {standing.value}" for standing in Standing]
    head = "| Rule | Severity | Standing | Why |\n|---|---|---|---|"
    rows = [
        f"| {rule_id} | {held[rule_id].severity.value} | {standing.value} | {_sentence(IN_PART.get(rule_id, ''))} |"
        for rule_id, standing in standings.items()
    ]
    count = f"The field's list has {len(held)} rules: {', '.join(counts)}.\n"
    return "\n".join((f"## How far each is decided\n\n{count}", head, *rows)) + "\n"


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


def _row(rule: Rule) -> str:
    basis = rule.citation.partition("; ")[2]
    return f"| {rule.id} | {rule.version} | {rule.demand} | `{rule.reason.value}` | {_sentence(basis)} |"


if __name__ == "__main__":
    sys.stdout.write(rules_page(rule_book()))
