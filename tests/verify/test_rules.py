"""The checker sees what it is for: each thing broken on purpose is found, by the rule that is there for it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from goodorder.verify.books import Books, DeadLetter, DeadRecord, Document, StoredUpload, Waiting
from goodorder.verify.rule import judge
from goodorder.verify.rules import ALL
from schemas.base import Contract
from schemas.carrier_events import ApplicationSubmitted, CarrierDecided, DocumentsSubmitted
from schemas.dead_letter_events import CorrectDeadLetter
from schemas.events import BY_DATA, ApplicationRead, CaseChanged, DocumentReceived, DocumentRefused, MailDelivery
from schemas.finding_events import VerdictReached
from schemas.requirement_events import RequirementOrdered
from tests.verify.whole import BACK, DROP, GOOD, NIGO, NOW, SUBMITTED, TORN, sha, whole_books

Break = Callable[[Books], Books]


def without(data: type[Contract], key: str) -> Break:
    """The first event of a kind about something is gone from its topic, as if it had never been published."""

    def broken(books: Books) -> Books:
        gone = next(event for event in books.of(data) if event.key == key)
        forgotten = {
            name: replace(kept, inbox={one: at for one, at in kept.inbox.items() if one != gone.identity})
            for name, kept in books.services.items()
        }
        return replace(books, events=tuple(e for e in books.events if e is not gone), services=forgotten)

    return broken


def without_last(data: type[Contract], key: str) -> Break:
    """The last event of a kind about something is gone from its topic."""

    def broken(books: Books) -> Books:
        gone = [event for event in books.of(data) if event.key == key][-1]
        return replace(books, events=tuple(event for event in books.events if event is not gone))

    return broken


def once_more(data: type[Contract], key: str, **changed: Any) -> Break:
    """The first event of a kind about something comes a second time, as another event."""

    def broken(books: Books) -> Books:
        event = next(event for event in books.of(data) if event.key == key)
        second = replace(event, id=f"{event.id} again", offset=1000, data={**event.data, **changed})
        return replace(books, events=(*books.events, second))

    return broken


def swapped(data: type[Contract], key: str) -> Break:
    """The first two events of a kind about something lie the other way round."""

    def broken(books: Books) -> Books:
        first, second = [event for event in books.of(data) if event.key == key][:2]
        events = [second if event is first else first if event is second else event for event in books.events]
        return replace(books, events=tuple(events))

    return broken


def elsewhere(data: type[Contract], key: str) -> Break:
    """The last event of a kind about something lies on another partition."""

    def broken(books: Books) -> Books:
        event = [event for event in books.of(data) if event.key == key][-1]
        moved = replace(event, partition=(event.partition + 1) % 12, id=f"{event.id} moved")
        return replace(books, events=(*(each for each in books.events if each is not event), moved))

    return broken


def never_came_to(service: str, data: type[Contract], key: str) -> Break:
    def broken(books: Books) -> Books:
        event, kept = next(event for event in books.of(data) if event.key == key), books.services[service]
        inbox = {one: at for one, at in kept.inbox.items() if one != event.identity}
        return replace(books, services={**books.services, service: replace(kept, inbox=inbox)})

    return broken


def at_cases(**changed: Any) -> Break:
    return lambda books: replace(
        books, services={**books.services, "cases": replace(books.services["cases"], **changed)}
    )


def another_body(books: Books) -> Books:
    event = books.of(ApplicationRead)[0]
    return replace(books, events=(*books.events, replace(event, offset=1000, digest=sha("something else"))))


def less(name: str, place: int = 0) -> Break:
    """One row, object or mail is gone."""

    def broken(books: Books) -> Books:
        rows = getattr(books, name)
        return replace(books, **{name: tuple(row for number, row in enumerate(rows) if number != place % len(rows))})

    return broken


def doubled(name: str, **changed: Any) -> Break:
    """The first row comes twice."""

    def broken(books: Books) -> Books:
        rows = getattr(books, name)
        return replace(books, **{name: (*rows, replace(rows[0], **changed))})

    return broken


def first_is(name: str, **changed: Any) -> Break:
    def broken(books: Books) -> Books:
        first, *others = getattr(books, name)
        return replace(books, **{name: (replace(first, **changed), *others)})

    return broken


def late_mail(books: Books) -> Books:
    """The first of the two mails about the torn file arrives after the second."""
    first, *others = books.mails or ()
    return replace(books, mails=(*others, replace(first, at=NOW)))


def other_bytes(books: Books) -> Books:
    key = f"documents/{GOOD}"
    return replace(books, archive={**books.archive, key: replace(books.archive[key], sha256=sha("others"))})


NEW = StoredUpload(DROP, "drop/AG-1/new.pdf", "v1", 10, NOW - timedelta(minutes=5), sha("new"))
WAITS = Waiting(7, "cases.changes", NOW - timedelta(minutes=20))

BREAKS: dict[str, tuple[str, str, Break]] = {
    "an upload nobody saw": ("upload-on-record", NEW.key, lambda books: replace(books, uploads=(*books.uploads, NEW))),
    "a row of the ledger removed": ("upload-on-record", f"drop/AG-1/{GOOD[:6]}.pdf", less("ledger")),
    "an upload with other bytes": ("upload-on-record", f"drop/AG-1/{GOOD[:6]}.pdf", first_is("uploads", sha256=TORN)),
    "a document's event deleted": ("document-received", GOOD, without(DocumentReceived, GOOD)),
    "a document received twice": ("document-received-once", GOOD, once_more(DocumentReceived, GOOD)),
    "an archive object removed": ("document-in-archive", GOOD, lambda books: replace(books, archive={})),
    "an archive object spoiled": ("document-in-archive", GOOD, other_bytes),
    "a document not answered": ("document-answered", GOOD, without(ApplicationRead, SUBMITTED)),
    "one of two refusals deleted": ("refused-to-each", TORN, without(DocumentRefused, TORN)),
    "an upload refused twice": ("refused-once", f"drop/AG-1/{TORN[:6]}.pdf", once_more(DocumentRefused, TORN)),
    "a file in a ZIP that nobody received": (
        "member-has-outcome",
        BACK,
        lambda books: replace(books, documents=tuple(one for one in books.documents if one.document_id != BACK)),
    ),
    "a file in a ZIP that nobody read": (
        "member-has-outcome",
        BACK,
        lambda books: replace(books, documents=tuple(_unread(one) for one in books.documents)),
    ),
    "a refusal of a file in a ZIP deleted": ("refused-member-told", TORN, without_last(DocumentRefused, TORN)),
    "a version read twice": ("version-once", SUBMITTED, once_more(ApplicationRead, SUBMITTED)),
    "a version that came late": (
        "versions-in-order",
        NIGO,
        lambda books: once_more(ApplicationRead, NIGO, version=1)(first_version_is_2(books)),
    ),
    "a document that the next version lacks": (
        "documents-kept",
        SUBMITTED,
        once_more(ApplicationRead, SUBMITTED, version=2, documents=[{"document_id": BACK}]),
    ),
    "a version left out": ("documents-kept", NIGO, once_more(ApplicationRead, NIGO, version=3)),
    "a late document passed on twice": (
        "documents-passed-on-once",
        SUBMITTED,
        once_more(DocumentsSubmitted, SUBMITTED),
    ),
    "a verdict deleted": ("version-judged", SUBMITTED, without(VerdictReached, SUBMITTED)),
    "a verdict given twice": ("verdict-once", NIGO, once_more(VerdictReached, NIGO)),
    "a case that was never opened": (
        "case-opened",
        NIGO,
        lambda books: replace(books, cases={SUBMITTED: 3}),
    ),
    "a revision skipped": ("history-without-gaps", SUBMITTED, less("history", 1)),
    "a change deleted from its topic": ("change-published", SUBMITTED, without(CaseChanged, SUBMITTED)),
    "a change published as two events": ("change-once", SUBMITTED, once_more(CaseChanged, SUBMITTED)),
    "two changes swapped": ("changes-in-order", SUBMITTED, swapped(CaseChanged, SUBMITTED)),
    "a submission deleted": ("submission-told", SUBMITTED, without(ApplicationSubmitted, SUBMITTED)),
    "a submission made twice": ("submission-once", SUBMITTED, once_more(ApplicationSubmitted, SUBMITTED)),
    "an order deleted": ("order-told", SUBMITTED, without(RequirementOrdered, SUBMITTED)),
    "an order given twice": ("order-once", SUBMITTED, once_more(RequirementOrdered, SUBMITTED)),
    "a mail never written": ("mail-queued", NIGO, less("notifications", -1)),
    "a mail that nobody sends": ("mail-told", TORN, first_is("notifications", state="queued")),
    "a mail's outcome deleted": ("mail-told", TORN, without(MailDelivery, TORN)),
    "a mail told of twice": ("mail-told-once", "n-1", once_more(MailDelivery, TORN)),
    "a mail's row doubled": ("mail-once", TORN, doubled("notifications", id="n-9", message_id="<9@example.com>")),
    "a mail removed": ("mail-arrived", TORN, less("mails")),
    "a mail doubled": ("mail-arrived-once", "<1@example.com>", doubled("mails")),
    "a mail from nowhere": ("mail-known", "<9@example.com>", doubled("mails", message_id="<9@example.com>")),
    "mails the other way round": ("mails-in-order", TORN, late_mail),
    "an event that a service never saw": (
        "event-dealt-with",
        f"cases.changes {NIGO} 0",
        never_came_to("notify", CaseChanged, NIGO),
    ),
    "an event gone from its topic": (
        "event-on-topic",
        f"validation.verdicts {NIGO} 0",
        lambda books: replace(books, events=tuple(e for e in books.events if e.id != f"validation.verdicts {NIGO} 0")),
    ),
    "an event left in an outbox": ("outbox-empty", "cases outbox 7", at_cases(outbox=(WAITS,))),
    "a dead letter without evidence": ("dead-letter-on-topic", "letter", less("dead_records")),
    "a dead letter that its service forgot": ("dead-letter-on-record", "letter", at_cases(dead_letters=())),
    "a record parked behind nothing": ("parked-behind-one", "validation.verdicts", at_cases(dead_letters=())),
    "an id used for two events": ("one-id-one-event", f"intake.applications {SUBMITTED} 0", another_body),
    "a case on two partitions": ("one-partition-a-key", SUBMITTED, elsewhere(CaseChanged, SUBMITTED)),
}


def _unread(document: Document) -> Document:
    return replace(document, status="received") if document.document_id == BACK else document


def first_version_is_2(books: Books) -> Books:
    first = next(event for event in books.of(ApplicationRead) if event.key == NIGO)
    second = replace(first, data={**first.data, "version": 2})
    return replace(books, events=tuple(second if event is first else event for event in books.events))


def test_in_a_whole_house_every_rule_holds() -> None:
    assert judge(whole_books(), ALL).broken == ()


def test_what_is_published_again_under_its_id_is_neither_doubled_nor_out_of_order() -> None:
    """As after a kill: the first changes of a case come once more, behind the later ones."""
    books = whole_books()
    first, second = [event for event in books.of(CaseChanged) if event.key == SUBMITTED][:2]
    again = (replace(first, offset=1000), replace(second, offset=1001))
    assert judge(replace(books, events=(*books.events, *again)), ALL).is_clean


@pytest.mark.parametrize("what", BREAKS)
def test_what_is_broken_on_purpose_is_seen(what: str) -> None:
    name, thing, spoil = BREAKS[what]
    found = {broken.rule.name: broken.breaches for broken in judge(spoil(whole_books()), ALL).broken}
    assert name in found, f"{what} was not seen; broken: {sorted(found)}"
    assert any(thing in breach.thing for breach in found[name]), found[name]


def test_every_rule_is_broken_by_something() -> None:
    assert {name for name, *_ in BREAKS.values()} == {rule.name for rule in ALL}


def test_what_was_called_for_a_moment_ago_is_under_way_and_not_lost() -> None:
    books = replace(whole_books(), uploads=(*whole_books().uploads, NEW))
    patient, strict = judge(books, ALL, timedelta(minutes=10)), judge(books, ALL, timedelta(minutes=4))
    assert patient.is_clean
    assert [broken.rule.name for broken in patient.under_way] == ["upload-on-record"]
    assert [broken.rule.name for broken in strict.broken] == ["upload-on-record"]


def test_of_what_is_older_than_the_topics_keep_nothing_is_demanded_of_them() -> None:
    books = whole_books()
    assert not judge(replace(books, events=()), ALL).is_clean
    assert judge(replace(books, events=(), looked_at=NOW + timedelta(days=31)), ALL).is_clean


def test_a_file_in_a_zip_that_intake_gave_up_has_its_dead_letter() -> None:
    books = whole_books()
    received = next(event for event in books.of(DocumentReceived) if event.key == BACK)
    letter = DeadLetter("packed", "open", "lane", *received.place, NOW - timedelta(minutes=40))
    intake = replace(books.services["intake"], dead_letters=(letter,))
    given_up = replace(
        books,
        documents=tuple(_unread(one) for one in books.documents),
        services={**books.services, "intake": intake},
        dead_records=(*books.dead_records, DeadRecord("intake", "packed")),
    )
    assert judge(given_up, ALL).is_clean


@pytest.mark.parametrize(("cause", "is_clean"), [("malformed", True), ("unknown_case", False)])
def test_a_malformed_word_of_a_carrier_need_not_come_to_who_only_shows_it(cause: str, is_clean: bool) -> None:
    books = whole_books()
    word = next(event for event in books.of(CaseChanged) if event.key == SUBMITTED)
    word = replace(word, type=BY_DATA[CarrierDecided].type, topic="carriers.aldermoor.decisions", id="word", data={})
    letter = DeadLetter("word", "open", "lane", *word.place, NOW - timedelta(minutes=40))
    at_cases = books.services["cases"]
    services = {**books.services, "cases": replace(at_cases, dead_letters=(*at_cases.dead_letters, letter))}
    # It was malformed at first; what a person made of it may have failed otherwise since.
    causes = (cause, "illegal_transition")
    records = (
        *books.dead_records,
        *(DeadRecord("cases", "word", each, "{}[{}]@{}".format(*word.place)) for each in causes),
    )
    told = replace(books, events=(*books.events, word), services=services, dead_records=records)
    broken = [one.rule.name for one in judge(told, ALL).broken]
    assert broken == ([] if is_clean else ["event-dealt-with"])


@pytest.mark.parametrize(("value", "is_clean"), [('{"source": "/carriers/x", "id": "right"}', True), ("{", False)])
def test_an_event_that_a_person_made_of_a_record_that_was_none_lies_in_a_command(value: str, is_clean: bool) -> None:
    books = whole_books()
    some = next(iter(books.events))
    command = replace(some, type=BY_DATA[CorrectDeadLetter].type, topic="cases.commands", id="c", data={"value": value})
    at_cases = books.services["cases"]
    inbox = {**at_cases.inbox, command.identity: NOW, ("/carriers/x", "right"): NOW}
    services = {**books.services, "cases": replace(at_cases, inbox=inbox)}
    broken = judge(replace(books, events=(*books.events, command), services=services), ALL).broken
    assert [one.rule.name for one in broken] == ([] if is_clean else ["event-on-topic"])


def test_a_file_too_large_to_be_read_needs_no_copy() -> None:
    books = whole_books()
    received = next(event for event in books.of(DocumentReceived) if event.key == BACK)
    in_drop = replace(received, data={**received.data, "archive": received.data["upload"]})
    events = tuple(in_drop if event is received else event for event in books.events)
    archive = {key: kept for key, kept in books.archive.items() if BACK not in key}
    assert judge(replace(books, events=events, archive=archive), ALL).is_clean
