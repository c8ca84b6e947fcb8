"""Aldermoor's term life application, form ALD-TL-101, in its current and its retired edition."""

from datetime import date

from samples.blanks.aldermoor_questions import LIFESTYLE, MEDICAL
from samples.blanks.description import YES_NO, Ask, Head, Sign, Tick
from samples.blanks.looks import Aldermoor
from samples.blanks.sheet import DrawnForm, Sheet
from schemas.carrier import FieldType as T
from schemas.codes import FormKind

TITLE = "Application for Term Life Insurance"
CURRENT = Head(
    id="ald-tl-101-2026-01",
    kind=FormKind.APPLICATION,
    number="ALD-TL-101",
    edition="2026-01",
    printed="Form ALD-TL-101 (01/2026)",
    title=TITLE,
    subtitle="Part 1 and Part 2, one proposed insured",
    accepted_from=date(2026, 1, 1),
    page_count=6,
)
RETIRED = Head(
    id="ald-tl-101-2019-01",
    kind=FormKind.APPLICATION,
    number="ALD-TL-101",
    edition="2019-01",
    printed="Form ALD-TL-101 (01/2019)",
    title=TITLE,
    subtitle="Part 1 and Part 2",
    accepted_from=date(2019, 1, 1),
    accepted_to=date(2023, 12, 31),
    page_count=6,
)


def draw(head: Head) -> DrawnForm:
    """The application in one of its editions; the retired one asks less and has sections 3 and 4 the other "
    "way."""
    retired = head is RETIRED
    sheet = Sheet(Aldermoor(), head)
    _proposed_insured(sheet)
    _insured_contact(sheet)
    _insured_work_and_build(sheet)
    _owner(sheet)
    if not retired:
        _about(sheet)
    sheet.page()
    if retired:
        _coverage(sheet, "3")
        _beneficiaries(sheet, "4")
    else:
        _beneficiaries(sheet, "3")
        _coverage(sheet, "4")
    _premium(sheet)
    _existing(sheet)
    _questions(sheet, retired)
    _medical_details(sheet)
    _signatures(sheet)
    _agent_report(sheet)
    if retired:
        _about(sheet)
    return sheet.finish()


def _proposed_insured(sheet: Sheet) -> None:
    sheet.page()
    sheet.text(
        "Please type, or print in black or blue ink. Answer every question; write “none” where there is "
        "nothing to tell. Corrections must be initialed and dated by the person who signs. Return all pages "
        "together.",
        8,
    )
    sheet.section("1", "Proposed insured")
    sheet.row(
        Ask("PI_FirstName", "insured.first_name", T.NAME, "First name", 3, required=True),
        Ask("PI_MiddleName", "insured.middle_name", T.NAME, "Middle name", 2),
        Ask("PI_LastName", "insured.last_name", T.NAME, "Last name", 3, required=True),
    )
    sheet.row(
        Ask("PI_DOB", "insured.date_of_birth", T.DATE, "Date of birth (mm/dd/yyyy)", 2, required=True),
        Ask("PI_Age", "insured.age_stated", T.INTEGER, "Age", 0.8),
        Ask("PI_Birthplace", "insured.birthplace", T.TEXT, "Place of birth (state or country)", 3),
        Tick("PI_Sex", "insured.sex", "Sex", (("male", "Male"), ("female", "Female")), 1.9),
    )
    sheet.row(
        Ask("PI_SSN", "insured.ssn", T.SSN, "Social Security number", 2.4, required=True, cells=9),
        Tick("PI_Citizen", "insured.us_citizen", "U.S. citizen?", YES_NO, 1.6),
        Ask("PI_Visa", "insured.visa_or_green_card", T.TEXT, "If no: visa type or permanent resident no.", 3),
    )


def _insured_contact(sheet: Sheet) -> None:
    sheet.row(
        Ask("PI_ResStreet", "insured.residence.street", T.TEXT, "Residence: street and no. (no P.O. box)", 4),
        Ask("PI_ResCity", "insured.residence.city", T.TEXT, "City", 2.2, required=True),
        Ask("PI_ResState", "insured.residence.state", T.STATE, "State", 0.8, required=True),
        Ask("PI_ResZIP", "insured.residence.zip", T.ZIP, "ZIP", 1.1, required=True),
        Ask("PI_ResYears", "insured.years_at_address", T.INTEGER, "Years there", 0.9),
    )
    sheet.row(
        Ask("PI_MailStreet", "insured.mailing.street", T.TEXT, "Mailing address, if different", 4),
        Ask("PI_MailCity", "insured.mailing.city", T.TEXT, "Mailing city", 2.2),
        Ask("PI_MailState", "insured.mailing.state", T.STATE, "State (mailing)", 1, caption="State"),
        Ask("PI_MailZIP", "insured.mailing.zip", T.ZIP, "ZIP (mailing)", 1.8, caption="ZIP"),
    )
    sheet.row(
        Ask("PI_Phone", "insured.phone", T.PHONE, "Phone", 2),
        Ask("PI_Email", "insured.email", T.EMAIL, "E-mail", 3.4),
        Ask("PI_BestTime", "insured.best_time_to_call", T.TEXT, "Best time to call", 2),
    )


