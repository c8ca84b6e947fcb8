"""What must hold of mails: each due one is queued, told of, and in the mailbox, once and in its case's order."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime

from goodorder.verify.books import Books
from goodorder.verify.rule import Breach, Kind, RuleBook
from schemas.codes import DeliveryOutcome
from schemas.dead_letter_events import DeadLettersBegan
from schemas.document_events import DocumentUnmatched, LateDocumentFiled
from schemas.events import CaseChanged, DocumentRefused, MailDelivery
from schemas.requirement_events import RequirementNotice
from services.notify.letters import about_change, about_requirement

RULES = RuleBook()

_SETTLED = frozenset(outcome.value for outcome in DeliveryOutcome)


@RULES.rule("mail-queued", Kind.LOST, "All that somebody is to hear of has its mail.")
def mail_queued(books: Books) -> Iterable[Breach]:
    queued = {(mail.about, mail.occasion) for mail in books.notifications}
    for about, occasion, at in _due(books):
        if (about, occasion) not in queued:
            yield Breach(about, f"no mail was written about {occasion}", at)


@RULES.rule("mail-told", Kind.LOST, "What became of every mail is known and was published.")
def mail_told(books: Books) -> Iterable[Breach]:
    told = {event.data["notification_id"] for event in books.of(MailDelivery)}
    for mail in books.notifications:
        if mail.state not in _SETTLED:
            yield Breach(mail.about, f"mail {mail.id} is {mail.state}", mail.queued_at)
        elif mail.id not in told and mail.queued_at > books.on_topics_since:
            yield Breach(mail.about, f"mail {mail.id} is {mail.state}, and nobody was told", mail.queued_at)


@RULES.rule("mail-told-once", Kind.DOUBLED, "Of no mail it is published twice what became of it.")
def mail_told_once(books: Books) -> Iterable[Breach]:
    for mail, times in Counter(event.data["notification_id"] for event in books.of(MailDelivery)).items():
        if times > 1:
            yield Breach(mail, f"was told of {times} times")


@RULES.rule("mail-once", Kind.DOUBLED, "No two mails are written about the same occasion.")
def mail_once(books: Books) -> Iterable[Breach]:
    for (about, occasion), times in Counter((mail.about, mail.occasion) for mail in books.notifications).items():
        if times > 1:
            yield Breach(about, f"{times} mails were written about {occasion}")


@RULES.rule("mail-arrived", Kind.LOST, "Every mail told of as sent lies in the mailbox.")
def mail_arrived(books: Books) -> Iterable[Breach]:
    if books.mails is None:
        return
    arrived = {mail.message_id for mail in books.mails}
    for event in books.of(MailDelivery):
        if event.data["outcome"] == DeliveryOutcome.SENT and event.data["message_id"] not in arrived:
            yield Breach(event.key, f"mail {event.data['message_id']} was told of as sent and did not arrive", event.at)


@RULES.rule("mail-arrived-once", Kind.DOUBLED, "No mail lies in the mailbox twice.")
def mail_arrived_once(books: Books) -> Iterable[Breach]:
    for name, times in Counter(mail.message_id for mail in books.mails or () if not mail.again).items():
        if times > 1:
            yield Breach(name, f"lies in the mailbox {times} times")


@RULES.rule("mail-known", Kind.LOST, "Of every mail in the mailbox it was told that it was sent.")
def mail_known(books: Books) -> Iterable[Breach]:
    told = {event.data.get("message_id") for event in books.of(MailDelivery)}
    for mail in books.mails or ():
        if mail.message_id not in told and mail.at > books.on_topics_since:
            yield Breach(mail.message_id, "lies in the mailbox, and nobody was told", mail.at)


@RULES.rule("mails-in-order", Kind.OUT_OF_ORDER, "The mails of a case arrive in the order in which they were written.")
def mails_in_order(books: Books) -> Iterable[Breach]:
    arrived: dict[str, datetime] = {}
    for mail in books.mails or ():
        arrived[mail.message_id] = min(mail.at, arrived.get(mail.message_id, mail.at))
    of_case: dict[str, list[datetime]] = defaultdict(list)
    for written in sorted(books.notifications, key=lambda mail: mail.seq):
        if written.message_id in arrived:
            of_case[written.about].append(arrived[written.message_id])
    for about, times in of_case.items():
        if times != sorted(times):
            yield Breach(about, "its mails did not arrive in the order in which they were written")


def _due(books: Books) -> Iterator[tuple[str, str, datetime]]:
    """About what, on which occasion, since when a mail is due: as notify itself decides it."""
    for event in books.of(DocumentRefused):
        upload = event.data["upload"]
        occasion = f"{upload['bucket']}/{upload['key']}?{upload.get('version_id', '')}"
        yield event.data["document_id"], occasion, event.at
    for event in books.of(LateDocumentFiled):
        yield event.data["case_id"], event.data["document_id"], event.at
    for event in books.of(DocumentUnmatched):
        waits = DocumentUnmatched.model_validate(event.data)
        yield waits.document_id, waits.unmatched_at.isoformat(), event.at
    for event in books.of(DeadLettersBegan):
        kind = f"dead letters of {event.data['service']}: {event.data['cause']}"
        yield kind, event.data["dead_letter_id"], event.at
    for event in books.of(RequirementNotice):
        notice = RequirementNotice.model_validate(event.data)
        if about_requirement(notice):
            yield notice.case_id, notice.notice_id, event.at
    named: dict[str, set[str]] = defaultdict(set)
    for event in books.of(CaseChanged):
        change = CaseChanged.model_validate(event.data)
        letter = about_change(change, named[change.case_id])
        if letter:
            named[change.case_id] |= set(letter.named)
            yield change.case_id, str(change.revision), event.at
