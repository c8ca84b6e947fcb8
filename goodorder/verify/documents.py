"""What must hold of uploads and documents."""

from collections import Counter, defaultdict
from collections.abc import Iterable

from goodorder.verify.books import Books
from goodorder.verify.rule import Breach, Kind, RuleBook
from schemas.events import DocumentReceived, DocumentRefused
from schemas.file_events import DocumentUnpacked

RULES = RuleBook()


@RULES.rule("upload-on-record", Kind.LOST, "Every object version in the drop is in intake's ledger, with its bytes.")
def upload_on_record(books: Books) -> Iterable[Breach]:
    ledger = {(entry.bucket, entry.key, entry.version_id): entry.document_id for entry in books.ledger}
    for upload in books.uploads:
        if upload.key.endswith("/") and upload.size == 0:
            continue  # what some tools make for a folder
        document = ledger.get((upload.bucket, upload.key, upload.version_id))
        if document is None:
            yield Breach(upload.key, f"version {upload.version_id} was never received", upload.at)
        elif upload.sha256 not in (None, document):
            yield Breach(upload.key, f"its bytes are {upload.sha256}, on record as {document}")


@RULES.rule("document-received", Kind.LOST, "Every document on record was published as received.")
def document_received(books: Books) -> Iterable[Breach]:
    published = {event.data["document_id"] for event in books.of(DocumentReceived)}
    for document in books.documents:
        if document.document_id not in published and document.first_seen_at > books.on_topics_since:
            yield Breach(document.document_id, "is on record and was never published", document.first_seen_at)


@RULES.rule(
    "document-received-once",
    Kind.DOUBLED,
    "No document is received twice, however often it is uploaded, but for an upload that names a case.",
)
def document_received_once(books: Books) -> Iterable[Breach]:
    received: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
    for event in books.of(DocumentReceived):
        if event.data.get("case_reference") is None or not received[event.data["document_id"]]:
            received[event.data["document_id"]].append(("", "", ""))
        else:
            received[event.data["document_id"]].append(_object(event.data["upload"]))
    for document, uploads in received.items():
        if len(set(uploads)) < len(uploads):
            yield Breach(document, f"was received {len(uploads)} times")


@RULES.rule("document-in-archive", Kind.LOST, "Every document received lies in the archive, byte for byte.")
def document_in_archive(books: Books) -> Iterable[Breach]:
    in_drop = {(upload.bucket, upload.key) for upload in books.uploads}
    forgotten = {document.document_id for document in books.documents if document.status == "forgotten"}
    for event in books.of(DocumentReceived):
        kept, document = event.data["archive"], event.data["document_id"]
        if document in forgotten:
            continue  # deleted on purpose, with its case or by the clock
        if (kept["bucket"], kept["key"]) in in_drop:
            continue  # too large to be read, and not copied
        copy = books.archive.get(kept["key"])
        if copy is None:
            yield Breach(document, f"has no copy {kept['key']} in the archive", event.at)
        elif copy.sha256 not in (None, document) or copy.size != event.data["size"]:
            yield Breach(document, f"its copy {kept['key']} in the archive holds other bytes")


@RULES.rule("document-answered", Kind.LOST, "Something was published because of every document received.")
def document_answered(books: Books) -> Iterable[Breach]:
    causes = {event.cause for event in books.events}
    answered = {event.data["document_id"] for event in books.of(DocumentReceived) if event.id in causes}
    for event in books.of(DocumentReceived):
        # One that comes again with a case which has got it meanwhile leads to nothing.
        if event.data["document_id"] not in answered and event.place not in books.given_up_by("intake"):
            yield Breach(event.data["document_id"], "was received, and neither read nor refused", event.at)


@RULES.rule("refused-to-each", Kind.LOST, "Every upload of a document that cannot be read is refused.")
def refused_to_each(books: Books) -> Iterable[Breach]:
    refusals = {(event.data["document_id"], *_object(event.data["upload"])) for event in books.of(DocumentRefused)}
    refused = {document.document_id for document in books.documents if document.status == "refused"}
    for entry in books.ledger:
        told = (entry.document_id, entry.bucket, entry.key, entry.version_id) in refusals
        if entry.document_id in refused and not told and entry.seen_at > books.on_topics_since:
            yield Breach(entry.document_id, f"upload {entry.key} was not told of the refusal", entry.seen_at)


@RULES.rule("member-has-outcome", Kind.LOST, "Every file found inside another is on record, and read or refused.")
def member_has_outcome(books: Books) -> Iterable[Breach]:
    status = {document.document_id: document.status for document in books.documents}
    given_up = books.given_up_by("intake")
    at_rest = {event.data["document_id"] for event in books.of(DocumentReceived) if event.place in given_up}
    for event in books.of(DocumentUnpacked):
        for place, member in enumerate(event.data["members"], start=1):
            what = f"file {place} in {event.data['document_id']}"
            if member not in status:
                yield Breach(member, f"{what} was never received", event.at)
            elif status[member] == "received" and member not in at_rest:
                yield Breach(member, f"{what} was neither read nor refused", event.at)


@RULES.rule(
    "refused-member-told", Kind.LOST, "Of a file that cannot be read, every upload that held it inside another is told."
)
def refused_member_told(books: Books) -> Iterable[Breach]:
    refusals = {(event.data["document_id"], *_object(event.data["upload"])) for event in books.of(DocumentRefused)}
    refused = {document.document_id for document in books.documents if document.status == "refused"}
    unpacked = {event.data["document_id"]: event.data["members"] for event in books.of(DocumentUnpacked)}
    for entry in books.ledger:
        for member in refused.intersection(unpacked.get(entry.document_id, ())):
            told = (member, entry.bucket, entry.key, entry.version_id) in refusals
            if not told and entry.seen_at > books.on_topics_since:
                yield Breach(member, f"upload {entry.key}, which held it, was not told of the refusal", entry.seen_at)


@RULES.rule("refused-once", Kind.DOUBLED, "No document of an upload is refused twice.")
def refused_once(books: Books) -> Iterable[Breach]:
    # A ZIP file brings several documents in one upload.
    told = Counter((event.data["document_id"], *_object(event.data["upload"])) for event in books.of(DocumentRefused))
    for (document, _, key, version), times in told.items():
        if times > 1:
            yield Breach(key, f"document {document[:12]} of version {version} was refused {times} times")


def _object(stored: dict[str, str]) -> tuple[str, str, str]:
    return stored["bucket"], stored["key"], stored.get("version_id", "")
