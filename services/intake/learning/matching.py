"""Drafts what each field of a blank means, from its name, its tooltip and what is printed beside it."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from schemas.carrier import FieldType
from schemas.codes import FormKind
from services.intake.learning import answers, vocabulary
from services.intake.learning.captions import Captioned
from services.intake.learning.clues import Clues, clues_of, stem_of, texts_of, whole
from services.intake.learning.signing import SignedPlace, signed_places
from services.intake.learning.vocabulary import MEANINGS, PARTIES, Meaning, Party, plain, plain_name

ENOUGH = 0.34
"""A draft with a lower score is no draft: the field stays one of the form's own."""
_FILLERS = frozenset(
    ["the", "a", "an", "of", "if", "any", "and", "or", "is", "are", "be", "this", "it", "you", "your", "please"]
)
_PREPOSITIONS = frozenset(["to", "for", "in", "on", "at", "by"])
_DEFAULT_PARTY = 0.6
_WEIGHTS = {"tooltip": 1.0, "caption": 0.95, "name": 0.85}


@dataclass(frozen=True)
class Draft:
    """What a field probably means; ``means`` is ``None`` where nothing in an application fits."""

    field: Captioned
    means: str | None
    type: FieldType
    label: str
    score: float
    value: str | None = None
    primary: bool | None = None
    """Beneficiary rows: which class the place on the form says."""


def drafts(fields: Sequence[Captioned], kind: FormKind, products: Mapping[str, str]) -> list[Draft]:
    """A draft for every field, in the order given; ``products`` are the carrier's names of products by code."""
    clues = clues_of(fields, kind)
    signing = signed_places(fields, kind)
    found: dict[int, Draft] = {}
    candidates: dict[int, list[tuple[float, Meaning]]] = {}
    for index, field in enumerate(fields):
        if index in signing:
            found[index] = _signed(field, signing[index])
        elif not field.field.is_box:
            candidates[index] = _ranked(field, clues[index], kind)
    for group in _groups(fields, found).values():
        candidates.update(_ranked_group(fields, clues, group))
    _settle(fields, candidates, found, clues)
    drafted = [found.get(index) or _own(field) for index, field in enumerate(fields)]
    return _with_values(_in_rows(drafted, clues), products)


# --- scores -------------------------------------------------------------------------------------------------


def _ranked(field: Captioned, clues: Clues, kind: FormKind) -> list[tuple[float, Meaning]]:
    """Meanings that fit a written field, the best first."""
    named = vocabulary.HIPAA if kind is FormKind.HIPAA else {}
    ranked = [(_score(meaning, field, clues), meaning) for meaning in _meanings(kind)]
    renamed = [
        (score, replace(meaning, path=named.get(meaning.path, meaning.path)))
        for score, meaning in ranked
        if score >= ENOUGH
    ]
    return sorted(renamed, key=lambda pair: -pair[0])


@cache
def _meanings(kind: FormKind) -> tuple[Meaning, ...]:
    """What a field of such a form can mean."""
    asked = _of_kind(kind)
    if kind is FormKind.REPLACEMENT_NOTICE:
        return (*asked, *(meaning for meaning in MEANINGS if meaning.party is not Party.EXISTING))
    return (*asked, *MEANINGS)


def _of_kind(kind: FormKind) -> tuple[Meaning, ...]:
    """What is asked only on such forms."""
    insured, existing = Party.INSURED, Party.EXISTING
    if kind is FormKind.HIPAA:
        return (Meaning(insured, "hipaa.insured_name", FieldType.NAME, vocabulary.FULL_NAME, True),)
    if kind is FormKind.REPLACEMENT_NOTICE:
        return (
            Meaning(insured, "replacement_notice.applicant_name", FieldType.NAME, vocabulary.FULL_NAME, True),
            Meaning(
                existing,
                "replacement_notice.company",
                FieldType.TEXT,
                r"(?:existing )?(?:company|insurer|carrier)(?: name)?",
                True,
            ),
            Meaning(
                existing,
                "replacement_notice.policy_number",
                FieldType.TEXT,
                r"(?:policy|contract)(?: or contract)? ?(?:number|no)?",
                True,
            ),
        )
    return ()


