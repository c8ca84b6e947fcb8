"""The way of a blank from bytes to a drafted form, from top to bottom."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from io import BytesIO
from itertools import chain, count
from pathlib import Path

import pypdfium2 as pdfium
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DictionaryObject

from schemas.application import Box
from schemas.carrier import CarrierDataError, CarrierForm, Form, FormField, Question
from schemas.codes import FormKind
from services.intake.learning.answers import TOPICS
from services.intake.learning.captions import Captioned, captioned
from services.intake.learning.drawn_zones import drawn_zones
from services.intake.learning.fields import BlankField, fields_of
from services.intake.learning.identity import Identity, PrintedPage, identity_of
from services.intake.learning.matching import Draft, drafts, label_of, question_key
from services.intake.learning.printing import runs_of
from services.intake.learning.translation import in_english
from services.intake.learning.vocabulary import Party, plain_name
from services.intake.reading.acroform import widgets_of
from services.intake.reading.catalogue import Catalogue, blank_from
from services.intake.reading.languages import LANGUAGES
from services.intake.reading.opening import PYPDF_FAULTS, Limits, OpenDocument, opened
from services.intake.reading.refusing import RefusedError
from services.intake.reading.templates import Templates

SURE = 0.8
"""Drafts with a lower score are listed for a person to confirm."""
LONGEST_PAGE, SHORTEST_PAGE = 1700.0, 36.0
"""Points: a little more than A2, and half an inch."""


class CannotLearnError(Exception):
    """The blank cannot become a form on file; the message says why and what to do."""


@dataclass(frozen=True)
class Told:
    """What whoever brings the blank says of it; ``None`` = to be guessed from the blank."""

    id: str | None = None
    kind: FormKind | None = None
    number: str | None = None
    edition: str | None = None
    printed: str | None = None
    title: str | None = None
    language: str | None = None
    accepted_from: date | None = None
    states: tuple[str, ...] = ()


@dataclass(frozen=True)
class Learned:
    """A form as drafted."""

    form: Form
    blank: bytes
    drafts: tuple[Draft, ...]
    """Of every field, page by page in reading order."""
    from_drawing: bool
    """The blank has no fillable fields: zones were proposed from its lines and boxes."""
    remarks: tuple[str, ...]
    """What a person should know or settle, in sentences."""


def learn(content: bytes, told: Told, products: Mapping[str, str]) -> Learned:
    """A draft of the form that this blank is; ``products`` are the carrier's names by code.

    Raises :class:`CannotLearnError`. Whoever has the bytes from outside reads them in a process of its own.
    """
    _check(told)
    blank = _unlocked(content)
    with opened(blank, Limits()) as document:
        _check_pages(document)
        structure = document.structure
        pages = [PrintedPage(tuple(runs_of(sheet)), sheet.get_size()[1]) for sheet in document.paper]
        fields = [
            list(fields_of(structure.pages[number], number + 1, document.paper[number])) if structure else []
            for number in range(len(pages))
        ]
        from_drawing = not any(fields)
        if from_drawing:
            fields = [
                drawn_zones(document.paper[number], number + 1, pages[number].runs) for number in range(len(pages))
            ]
    fields = _each_name_once(fields)
    identity = identity_of(pages)
    shown = [one for page, held in zip(pages, fields, strict=True) for one in captioned(held, page.runs)]
    drafted = _drafted(shown, told.kind or identity.kind, told.language or identity.language, products)
    remarks: list[str] = []
    form = Form.model_validate({**_head(told, identity, pages, remarks), **_body(drafted, from_drawing, remarks)})
    _check_it_loads(form, blank)
    filled = [field.name for page in fields for field in page if field.value not in ("", "Off")]
    if filled:
        remarks.append(
            f"{len(filled)} fields of the blank already hold a value ({', '.join(filled[:4])}...): "
            "what a blank holds is never taken for an answer; use a blank that nobody has filled in."
        )
    return Learned(form, blank, tuple(drafted), from_drawing, tuple(remarks))


def _drafted(shown: Sequence[Captioned], kind: FormKind, language: str, products: Mapping[str, str]) -> list[Draft]:
    """Drafts by what the blank says in English; the fields themselves and their labels stay as they are printed."""
    drafted = drafts([in_english(field, language) for field in shown], kind, products)
    return [replace(draft, field=field, label=label_of(field)) for draft, field in zip(drafted, shown, strict=True)]


def _check(told: Told) -> None:
    """Raises :class:`CannotLearnError` for what no form on file can be called."""
    for said, pattern, wanted in (
        (told.id, r"[a-z0-9][a-z0-9-]*", "A form's id is made of small letters, digits and hyphens"),
        (told.edition, r"\d{4}-(0[1-9]|1[0-2])", "An edition is a year and a month, such as 2026-02"),
        (told.language, "|".join(LANGUAGES), f"The language is one of {', '.join(LANGUAGES)}"),
        *((state, "[A-Z]{2}", "A state is two letters, such as TX") for state in told.states),
    ):
        if said is not None and not re.fullmatch(pattern, said):
            raise CannotLearnError(f"{wanted}; {said!r} is none.")


def _check_it_loads(form: Form, blank: bytes) -> None:
    """Raises :class:`CannotLearnError` for a blank that the services could not load or draw, were it on file."""
    try:
        loaded = blank_from(CarrierForm("", form, Path("blank.pdf")), blank)
        templates = Templates(Catalogue({form.id: loaded}))
        for page in loaded.pages:
            templates.picture(page)
    except (CarrierDataError, pdfium.PdfiumError, *PYPDF_FAULTS) as error:
        raise CannotLearnError(f"The blank cannot be drawn ({error}); print it anew to PDF.") from error


def _unlocked(content: bytes) -> bytes:
    """The blank without a lock on it. Raises :class:`CannotLearnError`."""
    try:
        with opened(content, Limits()) as document:
            locked = document.structure is not None and document.structure.is_encrypted
        if not locked:
            return content
        reader = PdfReader(BytesIO(content))
        reader.decrypt("")
        out = BytesIO()
        PdfWriter(clone_from=reader).write(out)
        return out.getvalue()
    except RefusedError as error:
        raise CannotLearnError(error.refused.message) from error
    except (pdfium.PdfiumError, *PYPDF_FAULTS) as error:
        raise CannotLearnError(f"The blank cannot be followed ({error}); print it anew to PDF.") from error


def _check_pages(document: OpenDocument) -> None:
    """Raises :class:`CannotLearnError` for a blank that shows no form."""
    structure = document.structure
    if structure is None or len(structure.pages) != document.page_count:
        raise CannotLearnError("The blank's pages cannot be followed; print it anew to PDF.")
    if _is_all_xfa(structure):
        raise CannotLearnError(
            "The blank is a dynamic XFA form, which Adobe's programs alone can show. Open it there, print it to PDF, "
            "and learn that file, or ask the carrier for an ordinary fillable PDF."
        )
    for number, sheet in enumerate(document.paper, start=1):
        if max(sheet.get_size()) > LONGEST_PAGE or min(sheet.get_size()) < SHORTEST_PAGE:
            width, height = (round(edge / 72, 1) for edge in sheet.get_size())
            raise CannotLearnError(
                f"Page {number} of the blank is {width} by {height} inches, no page that anybody fills in; "
                "print it to letter size."
            )


def _is_all_xfa(structure: PdfReader) -> bool:
    """Whether the form is in XFA's own language, with none of its fields in the PDF's."""
    held = structure.root_object.get("/AcroForm")
    form = held.get_object() if held is not None else None
    if not isinstance(form, DictionaryObject) or "/XFA" not in form:
        return False
    return not any(True for page in structure.pages for _ in widgets_of(page))


def _each_name_once(pages: list[list[BlankField]]) -> list[list[BlankField]]:
    """Fields shown in several places are filled together: the first place stands for all."""
    seen: set[str] = set()
    kept: list[list[BlankField]] = []
    for page in pages:
        kept.append([])
        for field in page:
            if field.name not in seen:
                seen.add(field.name)
                kept[-1].append(field)
    return kept


# --- the form as a whole ------------------------------------------------------------------------------------


def _head(told: Told, identity: Identity, pages: Sequence[PrintedPage], remarks: list[str]) -> dict[str, object]:
    number = told.number or identity.number
    edition = told.edition or identity.edition
    printed = told.printed or identity.printed
    if not number:
        raise CannotLearnError("No form number could be made out on the blank: give it with --number.")
    if edition is None:
        raise CannotLearnError(f"No edition of form {number} could be made out on the blank: give it with --edition.")
    if not printed:
        printed = number
        remarks.append(f"No line naming the form was found at the foot of its pages: pages are known by {number!r}.")
    language = told.language or identity.language
    if missing := _pages_without_number(pages, language):
        remarks.append(
            f"`{LANGUAGES[language].page.format('n', len(pages))}` was not found on page "
            f"{', '.join(map(str, missing))}: a filled page is known "
            "by its fields or its looks there, not by its words."
        )
    form_id = "-".join([slug(number, "-"), edition, *(state.lower() for state in told.states)])
    return {
        "id": told.id or form_id,
        "kind": told.kind or identity.kind,
        "number": number,
        "edition": edition,
        "printed": printed,
        "title": told.title or identity.title or number,
        "language": language,
        "accepted_from": told.accepted_from or date.fromisoformat(f"{edition}-01"),
        "states": told.states,
        "page_count": len(pages),
    }


def _pages_without_number(pages: Sequence[PrintedPage], language: str) -> list[int]:
    numbered = LANGUAGES[language].page_line
    wanted = (rf"\b{numbered(number, len(pages)).casefold()}\b" for number in range(1, len(pages) + 1))
    said = (" ".join(" ".join(run.text for run in page.runs).casefold().split()) for page in pages)
    return [n for n, (text, line) in enumerate(zip(said, wanted, strict=True), start=1) if not re.search(line, text)]


# --- its fields ---------------------------------------------------------------------------------------------


def _body(drafted: Sequence[Draft], from_drawing: bool, remarks: list[str]) -> dict[str, object]:
    paths = _paths(drafted)
    fields = {
        draft.field.field.name: FormField(
            means=path,
            type=draft.type,
            label=draft.label,
            value=draft.value,
            page=draft.field.field.page if from_drawing else None,
            box=_rounded(draft.field.field.box) if from_drawing else None,
        )
        for draft, path in zip(drafted, paths, strict=True)
    }
    return {
        "medical": _questions(drafted, Party.MEDICAL),
        "lifestyle": _questions(drafted, Party.LIFESTYLE),
        "implied": _classes(drafted, remarks),
        "confirm": [draft.field.field.name for draft in drafted if draft.score < SURE],
        "fields": fields,
    }


def _rounded(box: Box) -> Box:
    left, bottom, right, top = (round(edge, 1) for edge in box)
    return left, bottom, right, top


def _paths(drafted: Sequence[Draft]) -> list[str]:
    """Each field's path; what no application holds keeps the form's own name, boxes of one question the same."""
    paths: list[str] = []
    given: dict[str, str] = {}
    used: set[str] = set()
    for draft in drafted:
        if draft.means is not None:
            paths.append(draft.means)
            continue
        field = draft.field
        key = question_key(field) if field.field.is_box else field.field.name
        if key not in given:
            name = field.caption if field.field.is_box and "=" not in field.field.name and field.caption else ""
            short = own_name(name or field.field.name)
            given[key] = next(one for one in chain((short,), (f"{short}_{n}" for n in count(2))) if one not in used)
            used.add(given[key])
        paths.append(f"extra.{given[key]}")
    return paths


def own_name(text: str) -> str:
    """A field's name as part of a path: small letters, digits and underscores, a letter first."""
    short = slug(plain_name(text), "_")[:60].strip("_")
    return short if re.match(r"[a-z]", short) else f"field_{short}".rstrip("_")


