"""Speaks on Kafka as a carrier or a vendor would, in the same events that they publish."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from goodorder.saying import said
from schemas.carrier_events import CarrierDecided
from schemas.case_events import CarrierRequired, CaseRequested
from schemas.document_events import FileDocument
from schemas.parties import vendor_reader
from schemas.requirement_events import Requirement, VendorStatusReported
from schemas.topics import CASES_REQUESTS, INTAKE_FILING_REQUESTS, VENDORS_STATUSES, decisions

if TYPE_CHECKING:
    from goodorder.broker import Broker, Place


@dataclass(frozen=True)
class Reporter:
    """Who speaks of a requirement."""

    name: str
    source: str
    """The events' source."""


def say_as_carrier(broker: "Broker", carrier: str, word: CarrierDecided | CarrierRequired) -> "Place":
    """Publish a carrier's word about a case on the carrier's own topic."""
    event = said(word, word.case_id, datetime.now(UTC), f"/carriers/{carrier}")
    return broker.publish(decisions(carrier).name, word.case_id, event)


def ask_of_case(broker: "Broker", asked: CaseRequested) -> "Place":
    """Publish what a person asks of a case."""
    return broker.publish(CASES_REQUESTS.name, asked.case_id, said(asked, asked.case_id, datetime.now(UTC)))


def file_document(broker: "Broker", asked: FileDocument) -> "Place":
    """Publish a person's word on where a document belongs."""
    document = asked.document_id
    return broker.publish(INTAKE_FILING_REQUESTS.name, document, said(asked, document, datetime.now(UTC)))


def say_of_requirement(broker: "Broker", reporter: Reporter, report: VendorStatusReported) -> "Place":
    """Publish one entry of a requirement's status log."""
    event = said(report, report.case_id, datetime.now(UTC), reporter.source)
    return broker.publish(VENDORS_STATUSES.name, report.case_id, event)


def reporter_of(requirement: Requirement, carrier: str) -> Reporter:
    """Who reports on a requirement: the vendor it was ordered from, else the carrier or the agent who brings it."""
    if requirement.vendor:
        return Reporter(requirement.vendor, f"/{vendor_reader(requirement.vendor)}")
    if requirement.carrier_owned:
        return Reporter(carrier, f"/carriers/{carrier}")
    return Reporter("the agent", "/vendors/agent")