def _score(meaning: Meaning, field: Captioned, clues: Clues) -> float:
    is_choice = meaning.type is FieldType.CHECKBOX
    if is_choice != field.field.is_box and meaning.path not in ("coverage.product", "coverage.term_years"):
        return 0
    doubt = 1.0
    for source, text in clues.texts.items():
        doubt *= 1 - _WEIGHTS[source] * _fit(meaning, text, field.field.is_box)
    score = (1 - doubt) * _of_party(meaning, clues)
    if field.field.format is not None:
        score *= 1 if field.field.format is meaning.type else 0.5
    in_pieces = (FieldType.DATE, FieldType.SSN, FieldType.PHONE, FieldType.ZIP)
    if meaning.type in in_pieces and whole(vocabulary.PIECES).search(plain_name(field.field.name)):
        score *= 0.5
    if field.field.cells == 9 and meaning.type is FieldType.SSN:
        score = min(1, score * 1.1)
    return score


def _fit(meaning: Meaning, text: str, is_question: bool) -> float:
    """How much of a clue the meaning's words explain, 0 to 1."""
    match = max(whole(meaning.pattern).finditer(text), key=lambda found: len(found[0]), default=None)
    if match is None:
        return 0
    rest = f"{text[: match.start()]} {text[match.end() :]}"
    party = dict(PARTIES)[meaning.party]
    rest = re.sub(
        r"\b(?:mm dd yyyy|proposed insured|form|section|number|no|full|legal|person to be insured)\b",
        " ",
        whole(party).sub(" ", rest),
    )
    left = [word for word in rest.split() if word not in _FILLERS | _PREPOSITIONS and not word.isdigit()]
    explained = len(match[0].split()) + 0.5 * (len(match[0]) > 4)
    coverage = explained / (explained + len(left))
    return 0.45 + 0.5 * coverage if is_question else 0.1 + 0.85 * coverage


def _of_party(meaning: Meaning, clues: Clues) -> float:
    """How well the meaning's party agrees with what names the field's."""
    if clues.own is meaning.party:
        return 1
    if clues.own is None and clues.around is meaning.party:
        return 0.95
    if meaning.alone:
        return 0.85
    if clues.around is meaning.party:
        return 0.7
    if clues.own is None and clues.around is None and meaning.party is Party.INSURED:
        return _DEFAULT_PARTY
    if _near(meaning.party, clues.own) or _near(meaning.party, clues.around):
        return 0.75
    return 0.25


def _near(one: Party, other: Party | None) -> bool:
    """Parties whose sections are often one: plan and premium, for one."""
    pairs = ({Party.COVERAGE, Party.PREMIUM}, {Party.MEDICAL, Party.PHYSICIAN}, {Party.OWNER, Party.PAYOR})
    return any({one, other} == pair for pair in pairs)


# --- boxes --------------------------------------------------------------------------------------------------


def _groups(fields: Sequence[Captioned], found: Mapping[int, Draft]) -> dict[tuple[object, ...], list[int]]:
    """Boxes that answer one question."""
    groups: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for index, field in enumerate(fields):
        if not field.field.is_box or index in found:
            continue
        name = field.field.name
        if "=" in name:
            key: tuple[object, ...] = (name.partition("=")[0],)
        else:
            key = (field.field.page, field.caption or stem_of(name), field.row)
        groups[key].append(index)
    return groups


def _ranked_group(
    fields: Sequence[Captioned], clues: Sequence[Clues], group: Sequence[int]
) -> dict[int, list[tuple[float, Meaning]]]:
    """The same ranking for every box of a question: the meaning that suits all of them."""
    sums: dict[Meaning, float] = defaultdict(float)
    for index in group:
        for meaning in MEANINGS:
            score = _score(meaning, fields[index], clues[index])
            if score and option_value(meaning.path, fields[index], {}) is None:
                score *= 0.4
            if ("#" in meaning.path) != (fields[index].row is not None):
                score *= 0.6
            sums[meaning] += score / len(group)
    ranked = sorted(((score, meaning) for meaning, score in sums.items() if score >= ENOUGH), key=lambda p: -p[0])
    first = fields[group[0]]
    topic = _topic(first, clues[group[0]])
    answers = {option_value("", fields[index], {}) for index in group}
    if topic is not None and answers <= {"yes", "no"} and not (ranked and _is_sure(ranked[0], clues[group[0]])):
        ranked.insert(0, topic)
    return dict.fromkeys(group, ranked)


