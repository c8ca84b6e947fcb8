"""Guesses which form a blank is, from what is printed on its pages: number, edition, title, kind, language."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from schemas.codes import FormKind
from services.intake.learning.printing import Run
from services.intake.learning.vocabulary import plain

_FOOT, _HEAD = 0.12, 0.08
"""Shares of the page's height where form lines stand."""
_LONGEST_TITLE = 14
"""Words; more make a sentence."""
_LONG_WORD = 9
"""Letters of a title in one word, such as ``Einwilligung``."""
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_PAGE_NUMBER = re.compile(
    r"[\s·|,–-]*\b(?:page|sida|halaman)\s*\d+(?:\s*(?:of|de|av|daripada|/)\s*\d+)?[\s·|,–-]*", re.I
)
_NUMBER = re.compile(
    r"\b(?:ICC\d\d[- ]?)?[A-Z]{1,6}(?:[-. ][A-Z]{1,4})*[-. ]?\d{2,6}(?:[-.]?[A-Z0-9]{1,6})*\b|\b\d{3,6}-?[A-Z]{1,3}\b"
)
_STATED = re.compile(r"\bform\s+(?:no\.?\s*)?([A-Z0-9][A-Z0-9.-]*(?:\s?\d[A-Z0-9-]*)?)", re.I)
LANGUAGES = {
    "en": "the of and to your name date insured signature",
    "fr": "le la les des du votre nom date assuré signature et",
    "sv": "och att av namn datum försäkrade underskrift är för den",
    "ms": "dan yang nama tarikh tandatangan anda diinsuranskan dengan untuk",
}
"""Languages of forms, each with some of its commonest words."""
_KINDS = (
    (FormKind.HIV_CONSENT, r"\bhiv\b|\baids\b"),
    (FormKind.EXCHANGE_1035, r"\b1035\b"),
    (FormKind.TRUST_CERTIFICATION, r"certifica(?:tion|te) of trust|trust(?:ee)? certifica"),
    (FormKind.TEMPORARY_INSURANCE, r"temporary (?:life )?insurance|conditional receipt"),
    (FormKind.ILLUSTRATION, r"illustration|statement of benefits"),
    (FormKind.DEFINITION_OF_REPLACEMENT, r"definition of replacement"),
    (FormKind.ESIGN_CERTIFICATE, r"certificate of (?:completion|signing|electronic)"),
    (FormKind.QUESTIONNAIRE, r"questionnaire"),
    (FormKind.HIPAA, r"hipaa|authori[sz]ation|health information|release of (?:medical|health)"),
    (FormKind.REPLACEMENT_NOTICE, r"replacement|replacing"),
)


@dataclass(frozen=True)
class PrintedPage:
    runs: tuple[Run, ...]
    height: float


@dataclass(frozen=True)
class Identity:
    """What is printed, as far as it could be made out; empty or ``None`` = not found."""

    printed: str
    """The line that names form and edition on every page, without the page number."""
    number: str
    edition: str | None
    """Year and month, ``2026-01``."""
    title: str
    kind: FormKind
    language: str


def identity_of(pages: Sequence[PrintedPage]) -> Identity:
    printed = _form_line(pages)
    title = _title(pages)
    body = " ".join(run.text for page in pages for run in page.runs)
    return Identity(
        printed=printed,
        number=_number(printed),
        edition=edition_in(printed),
        title=title,
        kind=kind_of(f"{title} {printed}"),
        language=_language(body),
    )


def kind_of(title: str) -> FormKind:
    """What a form with such a title is for; anything else counts as an application."""
    return next((kind for kind, pattern in _KINDS if re.search(pattern, title, re.I)), FormKind.APPLICATION)


