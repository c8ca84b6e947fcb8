"""Counts why applications were not in good order when they first came, from the events of reading and judging."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from schemas.application import Application
from schemas.codes import Severity, Verdict
from schemas.events import ApplicationRead
from schemas.finding_events import Finding, VerdictReached

_STANDS_IN_THE_WAY = (Severity.BLOCK, Severity.NIGO)


@dataclass(frozen=True)
class Share:
    """Of one carrier's or agent's cases, those that were not in good order at first."""

    name: str
    judged: int
    nigo: int

    @property
    def rate(self) -> float:
        return self.nigo / self.judged


@dataclass(frozen=True)
class NigoReport:
    judged: int
    nigo: int
    by_carrier: tuple[Share, ...]
    by_agent: tuple[Share, ...]
    by_reason: tuple[tuple[str, int], ...]
    """Findings that stood in the way, the most frequent first; so the next two."""
    by_rule: tuple[tuple[str, int], ...]
    by_form: tuple[tuple[str, int], ...]


def nigo_report(
    applications: Iterable[ApplicationRead], verdicts: Iterable[VerdictReached], carrier: str | None = None
) -> NigoReport:
    """Each case counts once, by the first verdict on its first version."""
    first: dict[str, VerdictReached] = {}
    for verdict in sorted(verdicts, key=lambda one: (one.version, one.decided_at)):
        first.setdefault(verdict.case_id, verdict)
    read = {(one.case_id, one.version): one for one in applications}
    pairs = [
        (read[case_id, verdict.version], verdict)
        for case_id, verdict in first.items()
        if (case_id, verdict.version) in read
    ]
    pairs = [pair for pair in pairs if carrier in (None, pair[0].application.carrier)]
    found = [
        (application.application, finding)
        for application, verdict in pairs
        for finding in verdict.findings
        if finding.severity in _STANDS_IN_THE_WAY
    ]
    return NigoReport(
        judged=len(pairs),
        nigo=sum(verdict.verdict is Verdict.NIGO for _, verdict in pairs),
        by_carrier=_shares((application.application.carrier, verdict) for application, verdict in pairs),
        by_agent=_shares((application.agent_code or "unknown", verdict) for application, verdict in pairs),
        by_reason=_counted(finding.reason.value for _, finding in found),
        by_rule=_counted(finding.rule for _, finding in found),
        by_form=_counted(_form_of(application, finding) for application, finding in found),
    )


def _shares(pairs: Iterable[tuple[str, VerdictReached]]) -> tuple[Share, ...]:
    judged: Counter[str] = Counter()
    nigo: Counter[str] = Counter()
    for name, verdict in pairs:
        judged[name] += 1
        nigo[name] += verdict.verdict is Verdict.NIGO
    shares = (Share(name, number, nigo[name]) for name, number in judged.items())
    return tuple(sorted(shares, key=lambda share: (-share.nigo, -share.rate, share.name)))


def _counted(names: Iterable[str]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(Counter(names).items(), key=lambda item: (-item[1], item[0])))


def _form_of(application: Application, finding: Finding) -> str:
    """Number and edition of the form that the finding is on; a form that is not there has neither."""
    if finding.at.startswith("forms."):
        form = application.forms[int(finding.at.partition(".")[2])]
        return f"{form.number} ({form.edition})"
    place = (finding.document_id, finding.page)
    found = next(
        (form for form in application.forms if place in {(page.document_id, page.page) for page in form.pages}), None
    )
    return f"{found.number} ({found.edition})" if found else "missing form"