def _insured_work_and_build(sheet: Sheet) -> None:
    sheet.row(
        Ask("PI_DLNumber", "insured.drivers_license_number", T.TEXT, "Driver’s license number", 3),
        Ask("PI_DLState", "insured.drivers_license_state", T.STATE, "License state", 1.2),
        Ask("PI_Occupation", "insured.occupation", T.TEXT, "Occupation", 3),
    )
    sheet.row(
        Ask("PI_Employer", "insured.employer", T.TEXT, "Employer", 3.4),
        Ask("PI_Income", "insured.annual_income", T.MONEY, "Annual earned income ($)", 2),
        Ask("PI_NetWorth", "insured.net_worth", T.MONEY, "Net worth ($)", 2),
    )
    sheet.row(
        Ask("PI_HeightFt", "insured.height_feet", T.INTEGER, "Height: feet", 1, required=True),
        Ask("PI_HeightIn", "insured.height_inches", T.INTEGER, "inches", 1, required=True),
        Ask("PI_Weight", "insured.weight_pounds", T.INTEGER, "Weight (pounds)", 1.4, required=True),
    )
    sheet.row(
        Tick("PI_Tobacco", "insured.tobacco", "Tobacco or nicotine in the past 5 years?", YES_NO, 2.4),
        Ask("PI_TobaccoType", "insured.tobacco_type", T.TEXT, "If yes: kind used", 2.4),
        Ask("PI_TobaccoLast", "insured.tobacco_last_used", T.TEXT, "Last used (month, year)", 2),
    )


def _owner(sheet: Sheet) -> None:
    sheet.section("2", "Owner and payor")
    sheet.row(
        Tick("OW_Same", "owner.same_as_insured", "Is the proposed insured the owner?", YES_NO, 2.4),
        Tick(
            "OW_Kind",
            "owner.kind",
            "If no, the owner is",
            (("person", "a person"), ("entity", "a company"), ("trust", "a trust")),
            3,
        ),
    )
    sheet.row(
        Ask("OW_Name", "owner.name", T.NAME, "Owner’s full legal name", 4),
        Ask("OW_TaxId", "owner.tax_id", T.SSN, "Owner’s SSN or tax number", 2),
        Ask("OW_Date", "owner.date_of_birth_or_trust", T.DATE, "Date of birth or of trust", 1.8),
    )
    sheet.row(
        Ask("OW_Relationship", "owner.relationship", T.TEXT, "Owner’s relationship to insured", 2),
        Ask("OW_Street", "owner.address.street", T.TEXT, "Owner’s street address", 3),
        Ask("OW_City", "owner.address.city", T.TEXT, "Owner’s city", 1.8, caption="City"),
        Ask("OW_State", "owner.address.state", T.STATE, "Owner’s state", 0.7, caption="State"),
        Ask("OW_ZIP", "owner.address.zip", T.ZIP, "Owner’s ZIP", 1, caption="ZIP"),
    )
    sheet.row(
        Ask("PY_Name", "payor.name", T.NAME, "Payor, if not the owner: full name", 4),
        Ask("PY_Relationship", "payor.relationship", T.TEXT, "Payor’s relationship to owner", 2),
    )


def _beneficiaries(sheet: Sheet, number: str) -> None:
    sheet.section(number, "Beneficiaries")
    sheet.text(
        "The shares of each class must make 100 %. Unless told otherwise below, survivors of a class share equally.", 8
    )
    sheet.text("Primary beneficiaries", 8.5, bold=True)
    _beneficiary_rows(sheet, "BP", "Primary", range(3), 0)
    sheet.text("Contingent beneficiaries (paid if no primary beneficiary survives)", 8.5, bold=True)
    _beneficiary_rows(sheet, "BC", "Contingent", range(3, 5), 3)


