"""What a fault rests on that could not be read surely: found by asking its rule again without those values."""

from services.validation.rule import Fault, Rule
from services.validation.rule_input import RuleInput


def doubts_on(rule: Rule, fault: Fault, case: RuleInput) -> tuple[str, ...]:
    """Paths of unsure values with which the fault stands and falls; none when it stands without any of them.

    Where any one of several such values would do to take the fault away, all of them are told. Where it takes two
    together (two people say the same, both unclearly), these.
    """
    if fault.of_the_reading:
        return ()
    if not case.is_sure(fault.at):
        return (fault.at,)
    unsure = case.unsure_paths
    if not unsure or _stands(rule, fault, case.without(unsure)):
        return ()
    alone = tuple(path for path in unsure if not _stands(rule, fault, case.without((path,))))
    return alone or _together(rule, fault, case)


def _together(rule: Rule, fault: Fault, case: RuleInput) -> tuple[str, ...]:
    """As few of the unsure values as take the fault away together."""
    kept = case.unsure_paths
    for path in case.unsure_paths:
        fewer = tuple(other for other in kept if other != path)
        if not _stands(rule, fault, case.without(fewer)):
            kept = fewer
    return kept


def _stands(rule: Rule, fault: Fault, case: RuleInput) -> bool:
    return any((other.at, other.message) == (fault.at, fault.message) for other in rule.decide(case))
