"""Aldermoor's short application in other languages than English: two pages, one drawing for all of them."""

from datetime import date
from functools import partial

from samples.blanks.aldermoor_words import WORDS, Words
from samples.blanks.description import ANSWERS, Ask, Head, Sign, Tick
from samples.blanks.looks import Aldermoor
from samples.blanks.sheet import DrawnForm, Sheet
from schemas.carrier import FieldType as T
from schemas.codes import FormKind, PremiumMode

_APPLICATION = "signatures.application"


def draw(language: str) -> DrawnForm:
    words = WORDS[language]
    sheet = Sheet(Aldermoor(), _head(language, words))
    sheet.page()
    sheet.text(words.lead)
    sheet.section("", f"1  {words.sections[0]}")
    _insured(sheet, words, language)
    sheet.section("", f"2  {words.sections[1]}")
    _beneficiaries(sheet, words)
    sheet.section("", f"3  {words.sections[2]}")
    _coverage(sheet, words)
    sheet.page()
    sheet.section("", f"4  {words.sections[3]}")
    sheet.row(*(_yes_no(words.existing[key], f"existing.{key}", language) for key in words.existing))
    sheet.questions("lifestyle", "Q", words.lifestyle, radio=False)
    sheet.questions("medical", "Q", words.medical, radio=False)
    sheet.section("", f"5  {words.sections[4]}")
    sheet.text(words.declaration, 9)
    _signed(sheet, words, "insured")
    _signed(sheet, words, "agent")
    sheet.section("", f"6  {words.sections[5]}")
    sheet.row(*(Ask(name, f"agent_report.{key}", _kind(key), label) for key, (name, label) in words.agent.items()))
    return sheet.finish()


DRAWINGS = tuple(partial(draw, language) for language in WORDS)


def _head(language: str, words: Words) -> Head:
    return Head(
        id=f"{words.number.lower()}-2026-01",
        kind=FormKind.APPLICATION,
        number=words.number,
        edition="2026-01",
        printed=f"{words.number} (01/2026)",
        title=words.title,
        subtitle=words.subtitle,
        accepted_from=date(2026, 1, 1),
        page_count=2,
        language=language,
    )


_KINDS = {
    "date_of_birth": T.DATE, "signed_on": T.DATE, "ssn": T.SSN, "state": T.STATE, "zip": T.ZIP, "phone": T.PHONE,
    "email": T.EMAIL, "annual_income": T.MONEY, "face_amount": T.MONEY, "modal_amount": T.MONEY, "share": T.PERCENT,
    "first_name": T.NAME, "last_name": T.NAME, "name": T.NAME, "agent_name": T.NAME,
}  # fmt: skip
_INSURED_ROWS = (
    (("first_name", 3), ("last_name", 3), ("date_of_birth", 2)),
    (("birthplace", 2.4), ("sex", 1.6), ("ssn", 2)),
    (("street", 3), ("zip", 1), ("city", 2), ("state", 1)),
    (("phone", 2), ("email", 3), ("best_time_to_call", 2.4)),
    (("occupation", 3), ("annual_income", 2), ("tobacco", 3)),
)


def _kind(key: str) -> T:
    return _KINDS.get(key, T.TEXT)


def _yes_no(field: tuple[str, str], means: str, language: str, width: float = 1) -> Tick:
    return Tick(field[0], means, field[1], ANSWERS[language], width)


def _insured(sheet: Sheet, words: Words, language: str) -> None:
    for row in _INSURED_ROWS:
        cells: list[Ask | Tick] = []
        for key, width in row:
            if key not in words.insured:
                continue
            name, label = words.insured[key]
            inside = "residence." if key in ("street", "zip", "city", "state") else ""
            means = f"insured.{inside}{key}"
            if key == "sex":
                cells.append(Tick(name, means, label, tuple(zip(("female", "male"), words.sexes, strict=True)), width))
            elif key == "tobacco":
                cells.append(_yes_no((name, label), means, language, width))
            else:
                cells.append(Ask(name, means, _kind(key), label, width))
        sheet.row(*cells)


def _beneficiaries(sheet: Sheet, words: Words) -> None:
    for said, prefix, kind, first, count in (
        (words.primary, "BP", "primary", 0, 3),
        (words.contingent, "BC", "contingent", 3, 2),
    ):
        sheet.text(said, 8.5, bold=True)
        rows = []
        for place in range(first, first + count):
            path, number = f"beneficiaries.{place}", place - first + 1
            sheet.imply(f"{path}.beneficiary_class", kind)
            rows.append(
                [
                    Ask(f"{prefix}{number}_{name}", f"{path}.{key}", _kind(key), f"{said} {number} : {label}")
                    for key, (name, label) in words.rows.items()
                ]
            )
        heads = [label for _, label in words.rows.values()]
        sheet.table(list(zip(heads, (4, 2.6, 1.8, 1), strict=True)), rows)


def _coverage(sheet: Sheet, words: Words) -> None:
    (product, term), asked = (words.coverage["product"], words.coverage["term_years"]), words.coverage
    products = (("ALD-LEVEL", "Aldermoor Level Term"), ("ALD-SWIFT", "Aldermoor Swift Term"))
    years = tuple((term, f"{term} {words.years}") for term in ("10", "15", "20", "30"))
    sheet.row(
        Tick(product[0], "coverage.product", product[1], products, 2.6),
        Tick(term[0], "coverage.term_years", term[1], years, 2.6),
    )
    modes = tuple(zip([mode.value for mode in _MODES], words.modes, strict=True))
    sheet.row(Tick(asked["mode"][0], "premium.mode", asked["mode"][1], modes))
    sheet.row(
        Ask(asked["face_amount"][0], "coverage.face_amount", T.MONEY, asked["face_amount"][1]),
        Ask(asked["modal_amount"][0], "premium.modal_amount", T.MONEY, asked["modal_amount"][1]),
    )


_MODES = (PremiumMode.ANNUAL, PremiumMode.SEMIANNUAL, PremiumMode.QUARTERLY, PremiumMode.MONTHLY)


def _signed(sheet: Sheet, words: Words, role: str) -> None:
    name, label = words.signing[role]
    date_name, date_label = words.signing["signed_on"]
    sheet.row(
        Sign(name, f"{_APPLICATION}.{role}.mark", label, 4),
        Ask(f"{name}_{date_name}", f"{_APPLICATION}.{role}.signed_on", T.DATE, date_label, 2),
        height=44,
    )
    if role == "insured":
        places = [(key, *words.signing[key]) for key in ("city", "state") if key in words.signing]
        path = f"{_APPLICATION}.{role}"
        sheet.row(*(Ask(f"{name}_{part}", f"{path}.{key}", _kind(key), said) for key, part, said in places))