def _beneficiary_rows(sheet: Sheet, prefix: str, kind: str, places: range, first: int) -> None:
    rows = []
    for place in places:
        path, name = f"beneficiaries.{place}", f"{prefix}{place - first + 1}"
        sheet.imply(f"{path}.beneficiary_class", kind.lower())
        said = f"{kind} beneficiary {place - first + 1}"
        rows.append(
            (
                Ask(f"{name}_Name", f"{path}.name", T.NAME, f"{said}: name", required=place == 0),
                Ask(f"{name}_Rel", f"{path}.relationship", T.TEXT, f"{said}: relationship"),
                Ask(f"{name}_DOB", f"{path}.date_of_birth", T.DATE, f"{said}: date of birth"),
                Ask(f"{name}_SSN", f"{path}.ssn", T.SSN, f"{said}: SSN"),
                Ask(f"{name}_Share", f"{path}.share", T.PERCENT, f"{said}: share", required=place == 0),
            )
        )
    heads = (
        ("Full legal name", 4.2),
        ("Relationship to insured", 2.2),
        ("Date of birth", 1.6),
        ("SSN", 1.7),
        ("Share %", 1),
    )
    sheet.table(heads, rows, lead=16)


def _coverage(sheet: Sheet, number: str) -> None:
    sheet.section(number, "Coverage applied for")
    products = (("ALD-LEVEL", "Aldermoor Level Term"), ("ALD-SWIFT", "Aldermoor Swift Term"))
    terms = (("10", "10 years"), ("15", "15"), ("20", "20"), ("30", "30"))
    sheet.row(
        Tick("CV_Product", "coverage.product", "Plan", products, 3.2),
        Tick("CV_Term", "coverage.term_years", "Level premium period", terms, 2.4),
    )
    sheet.row(
        Ask("CV_Face", "coverage.face_amount", T.MONEY, "Face amount ($)", 2, required=True),
        Ask("CV_PolicyDate", "coverage.policy_date_request", T.TEXT, "Policy date requested, if any", 3),
    )
    classes = (
        ("preferred_plus", "Preferred Plus"),
        ("preferred", "Preferred"),
        ("standard_plus", "Standard Plus"),
        ("standard", "Standard"),
        ("preferred_tobacco", "Preferred Tobacco"),
        ("standard_tobacco", "Standard Tobacco"),
    )
    sheet.row(Tick("CV_Class", "coverage.rate_class", "Rate class quoted", classes))
    riders = (
        ("waiver_of_premium", "Waiver of premium"),
        ("accidental_death", "Accidental death benefit"),
        ("child_term", "Child term"),
    )
    sheet.row(Tick("CV_Rider", "coverage.riders", "Riders", riders))


def _premium(sheet: Sheet) -> None:
    sheet.section("5", "Premium")
    modes = (
        ("annual", "Annual"),
        ("semiannual", "Semi-annual"),
        ("quarterly", "Quarterly"),
        ("monthly", "Monthly (bank draft only)"),
    )
    methods = (("direct", "Direct bill"), ("eft", "Bank draft (EFT)"))
    sheet.row(
        Tick("PR_Mode", "premium.mode", "Premium mode", modes, 3.4),
        Tick("PR_Method", "premium.method", "Method", methods, 2),
    )
    sheet.row(
        Ask("PR_Modal", "premium.modal_amount", T.MONEY, "Modal premium ($)", 2),
        Ask("PR_WithApp", "premium.amount_with_application", T.MONEY, "Paid with application ($)", 2),
        Ask("PR_Source", "premium.source_of_funds", T.TEXT, "Source of funds", 3),
    )
    sheet.row(
        Ask("PR_Bank", "premium.bank_name", T.TEXT, "Bank draft: name of bank", 3),
        Ask("PR_Routing", "premium.routing_number", T.TEXT, "Routing number (9 digits)", 2),
        Ask("PR_Account", "premium.account_number", T.TEXT, "Account number", 2.4),
        Ask("PR_DraftDay", "premium.draft_day", T.INTEGER, "Draft day (1 to 28)", 1.4),
    )
    sheet.text(
        "If bank draft is chosen, the account holder asks the bank to pay drafts of the company for the "
        "premiums of the policy, and may end this at any time by notice in writing to the company and the "
        "bank.",
        7.5,
    )


