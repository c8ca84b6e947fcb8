"""Drafts what each field of a blank means, from its name, its tooltip and what is printed beside it."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from schemas.carrier import FieldType
from schemas.codes import FormKind
from services.intake.learning import vocabulary
from services.intake.learning.captions import Captioned
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


@dataclass(frozen=True)
class _Clues:
    """What is known of one field, in plain words."""

    texts: dict[str, str]
    own: Party | None
    """Named by the field itself."""
    around: Party | None
    """Named by the headings above it, or by the fields it shares a name with."""


def drafts(fields: Sequence[Captioned], kind: FormKind, products: Mapping[str, str]) -> list[Draft]:
    """A draft for every field, in the order given; ``products`` are the carrier's names of products by code."""
    clues = [_of_form(clue, kind) for clue in _clues(fields)]
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


# --- clues --------------------------------------------------------------------------------------------------


def _clues(fields: Sequence[Captioned]) -> list[_Clues]:
    texts = [_texts(field) for field in fields]
    own = [_named_party(said) for said in texts]
    stems = [_stem(field.field.name) for field in fields]
    votes: dict[str, Counter[Party]] = defaultdict(Counter)
    for stem, party in zip(stems, own, strict=True):
        if party is not None:
            votes[stem][party] += 1
    sizes = Counter(stems)
    street: tuple[int, str, Party | None] | None = None
    clues = []
    for index, field in enumerate(fields):
        around = _party_of_headings(field)
        stem = stems[index]
        if votes[stem] and sizes[stem] < 0.5 * len(fields):
            party, count = votes[stem].most_common(1)[0]
            around = party if 2 * count >= sizes[stem] else around
        said = texts[index]
        if re.search(vocabulary.SIGNED, " ".join(said.values())) is None:
            street, said, around = _of_street(street, field, said, own[index], around)
        clues.append(_Clues(said, own[index], around))
    return clues


def _of_form(clues: _Clues, kind: FormKind) -> _Clues:
    """An authorisation is about the insured throughout."""
    if kind is FormKind.HIPAA and clues.own in (None, Party.MEDICAL, Party.INSURED):
        return replace(clues, own=Party.INSURED)
    return clues


_Street = tuple[int, str, Party | None]


def _of_street(
    street: _Street | None, field: Captioned, said: dict[str, str], own: Party | None, around: Party | None
) -> tuple[_Street | None, dict[str, str], Party | None]:
    """City, state and ZIP belong to the street before them, of whomever that is and for whatever mail."""
    words = " ".join(said.values())
    if re.search(r"\b(?:street|address)\b", words) and "mail address" not in words.replace("e mail address", ""):
        return (
            (field.field.page, "mailing" if re.search(r"\bmail(?:ing)?\b", words) else "", own or around),
            said,
            around,
        )
    if re.search(r"\bmailing\b|\bmail (?:street|address)\b", words) and re.search(r"address|street", words):
        return (field.field.page, "mailing", own or around), said, around
    if street is None or street[0] != field.field.page or not re.search(r"\b(?:city|state|zip)\b", words):
        return street, said, around
    if re.search(r"licen[sc]e|issue|of state|birth|\bmail", words):
        return street, said, around
    if street[1]:
        said = {source: f"{street[1]} {text}" for source, text in said.items()}
    return street, said, street[2] or around


def _texts(field: Captioned) -> dict[str, str]:
    tooltip = field.field.tooltip
    if field.field.is_box:
        tooltip = re.sub(r"[:\-–]\s*[^:\-–]*$", "", tooltip) or tooltip
    sources = {
        "tooltip": plain(tooltip),
        "caption": plain(field.caption),
        "name": re.sub(r"\d+", " ", plain_name(field.field.name)).strip(),
    }
    return {source: text for source, text in sources.items() if re.search(r"[a-z]{2}", text)}


@cache
def _word(pattern: str) -> re.Pattern[str]:
    # A per cent sign is no word's edge.
    return re.compile(rf"(?<![a-z0-9])(?:{pattern})(?![a-z0-9])")


def _named_party(said: Mapping[str, str]) -> Party | None:
    """The party first named in a tooltip, else in a caption, else in the name."""
    for source in ("tooltip", "caption", "name"):
        text = re.sub(r"relation(?:ship)? to .*|if not the .*|known (?:the )?insured", "", said.get(source, ""))
        if len(text.split()) > 9:
            continue
        party = _first_party(text)
        if party is not None:
            return party
    return None


def _first_party(text: str) -> Party | None:
    hits = []
    for rank, (party, pattern) in enumerate(PARTIES):
        match = _word(pattern).search(text)
        if match:
            hits.append((match.start(), rank, party))
    return min(hits)[2] if hits else None


def _party_of_headings(field: Captioned) -> Party | None:
    for heading in field.headings[:3]:
        party = _first_party(re.sub(r"(?:of|if not) the (?:proposed |person to be )?insured.*$", "", plain(heading)))
        if party is not None:
            return party
    return None


def _stem(name: str) -> str:
    """A field's name without its last part, rows taken together."""
    bare = name.partition("=")[0]
    above = re.split(r"[._](?=[^._]+$)", bare)[0] if re.search(r"[._]", bare) else ""
    return re.sub(r"\d+", "#", above)


# --- scores -------------------------------------------------------------------------------------------------


def _ranked(field: Captioned, clues: _Clues, kind: FormKind) -> list[tuple[float, Meaning]]:
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


