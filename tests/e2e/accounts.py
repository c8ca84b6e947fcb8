"""The accounts of a whole stack: what lies in S3 against documents, cases, changes and mails.

Nothing is taken on a service's word alone: uploads are counted in S3, events on Kafka, mails in the Maildir.
An event published twice under one id is a repeat, which every consumer recognises, and no fault.
"""

import email
import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import boto3

from infra.stack.run import RunInfo
from schemas.base import Contract
from schemas.codes import DeliveryOutcome
from schemas.envelope import CloudEvent
from schemas.events import (
    BY_DATA,
    ApplicationRead,
    ApplicationSubmitted,
    CaseChanged,
    DocumentReceived,
    DocumentRefused,
    MailDelivery,
    ProducerChanged,
    RequirementOrdered,
    RequirementsChanged,
    VerdictReached,
)
from services.chassis.record import Record
from services.notify.letters import about_change
from services.validation.verdict import says_the_same

_READ: tuple[type[Contract], ...] = (
    DocumentReceived,
    DocumentRefused,
    ApplicationRead,
    VerdictReached,
    RequirementsChanged,
    RequirementOrdered,
    CaseChanged,
    ApplicationSubmitted,
    MailDelivery,
    ProducerChanged,
)
_BY_TYPE = {BY_DATA[data].type: data for data in _READ}


@dataclass
class Accounts:
    uploads: int = 0
    documents: int = 0
    cases: int = 0
    changes: int = 0
    refusals: int = 0
    mails: int = 0
    dead_letters: int = 0
    repeats: int = 0
    """Publications of an event id that was published before."""
    repeated_mails: int = 0
    """Mails sent again under the same Message-ID after a kill; the mailbox keeps one."""
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    out_of_order: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        counts = (
            "uploads",
            "documents",
            "cases",
            "changes",
            "refusals",
            "mails",
            "dead_letters",
            "repeats",
            "repeated_mails",
        )
        figures = "  ".join(f"{name.replace('_', ' ')} {getattr(self, name)}" for name in counts)
        faults = "  ".join(f"{name.replace('_', ' ')} {len(getattr(self, name))}" for name in _FAULTS)
        first = [line for name in _FAULTS for line in getattr(self, name)[:5]]
        return "\n".join([f"{figures}  |  {faults}", *first])

    @property
    def add_up(self) -> bool:
        return not (self.lost or self.doubled or self.out_of_order)


_FAULTS = ("lost", "doubled", "out_of_order")


class Ledger:
    """Everything that was published, once each, in the order of its first publication in its partition."""

    def __init__(self) -> None:
        self._events: dict[type[Contract], list[Any]] = defaultdict(list)
        self._seen: set[tuple[str, str]] = set()
        self.dead_letters = 0
        self.repeats = 0

    def of(self, data: type[Contract]) -> list[Any]:
        return self._events[data]

    def add(self, records: Iterable[Record]) -> None:
        for record in records:
            if record.topic.endswith(".dead-letters"):
                self.dead_letters += 1
                continue
            data = _BY_TYPE.get(dict(record.headers).get("ce_type", b"").decode())
            if data is None:
                continue
            event = CloudEvent[data].model_validate_json(record.value or b"")  # type: ignore[valid-type]
            if (event.source, event.id) in self._seen:
                self.repeats += 1
                continue
            self._seen.add((event.source, event.id))
            self._events[data].append(event.data)


def uploads_in(run: RunInfo) -> dict[tuple[str, str], str]:
    """The SHA-256 of every object version in the drop, by key and version."""
    environment = run.environment()
    s3 = boto3.client(
        "s3",
        endpoint_url=run.objects_url,
        region_name=environment["AWS_REGION"],
        aws_access_key_id=environment["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=environment["AWS_SECRET_ACCESS_KEY"],
    )
    bucket, found = environment["GOODORDER_DROP_BUCKET"], {}
    for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix="drop/"):
        for version in page.get("Versions", []):
            content = s3.get_object(Bucket=bucket, Key=version["Key"], VersionId=version["VersionId"])["Body"].read()
            found[version["Key"], version["VersionId"]] = hashlib.sha256(content).hexdigest()
    return found


def mails_in(run: RunInfo) -> list[email.message.Message]:
    """Every mail that the sink took, as its headers and text."""
    return [email.message_from_bytes(path.read_bytes()) for path in sorted((run.mail / "new").iterdir())]


def take_accounts(run: RunInfo, ledger: Ledger) -> Accounts:
    """Compare everything with everything."""
    uploads, mails = uploads_in(run), mails_in(run)
    accounts = Accounts(
        uploads=len(uploads),
        documents=len(ledger.of(DocumentReceived)),
        cases=len({read.case_id for read in ledger.of(ApplicationRead)}),
        changes=len(ledger.of(CaseChanged)),
        refusals=len(ledger.of(DocumentRefused)),
        mails=len(mails),
        dead_letters=ledger.dead_letters,
        repeats=ledger.repeats,
        repeated_mails=len(list((run.mail / "repeated").iterdir())),
    )
    _documents(accounts, ledger, uploads)
    _cases(accounts, ledger)
    _changes(accounts, ledger)
    _mails(accounts, ledger, mails)
    return accounts


