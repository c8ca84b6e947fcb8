"""All rules of the checker, subject by subject."""

from collections.abc import Sequence

from goodorder.verify import cases, documents, events, mails
from goodorder.verify.rule import Rule

ALL: Sequence[Rule] = (*documents.RULES, *cases.RULES, *mails.RULES, *events.RULES)
