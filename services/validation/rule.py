"""What a rule is: a small pure function with the facts that a finding must be able to cite."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from schemas.codes import ReasonCode, Severity
from services.validation.rule_input import RuleInput


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong, before its evidence is attached."""

    at: str
    """Path in the application; ``forms.<index>`` for a whole form of the packet."""
    message: str
    """What is wrong and what to do. Goes into mails: no SSN, medical answer, account number, date of birth."""
    label: str | None = None
    """Words for the place where the field's own label says too little."""
    reason: ReasonCode | None = None
    """Where it is not the rule's usual reason."""
    severity: Severity | None = None
    """Where it is graver or milder than the rule's usual faults."""
    of_the_reading: bool = False
    """It is about what makes the reading unsure, so that an unsure reading is no ground to drop it."""


Decide = Callable[[RuleInput], Iterator[Fault]]


@dataclass(frozen=True)
class Rule:
    id: str
    severity: Severity
    reason: ReasonCode
    reads: tuple[str, ...]
    """Paths, or their beginnings, that the rule may find fault with; an empty one stands for all."""
    citation: str
    version: int
    demand: str
    """What the rule demands, in a sentence."""
    decide: Decide


def rule(
    rule_id: str,
    severity: Severity,
    reason: ReasonCode,
    *,
    reads: tuple[str, ...],
    basis: str,
    version: int = 1,
) -> Callable[[Decide], Rule]:
    """Make a rule of a function; its docstring is the rule's demand, ``basis`` says where the rule comes from."""

    def made(decide: Decide) -> Rule:
        if not decide.__doc__:
            raise ValueError(f"rule {rule_id}: its function needs a docstring that says what the rule demands")
        demand = " ".join(decide.__doc__.split())
        return Rule(
            id=rule_id,
            severity=severity,
            reason=reason,
            reads=reads,
            citation=f"Rule {rule_id}; {basis}",
            version=version,
            demand=demand,
            decide=decide,
        )

    return made
