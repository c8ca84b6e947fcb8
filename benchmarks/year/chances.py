"""How the simulated year goes on average: shares and durations, each with where it comes from.

Published figures are few and of mixed worth; what no source names is our own assumption and says so. None of this is
a claim about any agency: it makes a year of plausible shape, so that every path of the house is walked often.
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from math import exp, log
from random import Random

_NINTH_DECILE = 1.2816
"""Standard deviations above the mean at which nine in ten lie below."""


@dataclass(frozen=True)
class Span:
    """A duration by its median and by what nine in ten do not exceed, in days."""

    median: float
    nine_in_ten: float

    def draw(self, random: Random) -> timedelta:
        spread = log(self.nine_in_ten / self.median) / _NINTH_DECILE
        return timedelta(days=self.median * exp(random.gauss(0, spread)))


Shares = dict[str, float]


def drawn(random: Random, shares: Shares) -> str:
    """One of the names, by their weights."""
    return random.choices(list(shares), weights=list(shares.values()))[0]


# --- the packet -------------------------------------------------------------------------------------------

NIGO_AT_FIRST = 0.60
"""Between 69 % of paper applications (a carriers' survey of 2016) and a vendor's 60 % over all lines."""
STILL_NIGO = 0.15
"""Of corrected packets. Assumed."""
NEVER_CORRECTED = 0.03
SET_ASIDE = 0.03
"""Of applications not in good order: a person at the desk accepts what can be accepted. Both assumed."""
CORRECTING = Span(6, 14)
"""A round trip is put at a week or more by a vendor."""
GIVING_UP = timedelta(days=60)
"""Without a corrected packet the desk withdraws the case. Assumed."""
SAME_LIFE = 0.02
"""A second application on a life that has one. Assumed."""

# --- vendors ----------------------------------------------------------------------------------------------

VENDOR_TAKES_UP = Span(0.5, 1.5)
FIRST_CALL = Span(1.2, 2.5)
"""An exam company calls within 24 to 48 hours (a carrier's field guide)."""
APPOINTMENT_IN = Span(4, 9)
LAB = Span(3, 6)
FACILITY_ANSWERS = Span(16, 28)
"""A physician's statement takes two to four weeks (an agency's published answers)."""
INTERVIEW = Span(3, 8)
UNREACHED: Shares = {"0": 0.78, "1": 0.13, "2": 0.06, "3": 0.03}
"""Calls in vain before an appointment."""
NO_SHOW, REDRAW, REFUSES = 0.08, 0.015, 0.012
FEE_DUE, AUTHORIZATION_REJECTED, NO_RECORDS, PARTIAL = 0.35, 0.04, 0.03, 0.10
FORGOTTEN = 0.01
"""Orders that a vendor takes up only when it is asked about them. These are all assumed."""

# --- agents, clients and the desk ---------------------------------------------------------------------------

BRINGING = Span(6, 18)
"""What the agent has to bring: questionnaires, certifications."""
GIVES_UP_AFTER_REFUSAL = 0.4
ANSWERING_AN_OFFER = Span(6, 15)
ANSWERS: Shares = {"accept_offer": 0.72, "refuse_offer": 0.13, "silence": 0.15}
OFFER_RENEWED = 0.5
CLIENT_WITHDRAWS = 0.05
CHANGES: Shares = {"none": 0.95, "change_face_amount": 0.02, "change_beneficiary": 0.015, "change_mode": 0.015}
DELIVERING = Span(14, 30)
"""Some carriers cancel when receipts are not back in 60 to 90 days."""
ASKS_TO_REOPEN = 0.4
REOPENING = Span(70, 130)
"""All but the days of delivery are assumed."""

# --- carriers ---------------------------------------------------------------------------------------------

ACKNOWLEDGING = Span(1, 2.5)
CARRIER_NIGO = 0.03
RAISES_MORE = 0.2
RAISING = Span(4, 9)
DECIDING = Span(5, 13)
"""Two days to two weeks after the file is complete (an agency's published answers)."""
IDLE = timedelta(days=45)
"""Closed when nothing came for so long (a carrier's guide)."""
DECISIONS: Shares = {
    "approved": 0.655,
    "approved_other_than_applied": 0.16,
    "tentative_offer": 0.03,
    "postponed": 0.045,
    "declined": 0.085,
    "withdrawn_by_carrier": 0.01,
    "closed_incomplete": 0.015,
}
"""About three in four end with a policy, more than 15 % are not taken or withdrawn (published at second hand, of
applications that qualify for accelerated underwriting)."""
DATED_OFFERS = 0.9
OFFER_STANDS = (14, 30)
ISSUING = Span(3, 7)
DELIVERY_REQUIREMENTS: Shares = {"0": 0.4, "1": 0.4, "2": 0.2}
NOT_TAKEN_AFTER_ISSUE = 0.06
FREE_LOOK, RESCINDED = 0.012, 0.002

# --- the wire -----------------------------------------------------------------------------------------------

SAID_TWICE, SAID_LATE, LOST = 0.02, 0.01, 0.004
"""Of the words of vendors and carriers: published again, published a day late, and never (carriers only, until they
are asked for it). Assumed."""

_OPENS, _CLOSES = time(14), time(22)
"""Working hours, in UTC: morning to late afternoon in most of the United States."""


def in_working_hours(moment: datetime, random: Random) -> datetime:
    """This moment if people are at work then, else some time on the next working day."""
    day, late = moment.date(), moment.time() > _CLOSES
    if moment.weekday() < 5 and _OPENS <= moment.time() <= _CLOSES:
        return moment
    if moment.weekday() >= 5 or late:
        day += timedelta(days=1)
    while day.weekday() >= 5:
        day += timedelta(days=1)
    span = _CLOSES.hour - _OPENS.hour
    return datetime.combine(day, _OPENS, moment.tzinfo) + timedelta(hours=random.uniform(0, span))
