"""Writes the page about the rules from the rule book: ``python -m goodorder.rules_page > docs/rules.md``."""

import sys
from collections.abc import Iterable

from schemas.codes import Severity
from services.validation.rule import Rule
from services.validation.rules import rule_book

_INTRODUCTION = """\
# The rules of good order

<!-- Made by `python -m goodorder.rules_page > docs/rules.md`; change the rules, not this page. -->

Each finding names its rule. **B** blocks the case, **N** keeps it from good order, **W** warns, **I** informs; \
a case with no B and no N is in good order. A form that does not ask for something is never at fault for lacking it, \
one missing thing makes one finding, and what rests on an unsure scan is called unclear (V-64), not wrong.

A rule is one function in `services/validation/rules/`, found there by looking. Limits, ages, editions and states \
come from the carrier's files, not from the rule. The numbers are not without gaps: rules that cannot be decided \
with certainty from a packet and the carrier's data are not there.
"""

_MEANING = {
    Severity.BLOCK: "Blocks the case",
    Severity.NIGO: "Not in good order",
    Severity.WARN: "Warns",
    Severity.INFO: "Informs",
}


def rules_page(rules: Iterable[Rule]) -> str:
    """The page in Markdown: one table a severity, the gravest first."""
    held = tuple(rules)
    parts = [_INTRODUCTION]
    for severity, meaning in _MEANING.items():
        rows = [_row(rule) for rule in held if rule.severity is severity]
        head = "| Rule | What it demands | Reason code | Where it comes from |\n|---|---|---|---|"
        parts.append("\n".join((f"## {severity.value}: {meaning}\n", head, *rows)) + "\n")
    return "\n".join(parts)


def _row(rule: Rule) -> str:
    basis = rule.citation.partition("; ")[2]
    return f"| {rule.id} | {rule.demand} | `{rule.reason.value}` | {basis[0].upper()}{basis[1:]} |"


if __name__ == "__main__":
    sys.stdout.write(rules_page(rule_book()))