def slug(text: str, between: str) -> str:
    return re.sub(r"[^a-z0-9]+", between, text.casefold()).strip(between)


def _questions(drafted: Sequence[Draft], section: Party) -> dict[str, Question]:
    topics = {topic: words for topic, _, words in TOPICS}
    found: dict[str, Question] = {}
    for draft in drafted:
        root, _, topic = (draft.means or "").partition(".")
        if root == section and topic not in found:
            number = _printed_number(draft) or str(len(found) + 1)
            found[topic] = Question(number=number, topic=topics[topic], detail_needed=topic != "medication")
    return found


def _printed_number(draft: Draft) -> str:
    for text in (draft.field.caption, draft.field.field.tooltip):
        if match := re.match(r"(?:question\s+)?\(?(\d{1,3}[a-z]?|[A-Z]\d{1,2})\b[.):]?\s", text, re.I):
            return match[1]
    return ""


def _classes(drafted: Sequence[Draft], remarks: list[str]) -> dict[str, str]:
    """Of each beneficiary row, primary or contingent, by what stands beside or above it."""
    votes: dict[int, list[bool | None]] = defaultdict(list)
    for draft in drafted:
        if match := re.match(r"beneficiaries\.(\d+)\.", draft.means or ""):
            votes[int(match[1])].append(draft.primary)
    implied = {}
    for row, said in sorted(votes.items()):
        clear = [vote for vote in said if vote is not None]
        if not clear:
            remarks.append(f"Beneficiary row {row + 1} does not say its class: `implied` takes it for primary.")
        is_primary = 2 * sum(clear) >= len(clear)
        implied[f"beneficiaries.{row}.beneficiary_class"] = "primary" if is_primary else "contingent"
    return implied
