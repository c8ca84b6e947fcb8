"""Judges a changed clean application and says which rules found fault."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from schemas.carrier import Carrier
from schemas.finding_events import Finding
from services.validation.good_order import check
from tests.builders import RECEIVED, brackwater, clean_application

WITH_NOTICE = ("application-2026-01", "hipaa-2026-01", "replacement_notice-2026-01")

Changes = Mapping[str, Any]


def findings(
    changes: Changes | None = None,
    *,
    carrier: Carrier | None = None,
    received_on: date = RECEIVED,
    today: date | None = None,
    **packet: Any,
) -> tuple[Finding, ...]:
    return check(clean_application(changes, **packet), carrier or brackwater(), received_on, today)


def faults(changes: Changes | None = None, **how: Any) -> list[str]:
    """Rule ids of the findings, in their order."""
    return [finding.rule for finding in findings(changes, **how)]