def _existing(sheet: Sheet) -> None:
    sheet.section("6", "Existing insurance and replacement")
    sheet.row(
        Tick("EX_Has", "existing.has_existing", "6a. Do you have life insurance or annuities in force?", YES_NO),
        Tick("EX_Replace", "existing.replacing", "6b. Will this policy replace or change any of it?", YES_NO),
    )
    rows = []
    for place in range(3):
        path, name, said = f"existing.policies.{place}", f"EX{place + 1}", f"Existing policy {place + 1}"
        rows.append(
            (
                Ask(f"{name}_Company", f"{path}.company", T.TEXT, f"{said}: company"),
                Ask(f"{name}_Number", f"{path}.policy_number", T.TEXT, f"{said}: policy number"),
                Ask(f"{name}_Face", f"{path}.face_amount", T.MONEY, f"{said}: face amount"),
                Ask(f"{name}_Year", f"{path}.year_issued", T.INTEGER, f"{said}: year issued"),
                Tick(f"{name}_Replaced", f"{path}.to_be_replaced", f"{said}: to be replaced", YES_NO),
            )
        )
    heads = (
        ("Company", 3.4),
        ("Policy number", 2.2),
        ("Face amount ($)", 1.8),
        ("Year issued", 1.1),
        ("To be replaced?", 1.6),
    )
    sheet.table(heads, rows, lead=16)
    sheet.row(
        Tick(
            "EX_Pending",
            "existing.pending_elsewhere",
            "6c. Is an application pending with another company?",
            YES_NO,
        ),
        Ask("EX_PendingAmount", "existing.pending_elsewhere_amount", T.MONEY, "If yes: amount pending ($)"),
    )


def _about(sheet: Sheet) -> None:
    sheet.gap(8)
    sheet.text("About this application", 9, bold=True)
    sheet.text(
        "Aldermoor relies on what is written here. Insurance does not begin before the policy is delivered "
        "and its first premium is paid while every person to be insured is still in the health described in "
        "this application, save as a temporary insurance agreement given with it may say. An answer that is "
        "untrue or left out may lead to the refusal of a claim or to the rescission of the policy within the "
        "time that the law allows.",
        8,
    )
    sheet.text(
        "The agent may not change this application, waive an answer or bind the company. Questions: write to "
        "New Business at the address at the foot of this page.",
        8,
    )


def _questions(sheet: Sheet, retired: bool) -> None:
    sheet.page()
    sheet.section("7", "Lifestyle of the proposed insured")
    # The retired edition had no question about military service.
    sheet.questions("lifestyle", "LS_", LIFESTYLE[:-1] if retired else LIFESTYLE, radio=False)
    sheet.gap(6)
    sheet.section("8", "Medical history of the proposed insured")
    sheet.text(
        "In the past 10 years have you been diagnosed with, been treated for, or consulted a "
        "medical professional about:",
        8.5,
        bold=True,
    )
    sheet.questions("medical", "MD_", MEDICAL, radio=False)


def _medical_details(sheet: Sheet) -> None:
    sheet.page()
    sheet.section("9", "Details of “yes” answers in sections 7 and 8")
    for place in range(4):
        path, name, said = f"details.{place}", f"DT{place + 1}", f"Detail row {place + 1}"
        sheet.row(
            Ask(f"{name}_Question", f"{path}.question", T.TEXT, f"{said}: question no.", 1, caption="Question no."),
            Ask(
                f"{name}_Condition", f"{path}.condition", T.TEXT, f"{said}: condition", 3, caption="Condition or reason"
            ),
            Ask(f"{name}_Onset", f"{path}.onset", T.TEXT, f"{said}: onset", 1.4, caption="Began (mo/yr)"),
            Ask(
                f"{name}_Treatment",
                f"{path}.treatment",
                T.TEXT,
                f"{said}: treatment and result",
                4,
                caption="Treatment and result",
            ),
        )
        sheet.row(
            Ask(
                f"{name}_Provider",
                f"{path}.provider",
                T.TEXT,
                f"{said}: provider",
                caption="Doctor or facility, with address",
            )
        )
        sheet.gap(5)
    sheet.section("10", "Medication")
    sheet.row(Ask("MED_List", "medications", T.TEXT, "Prescribed medication: name, dose, how often, for what", lines=3))
    sheet.section("11", "Personal physician")
    sheet.row(
        Tick("PH_None", "physician.none", "No physician", (("true", "I have no personal physician"),), 2),
        Ask("PH_Name", "physician.name", T.TEXT, "Physician’s name", 3),
        Ask("PH_Phone", "physician.phone", T.PHONE, "Physician’s phone", 1.6),
    )
    sheet.row(
        Ask("PH_Address", "physician.address", T.TEXT, "Physician’s address", 4),
        Ask("PH_LastSeen", "physician.last_seen", T.TEXT, "Last seen (mo/yr)", 1.4),
        Ask("PH_Reason", "physician.reason", T.TEXT, "Reason and result", 2.6),
    )