def _is_sure(best: tuple[float, Meaning], clues: Clues) -> bool:
    """Whether a value that an application has of its own is meant, and no question of a list."""
    score, meaning = best
    listed = {Party.LIFESTYLE, Party.MEDICAL}
    if clues.own in listed or clues.around in listed:
        return meaning.alone and score > 0.8
    return score > 0.5


def _topic(field: Captioned, clues: Clues) -> tuple[float, Meaning] | None:
    """What a question of a list of yes/no questions is about."""
    words = " ".join(clues.texts.values())
    section = next((p for p in (clues.own, clues.around) if p in (Party.LIFESTYLE, Party.MEDICAL)), None)
    hits = []
    for topic, pattern, _ in answers.TOPICS:
        found = list(re.finditer(rf"\b(?:{pattern})", words))
        if found:
            hits.append((-len(found), found[0].start(), topic))
    if not hits:
        return None
    topic = min(hits)[2]
    home = section or answers.section_of(topic)
    score = 0.9 if section is answers.section_of(topic) else 0.6
    return score, Meaning(home, f"{home}.{topic}", FieldType.CHECKBOX, "")


def option_value(path: str, field: Captioned, products: Mapping[str, str]) -> str | None:
    """What a mark in the box means on that path; ``None`` where its word says nothing there."""
    bare, _, export = field.field.name.partition("=")
    last = plain_name(re.split(r"[._]", bare)[-1])
    said = [field.field.tooltip.rpartition(":")[2], field.option, last, export]
    words = [text for text in map(plain, said) if text]
    if path == "coverage.product":
        by_name = {plain(name): code for code, name in products.items()}
        return next(
            (code for text in words for name, code in by_name.items() if name in text or text in name), None
        ) or ((field.option or last).strip().upper().replace(" ", "-") or None)
    if path == "coverage.term_years":
        return next((match[0] for text in words if (match := re.search(r"\d+", text))), None)
    known = answers.OPTIONS.get(re.sub(r"\.\d+\.", ".#.", path), (("yes", r"y(?:es)?"), ("no", r"no?")))
    for text in words:
        for value, pattern in known:
            if re.match(rf"(?:{pattern})(?![a-z0-9])", text):
                return value
    return re.sub(r"\W+", "_", words[0]) if path == "coverage.riders" and words else None


# --- one path, one field ------------------------------------------------------------------------------------


def _settle(
    fields: Sequence[Captioned],
    candidates: Mapping[int, list[tuple[float, Meaning]]],
    found: dict[int, Draft],
    clues: Sequence[Clues],
) -> None:
    """Gives each path to the field that fits it best; tables take as many as come."""
    taken: dict[str, str] = {}
    offers = [(score, -index, meaning) for index, ranked in candidates.items() for score, meaning in ranked]
    for score, negative, meaning in sorted(offers, key=lambda offer: (-offer[0], -offer[1])):
        index = -negative
        owner = question_key(fields[index]) if fields[index].field.is_box else str(index)
        if index in found or ("#" not in meaning.path and taken.setdefault(meaning.path, owner) != owner):
            continue
        kind = _type(fields[index], meaning)
        found[index] = Draft(fields[index], meaning.path, kind, label_of(fields[index]), min(score, 0.99))


def question_key(field: Captioned) -> str:
    """Boxes with the same key answer one question."""
    name = field.field.name
    return name.partition("=")[0] if "=" in name else f"{field.field.page} {field.caption or stem_of(name)} {field.row}"


