"""Gathers what is known of each field in plain words: what it says itself, and whom it is about."""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from schemas.codes import FormKind
from services.intake.learning import vocabulary
from services.intake.learning.captions import Captioned
from services.intake.learning.vocabulary import PARTIES, Party, plain, plain_name


@dataclass(frozen=True)
class Clues:
    """What is known of one field, in plain words."""

    texts: dict[str, str]
    own: Party | None
    """Named by the field itself."""
    around: Party | None
    """Named by the headings above it, or by the fields it shares a name with."""


def clues_of(fields: Sequence[Captioned], kind: FormKind) -> list[Clues]:
    """One for each field, in the order given, which is the order of reading."""
    texts = [texts_of(field) for field in fields]
    own = [_named_party(said) for said in texts]
    stems = [stem_of(field.field.name) for field in fields]
    votes: dict[str, Counter[Party]] = defaultdict(Counter)
    for stem, party in zip(stems, own, strict=True):
        if party is not None:
            votes[stem][party] += 1
    sizes = Counter(stems)
    street: _Street | None = None
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
        clues.append(_of_form(Clues(said, own[index], around), kind))
    return clues


def _of_form(clues: Clues, kind: FormKind) -> Clues:
    """An authorisation is about the insured throughout."""
    if kind is FormKind.HIPAA and clues.own in (None, Party.MEDICAL, Party.INSURED):
        return replace(clues, own=Party.INSURED)
    return clues


@dataclass(frozen=True)
class _Street:
    """The address that the fields after it complete."""

    page: int
    for_mail: bool
    party: Party | None


def _of_street(
    street: _Street | None, field: Captioned, said: dict[str, str], own: Party | None, around: Party | None
) -> tuple[_Street | None, dict[str, str], Party | None]:
    """City, state and ZIP belong to the street before them, of whomever that is and for whatever mail."""
    words = " ".join(said.values())
    if re.search(r"\b(?:street|address)\b", words) and not re.search(r"\be ?mail\b", words):
        for_mail = re.search(r"\bmail(?:ing)?\b", words) is not None
        return _Street(field.field.page, for_mail, own or around), said, around
    completes = re.search(r"\b(?:city|state|zip)\b", words) is not None
    if street is None or street.page != field.field.page or not completes:
        return street, said, around
    if re.search(r"licen[sc]e|issue|of state|birth|\bmail", words):
        return street, said, around
    if street.for_mail:
        said = {source: f"mailing {text}" for source, text in said.items()}
    return street, said, street.party or around


def texts_of(field: Captioned) -> dict[str, str]:
    """Tooltip, caption and name in plain words; a box's own word left out."""
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
def whole(pattern: str) -> re.Pattern[str]:
    """The pattern as whole words; a per cent sign is one too."""
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
        match = whole(pattern).search(text)
        if match:
            hits.append((match.start(), rank, party))
    return min(hits)[2] if hits else None


def _party_of_headings(field: Captioned) -> Party | None:
    for heading in field.headings[:3]:
        party = _first_party(re.sub(r"(?:of|if not) the (?:proposed |person to be )?insured.*$", "", plain(heading)))
        if party is not None:
            return party
    return None


def stem_of(name: str) -> str:
    """A field's name without its last part, rows taken together."""
    bare = name.partition("=")[0]
    above = re.split(r"[._](?=[^._]+$)", bare)[0] if re.search(r"[._]", bare) else ""
    return re.sub(r"\d+", "#", above)
