"""Judge an application: run every rule, attach the evidence, put the findings in order."""

from datetime import date

from schemas.application import Application, Evidence, FormFound, FormPage, UnknownPage
from schemas.carrier import Carrier
from schemas.codes import Severity
from schemas.finding_events import Finding
from services.validation.can_sell import Standing
from services.validation.doubts import doubts_on
from services.validation.rule import Fault, Rule
from services.validation.rule_input import OtherCase, RuleInput
from services.validation.rules import rule_book
from services.validation.rules.legibility import everything_is_legible, unclear
from services.validation.verdict import STANDS_IN_THE_WAY

_GRAVITY = {severity: rank for rank, severity in enumerate(Severity)}
_AFTER_EVERY_PAGE = 1 << 30


def check(
    application: Application,
    carrier: Carrier,
    received_on: date,
    today: date | None = None,
    standing: Standing | None = None,
    other_cases: tuple[OtherCase, ...] = (),
    latest_day: date | None = None,
) -> tuple[Finding, ...]:
    """Everything the rules find, the gravest first, then by page.

    A fault that would stop the case but rests on a scan that could not be read surely is not held against the
    agent: a person is asked to look at the field (V-64) instead.

    ``received_on`` is the carrier's day on which the packet first arrived, ``today`` the carrier's day of this
    judgement, which is later when a missing page or form followed; by default the same day. ``latest_day`` is the
    latest day that it is by now where the application was signed; by default no later one. ``standing`` is what the
    producer directory says of the agents named; without it nobody asks whether they may sell (V-50 to V-55).
    ``other_cases`` are those on the same life. Raises :class:`schemas.carrier.CarrierDataError` when the carrier's
    data has no limits for the day, and :class:`ValueError` for another carrier's application.
    """
    if application.carrier != carrier.id:
        raise ValueError(f"an application to {application.carrier} cannot be judged by the data of {carrier.id}")
    as_of = max(received_on, today or received_on)
    latest = max(as_of, latest_day or as_of)
    case = RuleInput(application, carrier, received_on, as_of, latest, standing, other_cases)
    findings: list[Finding] = []
    unclear_paths = set(case.by_hand)
    for rule in rule_book():
        for fault in rule.decide(case):
            doubts = doubts_on(rule, fault, case) if _severity(rule, fault) in STANDS_IN_THE_WAY else ()
            # Several faults may rest on one unclear field: it is said once.
            unclear_paths.update(doubts)
            if not doubts:
                findings.append(_finding(rule, fault, application))
    unclear_faults = (unclear(path, path in case.by_hand) for path in unclear_paths)
    findings.extend(_finding(everything_is_legible, fault, application) for fault in unclear_faults)
    return tuple(sorted(findings, key=_order))


def _severity(rule: Rule, fault: Fault) -> Severity:
    return fault.severity or rule.severity


def _finding(rule: Rule, fault: Fault, application: Application) -> Finding:
    evidence = _evidence(application, fault.at)
    form = _form(application, fault.at)
    label = fault.label or (evidence.label if evidence else fault.at)
    at: Evidence | FormPage | UnknownPage | None = evidence or _unknown_page(application, fault.at)
    if at is None and form and form.pages:
        at = form.pages[0]
    page, document = (at.page, at.document_id) if at else (None, None)
    place = label if page is None else f"Page {page}, {label}"
    return Finding(
        rule=rule.id,
        rule_version=rule.version,
        severity=_severity(rule, fault),
        reason=fault.reason or rule.reason,
        at=fault.at,
        label=label,
        message=f"{place}: {fault.message}",
        citation=rule.citation,
        document_id=document,
        page=page,
        box=evidence.box if evidence else None,
        confidence=evidence.confidence if evidence else None,
        crop=evidence.crop if evidence else None,
    )


def _evidence(application: Application, at: str) -> Evidence | None:
    """The evidence of a path, or of the first thing below it on the pages."""
    if at in application.evidence:
        return application.evidence[at]
    below = [evidence for path, evidence in application.evidence.items() if path.startswith(at + ".")]
    return min(below, key=lambda evidence: evidence.page, default=None)


def _form(application: Application, at: str) -> FormFound | None:
    kind, _, index = at.partition(".")
    return application.forms[int(index)] if kind == "forms" and index.isdigit() else None


def _unknown_page(application: Application, at: str) -> UnknownPage | None:
    kind, _, index = at.partition(".")
    return application.unknown_pages[int(index)] if kind == "unknown_pages" and index.isdigit() else None


def _order(finding: Finding) -> tuple[int, int, str, str]:
    page = _AFTER_EVERY_PAGE if finding.page is None else finding.page
    return _GRAVITY[finding.severity], page, finding.rule, finding.at