def edition_in(text: str) -> str | None:
    """Year and month out of ``(01/2026)``, ``Ed. 2026-02``, ``Rev. 10-2018``, ``March 2024``.

    A mere ``(2019)`` counts from January.
    """
    for pattern, year, month in (
        (r"\b(20\d\d|19\d\d)[-/.](0?[1-9]|1[0-2])\b", 1, 2),
        (r"\b(0?[1-9]|1[0-2])[-/.](20\d\d|19\d\d)\b", 2, 1),
        (r"\b(0?[1-9]|1[0-2])[-/.]\d{1,2}[-/.](20\d\d|19\d\d)\b", 2, 1),
        (r"\b(0[1-9]|1[0-2])[-/](\d\d)\b", 2, 1),
    ):
        if match := re.search(pattern, text):
            full = match[year] if len(match[year]) == 4 else f"20{match[year]}"
            return f"{full}-{int(match[month]):02}"
    if match := re.search(rf"\b({'|'.join(_MONTHS)})[a-z]*\.?\s+(?:\d{{1,2}},?\s+)?(20\d\d|19\d\d)\b", text, re.I):
        return f"{match[2]}-{_MONTHS.index(match[1].lower()[:3]) + 1:02}"
    if match := re.search(r"\((20\d\d|\d\d)\)", text):
        return f"{match[1] if len(match[1]) == 4 else f'20{match[1]}'}-01"
    return None


def _form_line(pages: Sequence[PrintedPage]) -> str:
    """The line at the foot or head that most pages share and that looks most like a form's name."""
    seen: Counter[str] = Counter()
    for page in pages:
        lines = {
            _PAGE_NUMBER.sub(" ", run.text).strip()
            for run in page.runs
            if run.box[3] < _FOOT * page.height or run.box[1] > (1 - _HEAD) * page.height
        }
        seen.update(line for line in lines if len(line) > 2)
    best = max(seen, key=lambda line: (_looks(line) + 2 * seen[line] / len(pages), -len(line)), default="")
    return best if best and _looks(best) > 0 else ""


def _looks(line: str) -> float:
    """How much a line is like ``Form ALD-TL-101 (01/2026)``."""
    score = 2.0 * bool(edition_in(line)) + 1.5 * bool(re.search(r"\bform\b|\brev\b|\bed\b", line, re.I))
    score += 1.5 * bool(_NUMBER.search(line))
    return score - 0.03 * max(len(line) - 30, 0) if re.search(r"\d", line) else 0


def _number(line: str) -> str:
    stated = _STATED.search(line)
    if stated and re.search(r"\d", stated[1]):
        return stated[1].strip()
    bare = re.sub(r"\(.*?\)|\b(?:rev|ed|edition|version)\b.*", " ", line, flags=re.I)
    match = _NUMBER.search(bare)
    return match[0].strip() if match else ""


def _title(pages: Sequence[PrintedPage]) -> str:
    """What stands out most in the upper third of the first page, is no company's name and no sentence."""
    if not pages:
        return ""
    page = pages[0]
    body = median([run.size for run in page.runs for _ in run.words] or [1])
    upper = [run for run in page.runs if run.box[1] > 0.66 * page.height and _may_be_title(run.text)]
    best = max(upper, key=lambda run: (_stands_out(run, body), run.box[3]), default=None)
    return best.text[:120] if best else ""


def _may_be_title(text: str) -> bool:
    """Two words at least that are no form's number, and not so many as make a sentence."""
    words = [word for word in text.split() if re.fullmatch(r"\W*[^\W\d_]{3,}.*", word)]
    is_sentence = len(text.split()) > _LONGEST_TITLE or re.search(r"[a-z]{3}[.;]$", text)
    return (len(words) > 1 or max(map(len, words), default=0) > _LONG_WORD) and not is_sentence


def _stands_out(run: Run, body: float) -> float:
    """By size and weight; what calls itself a form of some kind is a title, a company's name is not."""
    score = min(run.size / body, 3) + 0.5 * run.bold
    score += bool(re.search(r"applica|authori|notice|request|form\b|statement|consent|claim|questionnaire|"
                            r"certifica|receipt|agreement|report|illustration", run.text, re.I))  # fmt: skip
    return score - 2 * bool(re.search(r"\b(?:company|inc|mutual|llc|bank|department|society)\b", run.text, re.I))


def _language(text: str) -> str:
    words = Counter(plain(text).split())
    scores = {code: sum(words[word] for word in common.split()) for code, common in LANGUAGES.items()}
    best = max(scores, key=lambda code: scores[code])
    return best if scores[best] else "en"
