"""Aldermoor's forms for special occasions: HIV consent, receipt, questionnaire, benefits, exchange, trust."""

from datetime import date

from samples.blanks.description import YES_NO, Ask, Head, Sign, Tick
from samples.blanks.looks import Aldermoor
from samples.blanks.sheet import DrawnForm, Sheet
from schemas.carrier import Dated
from schemas.carrier import FieldType as T
from schemas.codes import FormKind

_FROM = date(2026, 1, 1)


def _head(number: str, kind: FormKind, title: str, subtitle: str, pages: int = 1, **more: object) -> Head:
    code = f"ALD-{number}"
    return Head(
        id=f"ald-{number.lower()}-2026-01",
        kind=kind,
        number=code,
        edition="2026-01",
        printed=f"Form {code} (01/2026)",
        title=title,
        subtitle=subtitle,
        accepted_from=_FROM,
        page_count=pages,
        **more,  # type: ignore[arg-type]
    )


HIV = _head(
    "HC-40", FormKind.HIV_CONSENT, "Consent to HIV Testing", "Before blood is drawn", dated=Dated.BY_APPLICATION
)
RECEIPT = _head("TR-50", FormKind.TEMPORARY_INSURANCE, "Temporary Insurance Receipt", "For money taken now")
ACTIVITIES = _head(
    "QA-60",
    FormKind.QUESTIONNAIRE,
    "Aviation and Activities Questionnaire",
    "Flying, racing, diving, climbing",
    2,
    due_when_yes=("lifestyle.aviation", "lifestyle.avocation"),
)
BENEFITS = _head(
    "IL-70", FormKind.ILLUSTRATION, "Statement of Benefits and Premium", "What was shown to the applicant", 2
)
EXCHANGE = _head("EX-80", FormKind.EXCHANGE_1035, "1035 Exchange and Assignment", "Of an existing policy")
TRUST = _head("TC-90", FormKind.TRUST_CERTIFICATION, "Certification of Trust", "For a trust that owns the policy")


def _signature(sheet: Sheet, prefix: str, kind: FormKind, role: str, who: str) -> None:
    path = f"signatures.{kind.value}.{role}"
    sheet.row(
        Sign(f"{prefix}_Sign", f"{path}.mark", f"Signature of {who}", 5),
        Ask(f"{prefix}_Date", f"{path}.signed_on", T.DATE, "Date signed (mm/dd/yyyy)", 1.5, required=True),
        height=44,
    )
    sheet.row(Ask(f"{prefix}_PrintedName", f"{path}.printed_name", T.NAME, "Printed name"))


def draw_hiv() -> DrawnForm:
    sheet = Sheet(Aldermoor(), HIV)
    sheet.page()
    sheet.section("1", "Person to be tested")
    sheet.row(Ask("HC_Name", "hiv_consent.insured_name", T.NAME, "Full name of proposed insured", required=True))
    sheet.section("2", "What I consent to")
    for words in (
        "Aldermoor Life Insurance Company asks for a sample of blood or another fluid, which a laboratory will test "
        "for antibodies to the human immunodeficiency virus. The test is done only with this consent.",
        "A test that is positive does not mean that I have AIDS. I may name a doctor to whom the result is to be "
        "told; without a name it is told to me by the health authority, where the law says so.",
        "The result goes to the company, to its reinsurers where they decide on my application, and to nobody else "
        "without my written word. I may ask a counselor about the test before I sign.",
    ):
        sheet.text(words, 11)
    sheet.section("3", "Signature")
    _signature(sheet, "HC", FormKind.HIV_CONSENT, "insured", "proposed insured")
    return sheet.finish()


def draw_receipt() -> DrawnForm:
    sheet = Sheet(Aldermoor(), RECEIPT)
    sheet.page()
    sheet.section("1", "Money received")
    sheet.row(
        Ask("TR_Name", "temporary_insurance.insured_name", T.NAME, "Proposed insured", 3, required=True),
        Ask("TR_Amount", "temporary_insurance.amount", T.MONEY, "Amount received ($)", 1.5, required=True),
    )
    sheet.section("2", "Questions: with any yes there is no temporary insurance")
    for name, question, words in (
        ("TR_Q1", "treated", "In the past 2 years: treated for heart trouble, stroke or cancer?"),
        ("TR_Q2", "advised", "Told in the past 90 days to be admitted, operated on or tested?"),
    ):
        sheet.row(Tick(name, f"temporary_insurance.questions.{question}", words, YES_NO))
    sheet.section("3", "Terms")
    sheet.text(
        "From the date below and for at most 60 days the company insures the proposed insured for the amount applied "
        "for, but not above $1,000,000 and not from age 66 on. The insurance ends when the company decides, or returns "
        "the money.",
        11,
    )
    _signature(sheet, "TR", FormKind.TEMPORARY_INSURANCE, "insured", "proposed insured")
    return sheet.finish()


