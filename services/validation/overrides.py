"""Findings that a person set aside, and how long that holds: while what they rest on reads the same."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass

from schemas.application import Application
from schemas.base import UtcDatetime
from schemas.codes import OverrideKind, Severity
from schemas.finding_events import Finding, OverriddenFinding
from services.validation.rules import rule_book
from services.validation.wording import without_days_left


@dataclass(frozen=True)
class Override:
    """One finding set aside, by its evidence."""

    rule: str
    at: str
    evidence: str
    """:func:`evidence_of` of the finding when the person looked at it."""
    kind: OverrideKind
    reason: str
    actor: str
    overridden_at: UtcDatetime


class CannotOverride(Exception):
    """The request asks for what may not or cannot be; the message says why and what to do."""


def evidence_of(application: Application, finding: Finding) -> str:
    """A digest of what the finding rests on: its words, and all that was written where its rule reads.

    Places are left out: the same words on another page, or in a better scan, are the same evidence. So are the days
    that a clock still runs: another day alone is no news.
    """
    reads = next((rule.reads for rule in rule_book() if rule.id == finding.rule), ())
    within = [path for path in (finding.at, *reads) if path]
    written = {
        path: evidence.raw
        for path, evidence in application.evidence.items()
        if any(path == place or path.startswith(f"{place}.") for place in within)
    }
    said = without_days_left(finding.message.partition(f"{finding.label}: ")[2])
    rest = [finding.rule, finding.rule_version, finding.at, said, sorted(written.items())]
    return hashlib.sha256(json.dumps(rest).encode()).hexdigest()


def chosen(findings: Iterable[Finding], rule: str, at: str | None, kind: OverrideKind) -> tuple[Finding, ...]:
    """The findings that a request means. Raises :class:`CannotOverride`."""
    meant = tuple(finding for finding in findings if finding.rule == rule and at in (None, finding.at))
    if not meant:
        where = f" at {at}" if at else ""
        raise CannotOverride(f"rule {rule} has no open finding{where}. See `goodorder case` for what is open.")
    if kind is OverrideKind.ACCEPTED and any(finding.severity is Severity.BLOCK for finding in meant):
        raise CannotOverride(
            f"rule {rule} blocks: nobody can set it aside. Have the packet corrected; if the finding is wrong, "
            "report it as a false alarm."
        )
    return meant


def is_lifted(finding: Finding) -> bool:
    """A finding that blocks stands, whatever anybody says of it."""
    return finding.severity is not Severity.BLOCK


def set_aside(
    application: Application, findings: Iterable[Finding], overrides: Iterable[Override]
) -> tuple[tuple[Finding, ...], tuple[OverriddenFinding, ...]]:
    """The findings that stand, and those that a person has set aside."""
    known = {(override.rule, override.at, override.evidence): override for override in overrides}
    standing, aside = [], []
    for finding in findings:
        override = known.get((finding.rule, finding.at, evidence_of(application, finding)))
        if override is None or not is_lifted(finding):
            standing.append(finding)
            continue
        aside.append(
            OverriddenFinding(
                finding=finding,
                kind=override.kind,
                reason=override.reason,
                actor=override.actor,
                overridden_at=override.overridden_at,
            )
        )
    return tuple(standing), tuple(aside)