def _documents(accounts: Accounts, ledger: Ledger, uploads: dict[tuple[str, str], str]) -> None:
    received = Counter(document.document_id for document in ledger.of(DocumentReceived))
    filed = Counter(doc.document_id for read in ledger.of(ApplicationRead) for doc in read.documents)
    refused = Counter((r.document_id, r.upload.key, r.upload.version_id) for r in ledger.of(DocumentRefused))
    for (key, version), document in uploads.items():
        if not received[document]:
            accounts.lost.append(f"upload {key} was never received")
        elif not filed[document] and not refused[document, key, version]:
            accounts.lost.append(f"upload {key} was neither read nor refused")
    accounts.doubled += [f"document {name[:12]} was received {n} times" for name, n in received.items() if n > 1]
    accounts.doubled += [f"document {name[:12]} was filed {n} times" for name, n in filed.items() if n > 1]
    accounts.doubled += [f"upload {key} was refused {n} times" for (_, key, _), n in refused.items() if n > 1]


def _cases(accounts: Accounts, ledger: Ledger) -> None:
    read = {(event.case_id, event.version) for event in ledger.of(ApplicationRead)}
    judged: dict[tuple[str, int], list[VerdictReached]] = defaultdict(list)
    for reached in ledger.of(VerdictReached):
        judged[reached.case_id, reached.version].append(reached)
    opened = {event.case_id for event in ledger.of(CaseChanged)}
    accounts.lost += [f"case {case} version {version} has no verdict" for case, version in read - judged.keys()]
    accounts.lost += [f"case {case} was read but never opened" for case in {case for case, _ in read} - opened]
    # A version is judged again when its agent's record changes, but only to say something else.
    accounts.doubled += [
        f"case {case} version {version} was judged again, to say the same"
        for (case, version), verdicts in judged.items()
        if any(says_the_same(before, after) for before, after in pairwise(verdicts))
    ]
    for name, things in (
        ("submission", Counter(event.submission_id for event in ledger.of(ApplicationSubmitted))),
        ("order", Counter(event.requirement_id for event in ledger.of(RequirementOrdered))),
    ):
        accounts.doubled += [f"{name} {thing} was made {n} times" for thing, n in things.items() if n > 1]


def _changes(accounts: Accounts, ledger: Ledger) -> None:
    revisions: dict[str, list[int]] = defaultdict(list)
    for change in ledger.of(CaseChanged):
        revisions[change.case_id].append(change.revision)
    for case, found in revisions.items():
        if len(set(found)) != len(found):
            accounts.doubled.append(f"case {case} has revisions {found}")
        elif found != sorted(found):
            accounts.out_of_order.append(f"case {case} has revisions {found}")
        elif found != list(range(1, len(found) + 1)):
            accounts.lost.append(f"case {case} has revisions {found}")


def _letters_due(ledger: Ledger) -> Counter[str]:
    """How many mails each case, and each refused document, calls for."""
    due: Counter[str] = Counter(refused.document_id for refused in ledger.of(DocumentRefused))
    named: dict[str, set[str]] = defaultdict(set)
    for change in sorted(ledger.of(CaseChanged), key=lambda change: (change.case_id, change.revision)):
        letter = about_change(change, named[change.case_id])
        if letter:
            due[change.case_id] += 1
            named[change.case_id] |= set(letter.named)
    return due


def _mails(accounts: Accounts, ledger: Ledger, mails: list[email.message.Message]) -> None:
    due, deliveries = _letters_due(ledger), ledger.of(MailDelivery)
    told = Counter(event.case_id or event.document_id for event in deliveries)
    for thing in due.keys() | told.keys():
        if told[thing] < due[thing]:
            accounts.lost.append(f"{thing}: {due[thing]} mails due, {told[thing]} told")
        elif told[thing] > due[thing]:
            accounts.doubled.append(f"{thing}: {due[thing]} mails due, {told[thing]} told")
    arrived = Counter(str(mail["Message-ID"]) for mail in mails)
    for event in deliveries:
        if event.outcome is DeliveryOutcome.SENT and not arrived[str(event.message_id)]:
            accounts.lost.append(f"mail {event.message_id} was reported as sent and did not arrive")
    accounts.doubled += [f"mail {name} arrived {n} times" for name, n in arrived.items() if n > 1]
    unknown = arrived.keys() - {str(event.message_id) for event in deliveries}
    accounts.lost += [f"mail {name} arrived and was never reported" for name in unknown]
