"""Who sends and who receives which event: the services, and the parties outside."""

import re

from schemas.base import Contract
from schemas.carrier_events import ApplicationSubmitted, CarrierDecided, DocumentsSubmitted
from schemas.case_events import (
    CarrierAsked,
    CarrierListed,
    CarrierRequired,
    CaseAmended,
    CaseRequested,
    CaseStands,
    DifferenceFound,
)
from schemas.dead_letter_events import (
    CorrectDeadLetter,
    DeadLetterResolved,
    DeadLetterRevealed,
    DeadLettersBegan,
    DiscardDeadLetter,
    ReplayDeadLetter,
)
from schemas.document_events import CorrectValues, DocumentUnmatched, FileDocument, LateDocumentFiled
from schemas.events import (
    ApplicationRead,
    CaseChanged,
    DocumentReceived,
    DocumentRefused,
    MailDelivery,
    ProducerChanged,
    ProducerImported,
)
from schemas.file_events import DocumentUnpacked
from schemas.finding_events import FindingOverridden, OverrideFinding, VerdictReached
from schemas.privacy_events import CaseForgotten, EraseCase, PrivacyRequested, PrivateDataOpened
from schemas.private import plan_of
from schemas.requirement_events import (
    OrderCancelled,
    OrderFollowedUp,
    RequirementNotice,
    RequirementOrdered,
    RequirementRequest,
    RequirementsChanged,
    VendorStatusReported,
)
from schemas.topics import SERVICES

CARRIER, VENDOR, OPERATIONS = "carrier", "vendor", "operations"

OUTSIDE = {
    CARRIER: "A carrier, in any language, on its own two topics.",
    VENDOR: "An exam company, a records service: whoever takes orders.",
    OPERATIONS: "The people who watch the house, with the command line `goodorder`.",
}

_SENDS: dict[str, tuple[type[Contract], ...]] = {
    "intake": (
        DocumentReceived,
        DocumentUnpacked,
        DocumentRefused,
        LateDocumentFiled,
        DocumentUnmatched,
        ApplicationRead,
        CaseForgotten,
        PrivateDataOpened,
    ),
    "validation": (VerdictReached, FindingOverridden),
    "requirements": (RequirementsChanged, RequirementNotice, RequirementOrdered, OrderFollowedUp, OrderCancelled),
    "cases": (
        CaseChanged,
        CaseStands,
        ApplicationSubmitted,
        DocumentsSubmitted,
        RequirementRequest,
        CarrierAsked,
        CaseAmended,
        DifferenceFound,
        EraseCase,
        PrivateDataOpened,
    ),
    "notify": (MailDelivery,),
    "licensing": (ProducerChanged,),
    "console": (
        OverrideFinding,
        RequirementRequest,
        CaseRequested,
        FileDocument,
        CorrectValues,
        ReplayDeadLetter,
        DiscardDeadLetter,
        CorrectDeadLetter,
        DeadLetterRevealed,
        DeadLettersBegan,
        PrivateDataOpened,
    ),
    CARRIER: (CarrierDecided, CarrierRequired, CarrierListed),
    VENDOR: (VendorStatusReported,),
    OPERATIONS: (
        ProducerImported,
        ReplayDeadLetter,
        DiscardDeadLetter,
        CorrectDeadLetter,
        DeadLetterRevealed,
        OverrideFinding,
        RequirementRequest,
        CaseRequested,
        FileDocument,
        PrivateDataOpened,
        PrivacyRequested,
    ),
}

_RECEIVES: dict[str, tuple[type[Contract], ...]] = {
    "intake": (DocumentReceived, FileDocument, CorrectValues, CaseChanged, EraseCase),
    "validation": (ApplicationRead, OverrideFinding, CaseChanged, ProducerChanged, CaseForgotten),
    "requirements": (
        ApplicationRead,
        VerdictReached,
        VendorStatusReported,
        RequirementRequest,
        CaseChanged,
        CaseAmended,
        CaseForgotten,
    ),
    "cases": (
        ApplicationRead,
        VerdictReached,
        RequirementsChanged,
        CarrierDecided,
        CarrierRequired,
        CarrierListed,
        CaseRequested,
        PrivacyRequested,
        CaseForgotten,
    ),
    "notify": (
        CaseChanged,
        DocumentRefused,
        LateDocumentFiled,
        DocumentUnmatched,
        RequirementNotice,
        DeadLettersBegan,
    ),
    "licensing": (ProducerImported,),
    "console": (
        DocumentReceived,
        DocumentRefused,
        DocumentUnpacked,
        ApplicationRead,
        VerdictReached,
        FindingOverridden,
        RequirementsChanged,
        RequirementNotice,
        RequirementOrdered,
        OrderFollowedUp,
        OrderCancelled,
        VendorStatusReported,
        LateDocumentFiled,
        DocumentUnmatched,
        CaseChanged,
        CaseStands,
        CaseRequested,
        CaseAmended,
        DifferenceFound,
        CarrierDecided,
        CarrierRequired,
        MailDelivery,
        ProducerChanged,
        PrivateDataOpened,
        DeadLetterRevealed,
        CaseForgotten,
    ),
    CARRIER: (ApplicationSubmitted, DocumentsSubmitted, CarrierAsked),
    VENDOR: (RequirementOrdered, OrderFollowedUp, OrderCancelled),
    OPERATIONS: (
        DocumentUnpacked,
        MailDelivery,
        DeadLetterResolved,
        DeadLetterRevealed,
        FindingOverridden,
        RequirementNotice,
        DifferenceFound,
        CaseAmended,
        PrivateDataOpened,
        CaseForgotten,
    ),
}


_ONLY_SHOWN: dict[str, tuple[type[Contract], ...]] = {
    "console": (CarrierDecided, CarrierRequired, VendorStatusReported),
}


def only_shown(service: str) -> tuple[type[Contract], ...]:
    """Outsiders' words that a service shows and another acts on: a malformed one is the other's dead letter alone."""
    return _ONLY_SHOWN.get(service, ())


def carrier_reader(carrier: str) -> str:
    """A carrier as somebody that private values are sealed for."""
    return f"carriers/{carrier}"


def vendor_reader(vendor: str) -> str:
    """A vendor, by its name in the carriers' files, as somebody that private values are sealed for."""
    return f"vendors/{in_a_path(vendor)}"


def in_a_path(name: str) -> str:
    """A name as part of a path: ``Larkfield Exams`` is ``larkfield-exams``."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


PARTIES = (*SERVICES, *OUTSIDE)


def sends(party: str) -> tuple[type[Contract], ...]:
    """The data of the events that a party sends; every service tells what became of its dead letters."""
    return (*_SENDS[party], *((DeadLetterResolved,) if party in SERVICES else ()))


def receives(party: str) -> tuple[type[Contract], ...]:
    """The data of the events that a party receives; every service takes commands about its dead letters."""
    return (*_RECEIVES[party], *((ReplayDeadLetter, DiscardDeadLetter, CorrectDeadLetter) if party in SERVICES else ()))


def handles_private(party: str) -> bool:
    """Whether a party sends or receives private values at all."""
    return any(plan_of(data) for data in (*sends(party), *receives(party)))