def _signatures(sheet: Sheet) -> None:
    sheet.page()
    sheet.section("12", "Agreement and signatures")
    sheet.text(
        "I have read this application, or it was read to me. To the best of my knowledge and belief every "
        "answer is complete and true. I agree that: (1) this application, with any supplement to it, becomes "
        "part of the policy; (2) no agent may change or waive any of it; (3) I will tell the company of a "
        "change in my health that happens before the policy is delivered; (4) under penalty of perjury, the "
        "taxpayer number shown is mine and I am not subject to backup withholding.",
        8.5,
    )
    sheet.text(
        "Any person who knowingly presents a false statement in an application for insurance may be guilty "
        "of a criminal offense under the law of the state.",
        8.5,
        bold=True,
    )
    _signer(sheet, "SG_Insured", "insured", "Proposed insured")
    _signer(sheet, "SG_Owner", "owner", "Owner, if not the proposed insured")
    sheet.row(
        Ask(
            "SG_Owner_Title",
            "signatures.application.owner.title",
            T.TEXT,
            "Owner’s title, if signing for a company or trust",
        )
    )
    _signer(sheet, "SG_Agent", "agent", "Writing agent")
    sheet.gap(8)
    sheet.text(
        "The agent signs to state that the answers were recorded as they were given, and that the agent "
        "knows of nothing that bears on the risk and is not told here.",
        8,
    )


def _signer(sheet: Sheet, name: str, role: str, who: str) -> None:
    path = f"signatures.application.{role}"
    sheet.gap(6)
    sheet.row(
        Sign(f"{name}_Sign", f"{path}.mark", f"Signature: {who[0].lower()}{who[1:]}", 5),
        Ask(
            f"{name}_Date", f"{path}.signed_on", T.DATE, f"{who}: date signed", 1.5, caption="Date signed (mm/dd/yyyy)"
        ),
        height=44,
    )
    sheet.row(
        Ask(f"{name}_Name", f"{path}.printed_name", T.NAME, f"{who}: printed name", 3, caption="Printed name"),
        Ask(f"{name}_City", f"{path}.city", T.TEXT, f"{who}: signed at, city", 2, caption="Signed at: city"),
        Ask(f"{name}_State", f"{path}.state", T.STATE, f"{who}: signed at, state", 0.8, caption="State"),
    )


def _agent_report(sheet: Sheet) -> None:
    sheet.page()
    sheet.section("13", "Agent’s report")
    sheet.text("To be completed by the agent who took the application. It does not become part of the policy.", 8)
    sheet.row(
        Ask("AG_Name", "agent_report.agent_name", T.NAME, "Agent’s name", 3, required=True),
        Ask("AG_Code", "agent_report.agent_code", T.TEXT, "Agent code", 1.4, required=True),
        Ask("AG_NPN", "agent_report.npn", T.TEXT, "National producer number", 1.8),
    )
    sheet.row(
        Ask("AG_License", "agent_report.license_number", T.TEXT, "License number", 2),
        Ask("AG_LicState", "agent_report.license_state", T.STATE, "Agent’s license state", 1),
        Ask("AG_Split", "agent_report.split_percent", T.PERCENT, "Share of commission (%)", 1.4),
        Ask("AG_Known", "agent_report.known_since", T.TEXT, "Insured known since", 2),
    )
    sheet.row(
        Tick("AG_IDSeen", "agent_report.id_seen", "Did you see a government photo ID of each signer?", YES_NO),
    )
    sheet.row(
        Tick(
            "AG_Existing",
            "agent_report.has_existing",
            "To your knowledge, is any life insurance or annuity in force?",
            YES_NO,
        ),
        Tick("AG_Replace", "agent_report.replacing", "To your knowledge, will any of it be replaced?", YES_NO),
    )
    sheet.row(Ask("AG_Remarks", "agent_report.remarks", T.TEXT, "Remarks", lines=6))
    sheet.gap(6)
    sheet.text(
        "Before you send this packet: every question answered; details given for each “yes”; shares of each "
        "class make 100 %; each signature dated, with city and state; the HIPAA authorization enclosed; the "
        "replacement notice enclosed where section 6 calls for it.",
        8,
    )
