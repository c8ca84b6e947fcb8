"""An application with all that its verdict rests on, and the verdict on it: now, and once more under other rules."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

from schemas.application import Application
from schemas.carrier import Carrier, Carriers
from schemas.codes import Verdict
from schemas.days import day_in, latest_day
from schemas.finding_events import Finding, VerdictReached
from services.validation.can_sell import Standing
from services.validation.good_order import check
from services.validation.overrides import Override, set_aside
from services.validation.rule_input import OtherCase
from services.validation.verdict import verdict_of


@dataclass(frozen=True)
class Judged:
    """An application as it was judged last."""

    case_id: str
    version: int
    application: Application
    received_on: date
    other_cases: tuple[OtherCase, ...]
    """As they were known then."""
    standing: Standing
    """What the producer directory said then of the agents named."""

    def with_standing(self, standing: Standing) -> "Judged":
        return replace(self, standing=standing)


@dataclass(frozen=True)
class Change:
    """A stored case whose findings or verdict would not be the same today."""

    case_id: str
    before: Verdict
    after: Verdict
    appeared: tuple[str, ...]
    """Rules that would find something they did not find."""
    gone: tuple[str, ...]

    @property
    def verdict_changes(self) -> bool:
        return self.before is not self.after


def findings_on(judged: Judged, carrier: Carrier, now: datetime) -> tuple[Finding, ...]:
    """Everything the rules find, whatever anybody has set aside. Raises what :func:`check` raises."""
    application, today = judged.application, day_in(carrier.file.time_zone, now)
    latest = latest_day(signed_in(application), now)
    return check(application, carrier, judged.received_on, today, judged.standing, judged.other_cases, latest)


def signed_in(application: Application) -> frozenset[str]:
    """The states that stand beside signatures."""
    lines = (line for lines in application.signatures.values() for line in lines.values())
    return frozenset(line.state for line in lines if line.state)


def judge(judged: Judged, carrier: Carrier, overrides: Iterable[Override], now: datetime) -> VerdictReached:
    """The verdict. Raises what :func:`check` raises."""
    standing, aside = set_aside(judged.application, findings_on(judged, carrier, now), overrides)
    return VerdictReached(
        case_id=judged.case_id,
        version=judged.version,
        verdict=verdict_of(standing),
        findings=standing,
        overridden=aside or None,
        decided_at=now,
    )


def would_change(
    cases: Iterable[tuple[Judged, VerdictReached, tuple[Override, ...]]], carriers: Carriers
) -> Iterator[Change]:
    """The cases that these carriers' data and today's rules judge otherwise.

    Each is judged as of the day of its verdict, so that only rules and data make a difference. Raises
    :class:`schemas.carrier.CarrierDataError` when the data give no answer for one of them.
    """
    for judged, reached, overrides in cases:
        anew = judge(judged, carriers[judged.application.carrier], overrides, reached.decided_at)
        before = sorted(finding.rule for finding in reached.findings)
        after = sorted(finding.rule for finding in anew.findings)
        if before != after or anew.verdict is not reached.verdict:
            appeared, gone = _surplus(after, before), _surplus(before, after)
            yield Change(judged.case_id, reached.verdict, anew.verdict, appeared, gone)


def _surplus(rules: list[str], over: list[str]) -> tuple[str, ...]:
    rest = list(over)
    extra = []
    for rule in rules:
        if rule in rest:
            rest.remove(rule)
        else:
            extra.append(rule)
    return tuple(dict.fromkeys(extra))