def _score(meaning: Meaning, field: Captioned, clues: _Clues) -> float:
    is_choice = meaning.type is FieldType.CHECKBOX
    if is_choice != field.field.is_box and meaning.path not in ("coverage.product", "coverage.term_years"):
        return 0
    doubt = 1.0
    for source, text in clues.texts.items():
        doubt *= 1 - _WEIGHTS[source] * _fit(meaning, text, field.field.is_box)
    score = (1 - doubt) * _of_party(meaning, clues)
    if field.field.format is not None:
        score *= 1 if field.field.format is meaning.type else 0.5
    whole = (FieldType.DATE, FieldType.SSN, FieldType.PHONE, FieldType.ZIP)
    if meaning.type in whole and _word(vocabulary.PIECES).search(plain_name(field.field.name)):
        score *= 0.5
    if field.field.cells == 9 and meaning.type is FieldType.SSN:
        score = min(1, score * 1.1)
    return score


def _fit(meaning: Meaning, text: str, is_question: bool) -> float:
    """How much of a clue the meaning's words explain, 0 to 1."""
    match = max(_word(meaning.pattern).finditer(text), key=lambda found: len(found[0]), default=None)
    if match is None:
        return 0
    rest = f"{text[: match.start()]} {text[match.end() :]}"
    party = dict(PARTIES)[meaning.party]
    rest = re.sub(
        r"\b(?:mm dd yyyy|proposed insured|form|section|number|no|full|legal|person to be insured)\b",
        " ",
        _word(party).sub(" ", rest),
    )
    left = [word for word in rest.split() if word not in _FILLERS | _PREPOSITIONS and not word.isdigit()]
    explained = len(match[0].split()) + 0.5 * (len(match[0]) > 4)
    coverage = explained / (explained + len(left))
    return 0.45 + 0.5 * coverage if is_question else 0.1 + 0.85 * coverage


def _of_party(meaning: Meaning, clues: _Clues) -> float:
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
            key = (field.field.page, field.caption or _stem(name), field.row)
        groups[key].append(index)
    return groups


def _ranked_group(
    fields: Sequence[Captioned], clues: Sequence[_Clues], group: Sequence[int]
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


def _is_sure(best: tuple[float, Meaning], clues: _Clues) -> bool:
    """Whether a value that an application has of its own is meant, and no question of a list."""
    score, meaning = best
    listed = {Party.LIFESTYLE, Party.MEDICAL}
    if clues.own in listed or clues.around in listed:
        return meaning.alone and score > 0.8
    return score > 0.5


def _topic(field: Captioned, clues: _Clues) -> tuple[float, Meaning] | None:
    """What a question of a list of yes/no questions is about."""
    words = " ".join(clues.texts.values())
    section = next((p for p in (clues.own, clues.around) if p in (Party.LIFESTYLE, Party.MEDICAL)), None)
    hits = []
    for topic, pattern, _ in vocabulary.TOPICS:
        found = list(re.finditer(rf"\b(?:{pattern})", words))
        if found:
            hits.append((-len(found), found[0].start(), topic))
    if not hits:
        return None
    topic = min(hits)[2]
    home = section or vocabulary.section_of(topic)
    score = 0.9 if section is vocabulary.section_of(topic) else 0.6
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
    known = vocabulary.OPTIONS.get(re.sub(r"\.\d+\.", ".#.", path), (("yes", r"y(?:es)?"), ("no", r"no?")))
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
    clues: Sequence[_Clues],
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
        found[index] = Draft(fields[index], meaning.path, kind, _label(fields[index]), min(score, 0.99))


def question_key(field: Captioned) -> str:
    """Boxes with the same key answer one question."""
    name = field.field.name
    return name.partition("=")[0] if "=" in name else f"{field.field.page} {field.caption or _stem(name)} {field.row}"


def _type(field: Captioned, meaning: Meaning) -> FieldType:
    if field.field.is_box:
        return FieldType.CHECKBOX
    if meaning.type is FieldType.CHECKBOX:
        return FieldType.INTEGER if meaning.path.endswith("years") else FieldType.TEXT
    return meaning.type


def _in_rows(drafted: Sequence[Draft], clues: Sequence[_Clues]) -> list[Draft]:
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


def _is_primary(field: Captioned, clues: _Clues) -> bool | None:
    for text in (*clues.texts.values(), *(plain(heading) for heading in field.headings[:2])):
        if match := re.search(r"\b(primary|contingent|secondary)\b", text):
            return match[1] == "primary"
    return None


def _with_values(drafted: Iterable[Draft], products: Mapping[str, str]) -> list[Draft]:
    return [
        replace(draft, value=option_value(draft.means or "", draft.field, products) or _slug_of_option(draft.field))
        if draft.field.field.is_box
        else draft
        for draft in drafted
    ]


def _slug_of_option(field: Captioned) -> str:
    """Boxes of no known path: what stands beside them."""
    said = field.option or field.field.name.rpartition("=")[2]
    return re.sub(r"[^a-z0-9]+", "_", plain(said)).strip("_")[:40] or "marked"


# --- fields of no known meaning, and of signatures ----------------------------------------------------------


def _signed(field: Captioned, place: SignedPlace) -> Draft:
    return Draft(field, place.path, place.type, _label(field), place.score)


def _own(field: Captioned) -> Draft:
    """A field that no application has: kept under the form's own name for it."""
    return Draft(field, None, guessed_type(field), _label(field), 0.0)


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
    for text in _texts(field).values():
        for kind, pattern in _TYPES:
            if len(text.split()) < 9 and _word(pattern).search(text):
                return kind
    return FieldType.TEXT


def _label(field: Captioned) -> str:
    tooltip = field.field.tooltip
    if not field.field.is_box:
        return (tooltip or field.caption or field.field.name)[:160]
    question = tooltip or field.caption or field.field.name.partition("=")[0]
    option = field.option or field.field.name.rpartition("=")[2]
    return question[:160] if option and question.endswith(option) else f"{question[:120]}: {option[:40]}"
