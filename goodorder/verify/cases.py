"""What must hold of applications, verdicts, cases, and what was asked of others for them."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from itertools import pairwise

from goodorder.verify.books import Books, Event
from goodorder.verify.rule import Breach, Kind, RuleBook
from schemas.carrier_events import ApplicationSubmitted, DocumentsSubmitted
from schemas.events import ApplicationRead, CaseChanged
from schemas.finding_events import VerdictReached
from schemas.requirement_events import RequirementOrdered
from services.validation.verdict import says_the_same

RULES = RuleBook()


@RULES.rule("version-once", Kind.DOUBLED, "No version of an application is read twice.")
def version_once(books: Books) -> Iterable[Breach]:
    for (case, version), times in Counter(map(_version, books.of(ApplicationRead))).items():
        if times > 1:
            yield Breach(case, f"version {version} was read {times} times")


@RULES.rule("versions-in-order", Kind.OUT_OF_ORDER, "The versions of an application follow one another.")
def versions_in_order(books: Books) -> Iterable[Breach]:
    for case, read in _by_case(books.of(ApplicationRead)).items():
        versions = [event.data["version"] for event in read]
        if versions != sorted(versions):
            yield Breach(case, f"has versions {versions} in this order")


@RULES.rule("documents-kept", Kind.LOST, "A version holds every document of the one before it, and is the next one.")
def documents_kept(books: Books) -> Iterable[Breach]:
    for case, read in _by_case(books.of(ApplicationRead)).items():
        for before, after in pairwise(sorted(read, key=lambda event: int(event.data["version"]))):
            version = after.data["version"]
            if version > before.data["version"] + 1:
                yield Breach(case, f"has version {version} and not the one before it")
            if not _documents(before) <= _documents(after):
                yield Breach(case, f"version {version} lacks a document of the one before it")


@RULES.rule("version-judged", Kind.LOST, "Every version that was read has a verdict.")
def version_judged(books: Books) -> Iterable[Breach]:
    judged = set(map(_version, books.of(VerdictReached)))
    for event in books.of(ApplicationRead):
        if _version(event) not in judged and event.place not in books.given_up_by("validation"):
            yield Breach(event.key, f"version {event.data['version']} has no verdict", event.at)


@RULES.rule("verdict-once", Kind.DOUBLED, "A version is judged again only to say something else.")
def verdict_once(books: Books) -> Iterable[Breach]:
    said: dict[tuple[str, int], list[VerdictReached]] = defaultdict(list)
    for event in books.of(VerdictReached):
        said[_version(event)].append(VerdictReached.model_validate(event.data))
    for (case, version), verdicts in said.items():
        if any(says_the_same(before, after) for before, after in pairwise(verdicts)):
            yield Breach(case, f"version {version} was judged again, to say the same")


@RULES.rule("case-opened", Kind.LOST, "Every application that was read has its case.")
def case_opened(books: Books) -> Iterable[Breach]:
    for case, read in _by_case(books.of(ApplicationRead)).items():
        if case not in books.cases and not any(event.place in books.given_up_by("cases") for event in read):
            yield Breach(case, "was read and never opened", read[0].at)


@RULES.rule("history-without-gaps", Kind.LOST, "A case's history holds every revision from 1 to the one it has now.")
def history_without_gaps(books: Books) -> Iterable[Breach]:
    written: dict[str, set[int]] = defaultdict(set)
    for change in books.history:
        written[change.case_id].add(change.revision)
    for case, revision in books.cases.items():
        missing = set(range(1, revision + 1)) - written[case]
        if missing:
            yield Breach(case, f"stands at revision {revision}; its history lacks {sorted(missing)}")


@RULES.rule("change-published", Kind.LOST, "Every change in a case's history was published.")
def change_published(books: Books) -> Iterable[Breach]:
    published = {_revision(event) for event in books.of(CaseChanged)}
    for change in books.history:
        if (change.case_id, change.revision) not in published and change.recorded_at > books.on_topics_since:
            yield Breach(change.case_id, f"revision {change.revision} was not published", change.recorded_at)


@RULES.rule("change-once", Kind.DOUBLED, "No revision of a case is published as two events.")
def change_once(books: Books) -> Iterable[Breach]:
    for (case, revision), times in Counter(map(_revision, books.of(CaseChanged))).items():
        if times > 1:
            yield Breach(case, f"revision {revision} was published as {times} events")


@RULES.rule("changes-in-order", Kind.OUT_OF_ORDER, "A case's changes are published in the order of their revisions.")
def changes_in_order(books: Books) -> Iterable[Breach]:
    for case, changes in _by_case(books.of(CaseChanged)).items():
        revisions = [event.data["revision"] for event in changes]
        if revisions != sorted(revisions):
            yield Breach(case, f"has revisions {revisions} in this order")


@RULES.rule("submission-told", Kind.LOST, "Every submission on record went to its carrier.")
def submission_told(books: Books) -> Iterable[Breach]:
    told = {event.data["submission_id"] for event in books.of(ApplicationSubmitted)}
    for one in books.submissions:
        if one.submission_id not in told and one.submitted_at > books.on_topics_since:
            yield Breach(one.case_id, f"submission {one.submission_id} did not go out", one.submitted_at)


@RULES.rule("submission-once", Kind.DOUBLED, "No case is submitted twice in the same version.")
def submission_once(books: Books) -> Iterable[Breach]:
    for (case, version), times in Counter(map(_version, books.of(ApplicationSubmitted))).items():
        if times > 1:
            yield Breach(case, f"version {version} was submitted {times} times")


@RULES.rule("documents-passed-on-once", Kind.DOUBLED, "What came after a submission goes to the carrier once.")
def documents_passed_on_once(books: Books) -> Iterable[Breach]:
    sent: Counter[tuple[str, str]] = Counter(
        (event.data["case_id"], filed["document_id"])
        for event in books.of(DocumentsSubmitted)
        for filed in event.data["documents"]
    )
    for (case, document), times in sent.items():
        if times > 1:
            yield Breach(case, f"document {document} was passed on {times} times")


@RULES.rule("order-told", Kind.LOST, "Every order on record went to its vendor.")
def order_told(books: Books) -> Iterable[Breach]:
    told = set(map(_order, books.of(RequirementOrdered)))
    for one in books.orders:
        is_recent = one.ordered_at is not None and one.ordered_at > books.on_topics_since
        if is_recent and (one.case_id, one.requirement_id, one.number) not in told:
            yield Breach(one.case_id, f"order {one.number} of {one.requirement_id} did not go out", one.ordered_at)


@RULES.rule("order-once", Kind.DOUBLED, "No requirement is ordered twice under the same number.")
def order_once(books: Books) -> Iterable[Breach]:
    for (case, requirement, number), times in Counter(map(_order, books.of(RequirementOrdered))).items():
        if times > 1:
            yield Breach(case, f"requirement {requirement} was ordered {times} times as number {number}")


def _version(event: Event) -> tuple[str, int]:
    return event.data["case_id"], event.data["version"]


def _documents(event: Event) -> set[str]:
    return {filed["document_id"] for filed in event.data.get("documents", ())}


def _order(event: Event) -> tuple[str, str, int]:
    return event.data["case_id"], event.data["requirement_id"], event.data.get("order", 1)


def _revision(event: Event) -> tuple[str, int]:
    return event.data["case_id"], event.data["revision"]


def _by_case(events: Iterable[Event]) -> Mapping[str, list[Event]]:
    """Each case's events in the order in which they lie on their partition."""
    found: dict[str, list[Event]] = defaultdict(list)
    for event in events:
        found[event.data["case_id"]].append(event)
    return found