def _type(field: Captioned, meaning: Meaning) -> FieldType:
    if field.field.is_box:
        return FieldType.CHECKBOX
    if meaning.type is FieldType.CHECKBOX:
        return FieldType.INTEGER if meaning.path.endswith("years") else FieldType.TEXT
    return meaning.type


def _in_rows(drafted: Sequence[Draft], clues: Sequence[Clues]) -> list[Draft]:
    """Rows of tables by their order on the form: the n-th of a column is in row n."""
    counts: Counter[str] = Counter()
    rows: dict[tuple[str, str], int] = {}
    numbered = []
    for draft, clue in zip(drafted, clues, strict=True):
        if draft.means is None or "#" not in draft.means:
            numbered.append(draft)
            continue
        key = (draft.means, question_key(draft.field) if draft.field.field.is_box else draft.field.field.name)
        if key not in rows:
            rows[key] = counts[draft.means]
            counts[draft.means] += 1
        path = draft.means.replace("#", str(rows[key]))
        numbered.append(replace(draft, means=path, primary=_is_primary(draft.field, clue)))
    return numbered


def _is_primary(field: Captioned, clues: Clues) -> bool | None:
    for text in (*clues.texts.values(), *(plain(heading) for heading in field.headings[:2])):
        if match := re.search(r"\b(primary|contingent|secondary)\b", text):
            return match[1] == "primary"
    return None


def _with_values(drafted: Iterable[Draft], products: Mapping[str, str]) -> list[Draft]:
    """What a mark means in each box; a product that the carrier does not list is a guess."""
    valued = []
    for draft in drafted:
        if draft.field.field.is_box:
            value = option_value(draft.means or "", draft.field, products) or _slug_of_option(draft.field)
            unlisted = draft.means == "coverage.product" and value not in products
            draft = replace(draft, value=value, score=min(draft.score, 0.5) if unlisted else draft.score)
        valued.append(draft)
    return valued


def _slug_of_option(field: Captioned) -> str:
    """Boxes of no known path: what stands beside them."""
    said = field.option or field.field.name.rpartition("=")[2]
    return re.sub(r"[^a-z0-9]+", "_", plain(said)).strip("_")[:40] or "marked"


# --- fields of no known meaning, and of signatures ----------------------------------------------------------


def _signed(field: Captioned, place: SignedPlace) -> Draft:
    return Draft(field, place.path, place.type, label_of(field), place.score)


def _own(field: Captioned) -> Draft:
    """A field that no application has: kept under the form's own name for it."""
    return Draft(field, None, guessed_type(field), label_of(field), 0.0)


_TYPES: tuple[tuple[FieldType, str], ...] = (
    (FieldType.SSN, r"ssn|social security"),
    (FieldType.EMAIL, r"e ?mail"),
    (FieldType.PHONE, r"phone|telephone|fax"),
    (FieldType.ZIP, r"zip|postal code"),
    (FieldType.DATE, r"date|dob|birth ?date|born on"),
    (FieldType.PERCENT, r"percent|percentage|%"),
    (FieldType.MONEY, r"amount|income|premium|dollars?|salary|balance|refund|price"),
    (FieldType.STATE, r"state"),
    (FieldType.INTEGER, r"age|years|number of|how many"),
    (FieldType.NAME, r"name"),
)


def guessed_type(field: Captioned) -> FieldType:
    """From the form's own format, its kind, else from its words."""
    if field.field.is_box:
        return FieldType.CHECKBOX
    if field.field.format is not None:
        return field.field.format
    if "$" in field.caption or "$" in field.field.tooltip:
        return FieldType.MONEY
    for text in texts_of(field).values():
        for kind, pattern in _TYPES:
            if len(text.split()) < 9 and whole(pattern).search(text):
                return kind
    return FieldType.TEXT


def label_of(field: Captioned) -> str:
    tooltip = field.field.tooltip
    if not field.field.is_box:
        return (tooltip or field.caption or field.field.name)[:160]
    question = tooltip or field.caption or field.field.name.partition("=")[0]
    option = field.option or field.field.name.rpartition("=")[2]
    return question[:160] if option and question.endswith(option) else f"{question[:120]}: {option[:40]}"
