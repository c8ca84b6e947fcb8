"""The frozen case: what is known of it and where it stands, and what one event led to."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from schemas.base import CaseId, Contract, UtcDatetime
from schemas.carrier import Carrier
from schemas.carrier_events import CarrierDecided
from schemas.case_events import CarrierRequired
from schemas.codes import (
    CarrierRequirementStatus,
    CaseRequestKind,
    CaseState,
    RequirementStage,
    RequirementStatus,
)
from schemas.events import CaseChanged
from schemas.finding_events import VerdictReached
from schemas.insured import UNKNOWN
from schemas.requirement_events import RequirementsChanged
from services.cases.facts import Fact, VersionRead


class Standing(Contract):
    """Since when a requirement has its status."""

    status: str
    since: UtcDatetime


class Waiting(Contract):
    """A carrier's word that the state did not allow when it took effect; an earlier one may be missing."""

    fact: str
    speaker: str
    word: CarrierDecided


class Asked(Contract):
    """What a person asked of the case that is not done yet."""

    request: CaseRequestKind
    since: UtcDatetime
    version: int


class Relation(Contract):
    """Another case on the same life, and how the two belong together."""

    kind: CaseRequestKind
    other_case_id: CaseId


class Case(Contract):
    """All that is known of a case; before its application came it has no state."""

    case_id: CaseId
    state: CaseState | None = None
    since: UtcDatetime | None = None
    """When it came to this state."""
    revision: int = 0
    """Of the last change that was published."""
    trail: tuple[int, ...] = ()
    """For each step of its history the revision that told of it."""
    taken: tuple[UtcDatetime, int, int, str] | None = None
    """The place of the last fact taken in."""
    version: int = 0
    """Version of the application that the state speaks of."""
    submitted_version: int = 0
    submitted_at: UtcDatetime | None = None
    carrier: str = ""
    carrier_name: str = ""
    product_name: str | None = None
    agent_code: str | None = None
    insured_masked: str = UNKNOWN
    uploaded_at: UtcDatetime | None = None
    present: VersionRead | None = None
    """The version that the state speaks of."""
    newest: VersionRead | None = None
    """The newest version, where it waits to be taken up."""
    verdict: VerdictReached | None = None
    """On the newest version that was judged."""
    requirements: RequirementsChanged | None = None
    standings: dict[str, Standing] = {}
    """By requirement id, the carrier's own ones among them."""
    raised: tuple[CarrierRequired, ...] = ()
    """The carrier's own requirements, each as it stands now."""
    word: CarrierDecided | None = None
    """The carrier's own last word, kept beside our state."""
    waiting: tuple[Waiting, ...] = ()
    carrier_reference: str | None = None
    by_hand: int = 0
    """The version that a person told to submit."""
    asked: tuple[Asked, ...] = ()
    relations: tuple[Relation, ...] = ()

    def open_raised(self, stage: RequirementStage) -> tuple[CarrierRequired, ...]:
        """What the carrier raised for this stage and still waits for, but for what the requirements desk follows."""
        listed = self.requirements.requirements if self.requirements else ()
        followed = {each.carrier_reference for each in listed}
        return tuple(
            each
            for each in self.raised
            if each.stage is stage
            and each.status is CarrierRequirementStatus.OUTSTANDING
            and each.requirement_id not in followed
        )

    @property
    def outstanding(self) -> int | None:
        """Requirements for underwriting that are outstanding; ``None`` while none are known."""
        if self.requirements is None and not any(r.stage is RequirementStage.UNDERWRITING for r in self.raised):
            return None
        ours = self.requirements.outstanding if self.requirements else 0
        return ours + len(self.open_raised(RequirementStage.UNDERWRITING))

    @property
    def lapses_at(self) -> datetime | None:
        """When an offer that is out is void without an answer."""
        return self.word.answer_by if self.word and self.state is CaseState.OFFER_OUT else None


DONE = frozenset(
    {
        RequirementStatus.RECEIVED,
        RequirementStatus.SATISFIED,
        RequirementStatus.WAIVED,
        RequirementStatus.CANCELLED,
    }
)
"""A requirement of ours that needs nobody's hand any more."""


class RemarkKind(StrEnum):
    LATE = "late"
    REPEATED = "repeated"
    NOT_NEEDED = "not_needed"
    WAITING = "waiting"
    """A carrier's word that is not possible now and may be when an earlier one has come."""
    OVERTAKEN = "overtaken"
    """A carrier's word that waited until a newer one took its place."""
    NOTED = "noted"
    """It changed what is known of the case, and no state."""
    REFUSED = "refused"
    """A request that the state does not allow."""


@dataclass(frozen=True)
class Remark:
    """Something that came and changed no state; the history keeps it."""

    kind: RemarkKind
    text: str
    occurred_at: datetime
    fact: str


@dataclass(frozen=True)
class Submission:
    """A version to be sent to its carrier."""

    version: int
    at: datetime


@dataclass(frozen=True)
class Outcome:
    """What one or more facts led to."""

    case: Case
    changes: tuple[CaseChanged, ...] = ()
    submissions: tuple[Submission, ...] = ()
    remarks: tuple[Remark, ...] = ()

    def remarked(self, kind: RemarkKind, text: str, at: datetime, fact: str) -> "Outcome":
        return replace(self, remarks=(*self.remarks, Remark(kind, text, at, fact)))

    def knowing(self, **news: object) -> "Outcome":
        return replace(self, case=self.case.model_copy(update=news))

    def then(self, more: "Outcome") -> "Outcome":
        """This and what came of going on from here."""
        return Outcome(
            more.case,
            (*self.changes, *more.changes),
            (*self.submissions, *more.submissions),
            (*self.remarks, *more.remarks),
        )


@dataclass(frozen=True)
class Around:
    """What a case is decided by beside its own facts."""

    carriers: Mapping[str, Carrier]
    submitted: Mapping[int, datetime]
    """The versions that did go to the carrier, and when: what was done stays done."""
    now: datetime
    following: Fact | None = None
    """The next fact in the case's order, where one is known already: the fact that is taken is in the past then."""

    def may_send(self, case: Case) -> bool:
        """Whether the present version goes to its carrier here. It does not in a past in which it was not sent, unless
        the next is a word of the carrier: in that order it would have been sent before."""
        following = self.following
        return case.version in self.submitted or following is None or following.speaker == case.carrier