def draw_activities() -> DrawnForm:
    sheet = Sheet(Aldermoor(), ACTIVITIES)
    sheet.page()
    sheet.section("1", "What to tell")
    for words in (
        "Fill in this form when question 7a or 7b of the application is answered yes. Write on your own sheet, with "
        "your name on it: which aircraft you fly and with which licence, hours flown in all and in the past year, "
        "hours expected; or which activity you follow, how often, with which training, club and equipment.",
        "Say what you mean to do in the next two years. An exclusion of the activity may be asked for instead of a "
        "higher premium; say whether you would take it.",
    ):
        sheet.text(words, 11)
    sheet.page()
    sheet.section("2", "Signature")
    sheet.text("What I have told is true and complete, and part of my application.", 11)
    _signature(sheet, "QA", FormKind.QUESTIONNAIRE, "insured", "proposed insured")
    return sheet.finish()


def draw_benefits() -> DrawnForm:
    sheet = Sheet(Aldermoor(), BENEFITS)
    classes = (
        ("preferred_plus", "Preferred Plus"),
        ("preferred", "Preferred"),
        ("standard_plus", "Standard Plus"),
        ("standard", "Standard"),
    )
    smokers = (("preferred_tobacco", "Preferred Tobacco"), ("standard_tobacco", "Standard Tobacco"))
    sheet.page()
    sheet.section("1", "What was shown")
    sheet.row(
        Tick("IL_Plan", "illustration.product", "Plan", (("ALD-LEVEL", "Level Term"), ("ALD-SWIFT", "Swift Term")), 3),
        Ask("IL_Face", "illustration.face_amount", T.MONEY, "Face amount ($)", 2),
    )
    sheet.row(Tick("IL_Class", "illustration.rate_class", "Premium class", (*classes, *smokers)))
    sheet.row(
        Ask("IL_Annual", "illustration.annual_amount", T.MONEY, "Annual premium ($)"),
        Ask("IL_Modal", "illustration.modal_amount", T.MONEY, "Premium of one payment ($)"),
    )
    sheet.page()
    sheet.section("2", "Signature")
    sheet.text("This statement was given to me before I signed the application.", 11)
    _signature(sheet, "IL", FormKind.ILLUSTRATION, "owner", "applicant (owner)")
    return sheet.finish()


def draw_exchange() -> DrawnForm:
    sheet = Sheet(Aldermoor(), EXCHANGE)
    sheet.page()
    sheet.section("1", "Existing policy")
    sheet.row(
        Ask("EX_Company", "exchange.company", T.TEXT, "Existing company", 3, required=True),
        Ask("EX_Policy", "exchange.policy_number", T.TEXT, "Existing policy number", 2, required=True),
    )
    sheet.row(
        Ask("EX_Insured", "exchange.insured_name", T.NAME, "Insured under it"),
        Ask("EX_Owner", "exchange.owner_name", T.NAME, "Owner of it"),
    )
    sheet.section("2", "Assignment")
    sheet.text(
        "I assign all my rights in this policy to Aldermoor Life Insurance Company, which is to surrender it and use "
        "its value for the policy I apply for, in an exchange under section 1035 of the Internal Revenue Code.",
        11,
    )
    _signature(sheet, "EX", FormKind.EXCHANGE_1035, "owner", "owner")
    return sheet.finish()


def draw_trust() -> DrawnForm:
    sheet = Sheet(Aldermoor(), TRUST)
    sheet.page()
    sheet.section("1", "The trust")
    sheet.row(Ask("TC_Name", "trust.name", T.TEXT, "Name of the trust", required=True))
    sheet.row(
        Ask("TC_Dated", "trust.dated", T.DATE, "Dated (mm/dd/yyyy)"),
        Ask("TC_TaxId", "trust.tax_id", T.TEXT, "Tax id"),
    )
    sheet.row(Ask("TC_Trustees", "trust.trustees", T.TEXT, "All trustees now in office"))
    sheet.section("2", "Signature")
    sheet.text("The trust is in force, and the trustees named may own insurance for it.", 11)
    _signature(sheet, "TC", FormKind.TRUST_CERTIFICATION, "owner", "trustee")
    return sheet.finish()


DRAWINGS = (draw_hiv, draw_receipt, draw_activities, draw_benefits, draw_exchange, draw_trust)
