"""The facts that a case is made of, in the order in which they took effect, whatever order they came in."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from schemas.base import CaseId, Contract, Sha256, UtcDatetime
from schemas.carrier import Carrier
from schemas.carrier_events import CarrierDecided
from schemas.case_events import CarrierRequired, CaseRequested
from schemas.codes import CarrierDecisionKind, FilingWay, PremiumMode, RequirementKind
from schemas.document_events import VersionChanges
from schemas.events import ApplicationRead
from schemas.finding_events import VerdictReached
from schemas.insured import masked
from schemas.requirement_events import RequirementsChanged


class Paper(Contract):
    """A document of a version, without a word of what it says."""

    document_id: Sha256
    uploaded_at: UtcDatetime | None = None
    version: int | None = None
    """The version that it came with."""
    filed: FilingWay | None = None
    requirement: RequirementKind | None = None


class VersionRead(Contract):
    """What the case itself needs to know of a version of its application: nothing personal but the masked name."""

    case_id: CaseId
    version: int
    carrier: str
    carrier_name: str
    product_name: str | None = None
    face_amounts: tuple[Decimal, Decimal] | None = None
    """Lowest and highest that the product is issued for at any age."""
    face_amount: Decimal | None = None
    mode: PremiumMode | None = None
    agent_code: str | None = None
    insured_masked: str
    uploaded_at: UtcDatetime
    reading_started_at: UtcDatetime
    read_at: UtcDatetime
    documents: tuple[Paper, ...] = ()
    """The newest first."""
    changes: VersionChanges | None = None
    """Beside the version before."""

    @property
    def arrived_at(self) -> datetime | None:
        """When the newest document was uploaded; for a later version than the first only."""
        return self.documents[0].uploaded_at if self.changes and self.documents else None

    @property
    def news(self) -> str:
        """What it brought, in a few words; nothing for the first version."""
        if self.changes is None:
            return ""
        counts = ((len(self.changes.documents), "document"), (len(self.changes.forms_added), "further form"))
        said = [f"{count} {name}{'' if count == 1 else 's'}" for count, name in counts if count]
        count = len(self.changes.fields)
        if not said and not count:
            return "what a document answers"
        return ", ".join(
            [*said, f"{count} {'field' if count == 1 else 'fields'} changed" if count else "no field changed"]
        )


class OfferLapsed(Contract):
    """The day to answer an offer by went past."""

    case_id: CaseId
    answer_by: UtcDatetime


Matter = (
    VersionRead | VerdictReached | RequirementsChanged | CarrierRequired | CarrierDecided | CaseRequested | OfferLapsed
)

KINDS: dict[str, type[Matter]] = {
    "version_read": VersionRead,
    "verdict": VerdictReached,
    "requirements": RequirementsChanged,
    "carrier_required": CarrierRequired,
    "carrier_said": CarrierDecided,
    "requested": CaseRequested,
    "offer_lapsed": OfferLapsed,
}
"""Every kind of fact; of facts with the same time the kinds come in this order."""

_NAMES = {model: name for name, model in KINDS.items()}
_PLACES = {model: place for place, model in enumerate(KINDS.values())}
_WORDS = {decision: place for place, decision in enumerate(CarrierDecisionKind)}

Place = tuple[datetime, int, int, str]
"""A fact's place in the case's order. A carrier that gives days only says several things at one time: those come in
the order of a case's life."""


@dataclass(frozen=True)
class Fact:
    """Something that happened to a case, once and for all."""

    id: str
    """The identity of the event that told of it; an event that comes again is the same fact."""
    matter: Matter
    speaker: str = ""
    """The carrier whose topic it came on; empty for our own."""

    @property
    def kind(self) -> str:
        return _NAMES[type(self.matter)]

    @property
    def at(self) -> datetime:
        """When it took effect."""
        return _taking_effect(self.matter)

    @property
    def place(self) -> Place:
        word = _WORDS[self.matter.decision] if isinstance(self.matter, CarrierDecided) else 0
        return (self.at, _PLACES[type(self.matter)], word, self.id)


def version_read(read: ApplicationRead, carrier: Carrier) -> VersionRead:
    """The fact that a version was read."""
    coverage = read.application.coverage
    product = carrier.product(coverage.product)
    return VersionRead(
        case_id=read.case_id,
        version=read.version,
        carrier=carrier.id,
        carrier_name=carrier.file.name,
        product_name=product.name if product else None,
        face_amounts=product.face_amounts() if product else None,
        face_amount=coverage.face_amount,
        mode=read.application.premium.mode,
        agent_code=read.agent_code,
        insured_masked=masked(read.application.insured),
        uploaded_at=read.uploaded_at,
        reading_started_at=read.reading_started_at,
        read_at=read.read_at,
        documents=tuple(Paper.model_validate(filed, from_attributes=True) for filed in read.documents),
        changes=read.changes,
    )


def _taking_effect(matter: Matter) -> datetime:
    match matter:
        case VersionRead():
            return matter.read_at
        case VerdictReached():
            return matter.decided_at
        case RequirementsChanged():
            return matter.changed_at
        case CarrierRequired() | CarrierDecided():
            return matter.effective_at
        case CaseRequested():
            return matter.requested_at
        case OfferLapsed():
            return matter.answer_by
