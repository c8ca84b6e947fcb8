"""A carrier's dated guidelines: the limits, multiples and words that rules weigh an application by.

Rows of ``guidelines`` in ``carrier.yaml``; the row whose dates hold the day of signing applies. Whatever a row leaves
out the carrier does not limit.
"""

from datetime import date
from decimal import Decimal

from pydantic import ConfigDict

from schemas.base import Contract
from schemas.codes import RateClass


class GuidelineData(Contract):
    model_config = ConfigDict(extra="forbid")


class IncomeMultiple(GuidelineData):
    """The most of the year's income that may be insured at some ages (on the product's basis)."""

    age_from: int
    age_to: int
    multiple: Decimal


class PremiumShare(GuidelineData):
    """The most of the year's income that a year's premium may take."""

    income_to: Decimal | None = None
    """Up to this income, included; absent = any."""
    percent: Decimal


class TemporaryInsuranceTerms(GuidelineData):
    """Up to what the carrier insures from the first payment on."""

    age_max: int
    face_max: Decimal


class JuvenileTerms(GuidelineData):
    parents_cover_percent: Decimal
    """Of the child's own amount that a parent must be insured for."""
    insured_signs_from: dict[str, int] = {}
    """By state: the age from which the child signs too."""


class InsurerNotice(GuidelineData):
    """Working days in which the carrier sends the replacement notice to the existing insurer."""

    days: int
    days_in: dict[str, int] = {}
    """By state, where its law says otherwise."""


class Guidelines(GuidelineData):
    effective_from: date
    effective_to: date | None = None
    source: str
    """Document and edition these numbers were taken from."""
    income_multiples: tuple[IncomeMultiple, ...] = ()
    premium_shares: tuple[PremiumShare, ...] = ()
    """Tried in this order: the first whose income limit holds the insured's income applies."""
    total_line_max: Decimal | None = None
    """The most cover on one life, in force and applied for, with all carriers."""
    bmi_max: dict[RateClass, Decimal] = {}
    """Body mass index (703 x pounds / inches squared) up to which a class is open."""
    class_needs_no: dict[RateClass, tuple[str, ...]] = {}
    """Medical questions, by id, that close a class when answered yes."""
    weak_interest: tuple[str, ...] = ()
    """Relationships to the insured that need explaining, in lower case."""
    temporary_insurance: TemporaryInsuranceTerms | None = None
    juvenile: JuvenileTerms | None = None
    insurer_notice: InsurerNotice | None = None
    esign_certificate: bool = False
    """Electronic signatures are taken with their certificate only."""
    duplicate_days: int | None = None
    """Another application on the same life for the same product within these days has to be explained."""
