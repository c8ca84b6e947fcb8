"""The rule book: every rule in this package's modules, found by looking, so that a new rule is one function."""

import importlib
import pkgutil
from functools import cache

from services.validation.rule import Rule


@cache
def rule_book() -> tuple[Rule, ...]:
    """All rules by id. Raises :class:`ValueError` when two rules share one."""
    rules: dict[str, Rule] = {}
    for module_info in pkgutil.iter_modules(__path__):
        module = importlib.import_module(f"{__name__}.{module_info.name}")
        for rule in vars(module).values():
            if isinstance(rule, Rule):
                if rule.id in rules:
                    raise ValueError(f"rule {rule.id} is there twice; the second one is in {module.__name__}")
                rules[rule.id] = rule
    return tuple(rules[rule_id] for rule_id in sorted(rules))
