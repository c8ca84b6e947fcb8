"""Everything that a stack has published and mailed, as its models."""

import email
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from infra.stack.run import RunInfo
from schemas.base import Contract
from schemas.carrier_events import ApplicationSubmitted, DocumentsSubmitted
from schemas.document_events import DocumentUnmatched, LateDocumentFiled
from schemas.envelope import CloudEvent
from schemas.events import (
    BY_DATA,
    ApplicationRead,
    CaseChanged,
    DocumentReceived,
    DocumentRefused,
    MailDelivery,
    ProducerChanged,
)
from schemas.finding_events import VerdictReached
from schemas.requirement_events import RequirementOrdered, RequirementsChanged
from services.chassis.private.events import as_opened
from services.chassis.private.vault import Forgotten, Vault
from services.chassis.record import Record

_READ: tuple[type[Contract], ...] = (
    DocumentReceived,
    DocumentRefused,
    DocumentUnmatched,
    LateDocumentFiled,
    ApplicationRead,
    VerdictReached,
    RequirementsChanged,
    RequirementOrdered,
    CaseChanged,
    ApplicationSubmitted,
    DocumentsSubmitted,
    MailDelivery,
    ProducerChanged,
)


_BY_TYPE = {BY_DATA[data].type: data for data in _READ}


class Ledger:
    """Everything that was published, once each, in the order of its first publication in its partition."""

    def __init__(self, vault: Vault) -> None:
        """``vault``: the house's own, to look into what is sealed."""
        self._vault = vault
        self._events: dict[type[Contract], list[Any]] = defaultdict(list)
        self._seen: set[tuple[str, str]] = set()
        self.dead_letters: set[tuple[str, str]] = set()
        """The service that gave up, and the key of what it gave up: a document's or a case's id."""

    def of(self, data: type[Contract]) -> list[Any]:
        return self._events[data]

    def add(self, records: Iterable[Record]) -> None:
        for record in records:
            if record.topic.endswith(".dead-letters"):
                service, _, _ = record.topic.partition(".")
                self.dead_letters.add((service, (record.key or b"").decode()))
                continue
            data = _BY_TYPE.get(dict(record.headers).get("ce_type", b"").decode())
            if data is None:
                continue
            try:
                opened = as_opened(record.value or b"", data, lambda: self._vault)
            except Forgotten:  # by another test
                continue
            event = CloudEvent[data].model_validate_json(opened)  # type: ignore[valid-type]
            if (event.source, event.id) not in self._seen:
                self._seen.add((event.source, event.id))
                self._events[data].append(event.data)


def mails_in(run: RunInfo) -> list[email.message.Message]:
    """Every mail that the sink took, as its headers and text."""
    return [email.message_from_bytes(path.read_bytes()) for path in sorted((run.mail / "new").iterdir())]
