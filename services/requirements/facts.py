"""What the underwriting grid and its triggers are asked with: the few facts of an application that they look at."""

import re
from calendar import monthrange
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from schemas.ages import age_on
from schemas.application import Application
from schemas.carrier import Carrier
from schemas.codes import AgeBasis, FormKind, SignerRole, YesNo
from schemas.events import ApplicationRead

_DATES = re.compile(r"(?:(?P<month>\d{1,2})[/.-](?:\d{1,2}[/.-])?)?(?P<year>(?:19|20)\d{2})")


class FactsMissing(Exception):
    """The application lacks what the grid cannot be asked without; the message names the case and the remedy."""


@dataclass(frozen=True)
class Condition:
    """One detail to a yes."""

    text: str
    """Condition and treatment as written, in small letters."""
    began: date | None
    """The latest day that the writing allows."""


@dataclass(frozen=True)
class Cover:
    """Other insurance on the life."""

    amount: Decimal
    company: str = ""
    year: int | None = None
    """Of issue; ``None`` = not known, so it may be recent."""
    pending: bool = False
    """Applied for, not in force."""


@dataclass(frozen=True)
class Facts:
    ages: Mapping[AgeBasis, int]
    face: Decimal
    """Applied for."""
    day: date
    """Of signing: the tables in force on it count."""
    product: str | None = None
    other: tuple[Cover, ...] = ()
    yes: frozenset[str] = frozenset()
    """Questions answered yes, by path."""
    conditions: tuple[Condition, ...] = ()
    sees_physician: bool = True
    last_seen: date | None = None
    """By the physician, the latest day that the writing allows; ``None`` = not known."""
    state: str | None = None
    """Of residence."""
    paper: bool = True
    """Every packet that comes as pages is an application on paper."""
    answered_on_forms: frozenset[str] = frozenset()
    """Questions whose questionnaire is in the packet already."""


def facts_of(read: ApplicationRead, carrier: Carrier) -> Facts:
    """The facts of an application. Raises :class:`FactsMissing`."""
    application = read.application
    born, face = application.insured.date_of_birth, application.coverage.face_amount
    if born is None or face is None:
        raise FactsMissing(
            f"Case {read.case_id}: the grid cannot be asked without date of birth and face amount. "
            "Have the application corrected and sent again."
        )
    signed = application.signature(FormKind.APPLICATION, SignerRole.INSURED).signed_on
    day = signed or read.uploaded_at.date()
    return Facts(
        ages={basis: age_on(basis, born, day) for basis in AgeBasis},
        face=face,
        day=day,
        product=application.coverage.product,
        other=tuple(_other_cover(application)),
        yes=frozenset(_answered_yes(application)),
        conditions=tuple(_conditions(application)),
        sees_physician=not application.physician.none,
        last_seen=latest_day(application.physician.last_seen),
        state=application.insured.residence.state,
        answered_on_forms=frozenset(_on_forms(application, carrier)),
    )


def latest_day(written: str | None) -> date | None:
    """The last day that a loosely written date allows: ``11/2025`` is 30 November, ``2019`` 31 December."""
    found = [(int(part["year"]), int(part["month"] or 12)) for part in _DATES.finditer(written or "")]
    years = [(year, month if 1 <= month <= 12 else 12) for year, month in found]
    if not years:
        return None
    year, month = max(years)
    return date(year, month, monthrange(year, month)[1])


def _other_cover(application: Application) -> Iterator[Cover]:
    existing = application.existing
    for policy in existing.policies:
        if policy.face_amount is not None:
            yield Cover(policy.face_amount, policy.company or "", policy.year_issued)
    if existing.pending_elsewhere is YesNo.YES and existing.pending_elsewhere_amount is not None:
        yield Cover(existing.pending_elsewhere_amount, pending=True)


def _answered_yes(application: Application) -> Iterator[str]:
    for section, answers in (("medical", application.medical), ("lifestyle", application.lifestyle)):
        yield from (f"{section}.{question}" for question, answer in answers.items() if answer is YesNo.YES)
    if application.insured.tobacco is YesNo.YES:
        yield "insured.tobacco"
    if application.insured.us_citizen is YesNo.NO:
        yield "insured.not_us_citizen"
    if application.existing.replacing is YesNo.YES:
        yield "existing.replacing"


def _conditions(application: Application) -> Iterator[Condition]:
    for detail in application.details:
        text = " ".join(part for part in (detail.condition, detail.treatment) if part).lower()
        if text:
            yield Condition(text, latest_day(detail.onset))


def _on_forms(application: Application, carrier: Carrier) -> Iterator[str]:
    for found in application.forms:
        form = carrier.form(found.form_id)
        if found.kind is FormKind.QUESTIONNAIRE and form is not None:
            yield from form.due_when_yes
