"""Quillhaven's term life application, form QM 4410: plan first, health after the signatures."""

from datetime import date

from samples.blanks.description import YES_NO, Ask, Head, Sign, Tick
from samples.blanks.looks import Quillhaven
from samples.blanks.quillhaven_questions import HEALTH, PERSONAL_HISTORY
from samples.blanks.sheet import DrawnForm, Sheet
from schemas.carrier import FieldType as T
from schemas.codes import FormKind

CURRENT = Head(
    id="qm-4410-2026-02",
    kind=FormKind.APPLICATION,
    number="QM 4410",
    edition="2026-02",
    printed="QM 4410 Ed. 2026-02",
    title="Individual Term Life Application",
    subtitle="Please write with black or blue ink",
    accepted_from=date(2026, 2, 1),
    page_count=6,
)


def draw(head: Head = CURRENT) -> DrawnForm:
    sheet = Sheet(Quillhaven(), head)
    _plan(sheet)
    _insured(sheet)
    _insured_contact(sheet)
    _insured_work_and_build(sheet)
    _beneficiaries(sheet)
    _owner(sheet)
    _other_insurance(sheet)
    _personal_history(sheet)
    _bank(sheet)
    _producer(sheet)
    _signatures(sheet)
    _health(sheet)
    _health_details(sheet)
    return sheet.finish()


def _plan(sheet: Sheet) -> None:
    sheet.page()
    sheet.section("A", "The plan you are applying for")
    plans = (("QM-HARBOR", "Harbor Term"), ("QM-TIDE", "Tide Term (simplified)"))
    terms = tuple((str(years), str(years)) for years in (10, 20, 30))
    sheet.row(
        Tick("form1.plan.product", "coverage.product", "Plan of insurance", plans, 2.2, radio=True),
        Tick("form1.plan.years", "coverage.term_years", "Years of level premium", terms, 1.4, radio=True),
        Ask("form1.plan.face", "coverage.face_amount", T.MONEY, "Face amount in U.S. dollars", 1.6, required=True),
    )
    classes = (
        ("preferred_plus", "Select Plus"),
        ("preferred", "Select"),
        ("standard", "Standard"),
        ("preferred_tobacco", "Select Tobacco"),
        ("standard_tobacco", "Standard Tobacco"),
    )
    sheet.row(
        Tick("form1.plan.class", "coverage.rate_class", "Premium class quoted", classes, 3.4, radio=True),
        Ask("form1.plan.policyDate", "coverage.policy_date_request", T.TEXT, "Policy date wanted, if any", 1.4),
    )
    riders = (("waiver_of_premium", "Disability waiver"), ("child_term", "Children’s term"))
    modes = (("annual", "Yearly"), ("semiannual", "Half-yearly"), ("monthly", "Monthly"))
    methods = (("direct", "Bill me"), ("eft", "Draw on my bank"))
    sheet.row(
        Tick("form1.plan.rider", "coverage.riders", "Riders", riders, 2),
        Tick("form1.plan.mode", "premium.mode", "Premium is paid", modes, 2, radio=True),
        Tick("form1.plan.method", "premium.method", "How", methods, 1.7, radio=True),
    )
    sheet.row(
        Ask("form1.plan.modal", "premium.modal_amount", T.MONEY, "Premium for each payment ($)", 1.4),
        Ask("form1.plan.enclosed", "premium.amount_with_application", T.MONEY, "Enclosed with this form ($)", 1.4),
        Ask("form1.plan.funds", "premium.source_of_funds", T.TEXT, "Where does the money come from?", 2.4),
    )


def _insured(sheet: Sheet) -> None:
    sheet.section("B", "The person to be insured")
    who = "form1.insured"
    sheet.row(
        Ask(f"{who}.surname", "insured.last_name", T.NAME, "Surname", 2.4, required=True),
        Ask(f"{who}.given", "insured.first_name", T.NAME, "Given name", 2.4, required=True),
        Ask(f"{who}.middle", "insured.middle_name", T.NAME, "Middle name", 1.6),
    )
    sheet.row(
        Ask(f"{who}.birthDate", "insured.date_of_birth", T.DATE, "Born on (mm/dd/yyyy)", 1.5, required=True),
        Ask(f"{who}.age", "insured.age_stated", T.INTEGER, "Age last birthday", 1),
        Ask(f"{who}.birthplace", "insured.birthplace", T.TEXT, "Born in (state or country)", 2),
        Tick(f"{who}.sex", "insured.sex", "Sex", (("female", "Female"), ("male", "Male")), 1.6, radio=True),
    )
    sheet.row(
        Ask(f"{who}.ssn", "insured.ssn", T.SSN, "Social Security no. (000-00-0000)", 1.8, required=True),
        Tick(f"{who}.citizen", "insured.us_citizen", "Citizen of the U.S.?", YES_NO, 1.3, radio=True),
        Ask(f"{who}.visa", "insured.visa_or_green_card", T.TEXT, "If not: visa or green card number", 2.4),
    )


def _insured_contact(sheet: Sheet) -> None:
    who = "form1.insured"
    for place, path, caption in (
        ("home", "insured.residence", "Home address (street, not a P.O. box)"),
        ("mail", "insured.mailing", "Address for mail, if another"),
    ):
        said = "Home" if place == "home" else "Mail"
        sheet.row(
            Ask(f"{who}.{place}.street", f"{path}.street", T.TEXT, caption, 3.2, required=place == "home"),
            Ask(f"{who}.{place}.city", f"{path}.city", T.TEXT, f"{said}: city", 2),
            Ask(f"{who}.{place}.state", f"{path}.state", T.STATE, f"{said}: state", 0.8),
            Ask(f"{who}.{place}.zip", f"{path}.zip", T.ZIP, f"{said}: ZIP", 1.1),
        )
    sheet.row(
        Ask(f"{who}.phone", "insured.phone", T.PHONE, "Telephone", 1.5),
        Ask(f"{who}.email", "insured.email", T.EMAIL, "E-mail address", 2.6),
        Ask(f"{who}.callTime", "insured.best_time_to_call", T.TEXT, "Best time to reach you", 1.6),
        Ask(f"{who}.years", "insured.years_at_address", T.INTEGER, "Years at home address", 1.1),
    )


def _insured_work_and_build(sheet: Sheet) -> None:
    who = "form1.insured"
    sheet.row(
        Ask(f"{who}.work.occupation", "insured.occupation", T.TEXT, "Occupation", 2),
        Ask(f"{who}.work.employer", "insured.employer", T.TEXT, "Employer", 2),
        Ask(f"{who}.work.income", "insured.annual_income", T.MONEY, "Income a year ($)", 1.3),
        Ask(f"{who}.work.worth", "insured.net_worth", T.MONEY, "Net worth ($)", 1.3),
    )
    sheet.row(
        Ask(f"{who}.license.number", "insured.drivers_license_number", T.TEXT, "Driver’s license no.", 2.2),
        Ask(f"{who}.license.state", "insured.drivers_license_state", T.STATE, "of state", 0.8),
        Ask(f"{who}.build.feet", "insured.height_feet", T.INTEGER, "Height: ft", 0.8, required=True),
        Ask(f"{who}.build.inches", "insured.height_inches", T.INTEGER, "in", 0.8, required=True),
        Ask(f"{who}.build.weight", "insured.weight_pounds", T.INTEGER, "Weight (lb)", 0.9, required=True),
    )
    sheet.row(
        Tick(f"{who}.tobacco.used", "insured.tobacco", "Nicotine in the last 60 months?", YES_NO, 1.6, radio=True),
        Ask(f"{who}.tobacco.kind", "insured.tobacco_type", T.TEXT, "If so, which product?", 2),
        Ask(f"{who}.tobacco.last", "insured.tobacco_last_used", T.TEXT, "Last used", 1.4),
    )


def _beneficiaries(sheet: Sheet) -> None:
    sheet.page()
    sheet.section("C", "Who is to receive the benefit")
    heads = (
        ("Name", 3.6),
        ("Relationship", 2),
        ("Share in %", 1),
        ("Date of birth", 1.6),
        ("Social Security no.", 1.9),
    )
    for kind, note, places in (
        ("primary", "First in line (primary). The shares add up to 100.", range(3)),
        ("contingent", "If none of them is alive (contingent). The shares add up to 100.", range(3, 5)),
    ):
        sheet.text(note, 9.5)
        rows = []
        for line, place in enumerate(places, start=1):
            path, name, said = (
                f"beneficiaries.{place}",
                f"form1.{kind}.row{line}",
                f"{kind.capitalize()} beneficiary {line}",
            )
            sheet.imply(f"{path}.beneficiary_class", kind)
            rows.append(
                (
                    Ask(f"{name}.name", f"{path}.name", T.NAME, f"{said}: name"),
                    Ask(f"{name}.relation", f"{path}.relationship", T.TEXT, f"{said}: relationship"),
                    Ask(f"{name}.percent", f"{path}.share", T.PERCENT, f"{said}: share"),
                    Ask(f"{name}.born", f"{path}.date_of_birth", T.DATE, f"{said}: date of birth"),
                    Ask(f"{name}.ssn", f"{path}.ssn", T.SSN, f"{said}: Social Security no."),
                )
            )
        sheet.table(heads, rows, lead=14)


def _owner(sheet: Sheet) -> None:
    sheet.section("D", "Owner and premium payor")
    kinds = (("person", "Person"), ("trust", "Trust"), ("entity", "Business"))
    sheet.row(
        Tick(
            "form1.owner.isInsured",
            "owner.same_as_insured",
            "Does the insured own the policy?",
            YES_NO,
            1.6,
            radio=True,
        ),
        Tick("form1.owner.kind", "owner.kind", "If not, the owner is a", kinds, 1.8, radio=True),
        Ask("form1.owner.relation", "owner.relationship", T.TEXT, "Owner’s relationship to the insured", 2),
    )
    sheet.row(
        Ask("form1.owner.name", "owner.name", T.NAME, "Owner’s name in full", 3),
        Ask("form1.owner.date", "owner.date_of_birth_or_trust", T.DATE, "Born / trust dated", 1.4),
        Ask("form1.owner.taxId", "owner.tax_id", T.SSN, "Owner’s tax number", 1.6),
    )
    sheet.row(
        Ask("form1.owner.street", "owner.address.street", T.TEXT, "Owner’s address", 3.2),
        Ask("form1.owner.city", "owner.address.city", T.TEXT, "Owner: city", 2),
        Ask("form1.owner.state", "owner.address.state", T.STATE, "Owner: state", 0.8),
        Ask("form1.owner.zip", "owner.address.zip", T.ZIP, "Owner: ZIP", 1.1),
    )
    sheet.row(
        Ask("form1.payor.name", "payor.name", T.NAME, "Who pays, if not the owner", 3),
        Ask("form1.payor.relation", "payor.relationship", T.TEXT, "Payor’s relationship to the owner", 2),
    )


def _other_insurance(sheet: Sheet) -> None:
    sheet.section("E", "Other life insurance and annuities")
    sheet.row(
        Tick(
            "form1.other.has",
            "existing.has_existing",
            "E1. Are you insured already, or do you own an annuity?",
            YES_NO,
            radio=True,
        ),
        Tick(
            "form1.other.replace",
            "existing.replacing",
            "E2. Is any of it to be ended or changed for this plan?",
            YES_NO,
            radio=True,
        ),
    )
    rows = []
    for place in range(3):
        path, name, said = f"existing.policies.{place}", f"form1.other.row{place + 1}", f"Other policy {place + 1}"
        rows.append(
            (
                Ask(f"{name}.insurer", f"{path}.company", T.TEXT, f"{said}: insurer"),
                Ask(f"{name}.number", f"{path}.policy_number", T.TEXT, f"{said}: policy no."),
                Ask(f"{name}.year", f"{path}.year_issued", T.INTEGER, f"{said}: year of issue"),
                Ask(f"{name}.amount", f"{path}.face_amount", T.MONEY, f"{said}: amount"),
                Tick(
                    f"{name}.replaced", f"{path}.to_be_replaced", f"{said}: replaced by this plan", YES_NO, radio=True
                ),
            )
        )
    heads = (
        ("Insurer", 3),
        ("Policy no.", 2.2),
        ("Year of issue", 1.2),
        ("Amount ($)", 1.7),
        ("Replaced by this plan?", 1.8),
    )
    sheet.table(heads, rows, lead=14)
    sheet.row(
        Tick(
            "form1.other.pending",
            "existing.pending_elsewhere",
            "E3. Have you applied to another insurer that has not decided yet?",
            YES_NO,
            1.5,
            radio=True,
        ),
        Ask("form1.other.pendingAmount", "existing.pending_elsewhere_amount", T.MONEY, "If so, for how much? ($)"),
    )


def _personal_history(sheet: Sheet) -> None:
    sheet.page()
    sheet.section("F", "Personal history of the person to be insured")
    sheet.questions("lifestyle", "form1.history.", PERSONAL_HISTORY, radio=True)
    sheet.text("Explain each “yes” of this section and of section J in section K.", 9)


def _bank(sheet: Sheet) -> None:
    sheet.section("G", "Bank draft")
    sheet.text("Fill this in only if the premium is to be drawn on a bank account.", 9)
    sheet.row(
        Ask("form1.bank.name", "premium.bank_name", T.TEXT, "Bank", 2.4),
        Ask("form1.bank.routing", "premium.routing_number", T.TEXT, "Routing no.", 1.5),
        Ask("form1.bank.account", "premium.account_number", T.TEXT, "Account no.", 1.8),
        Ask("form1.bank.day", "premium.draft_day", T.INTEGER, "Draw on day (1–28)", 1.1),
    )
    sheet.text(
        "The holder of the account allows Quillhaven to draw each premium when it is due. The holder may "
        "stop this by writing to Quillhaven ten days before the next draft. A draft that the bank refuses is "
        "a premium not paid.",
        9,
    )


def _signatures(sheet: Sheet) -> None:
    sheet.page()
    sheet.section("I", "What you declare, and your signatures")
    for words in (
        "Each of us who signs declares that what this form says about us is true and complete as far as we "
        "know; that Quillhaven may rely on it; that the policy takes effect only when it has been handed "
        "over and the first premium has been paid during the lifetime, and without a change in the health, "
        "of the person to be insured.",
        "We understand that no producer can alter this form, decide on the risk, or change a policy. We have "
        "been given the notice about information practices. The taxpayer numbers shown are correct.",
        "Whoever files a statement that they know to be false may commit a crime.",
    ):
        sheet.text(words, 9.5)
    for name, role, who in (
        ("insured", "insured", "Person to be insured"),
        ("owner", "owner", "Owner (if not the person to be insured)"),
        ("producer", "agent", "Producer"),
    ):
        _signer(sheet, f"form1.sign.{name}", f"signatures.application.{role}", who)


def _signer(sheet: Sheet, name: str, path: str, who: str) -> None:
    short = who.partition(" (")[0]
    sheet.gap(10)
    sheet.text(who, 9.5, bold=True)
    sheet.row(
        Ask(f"{name}.city", f"{path}.city", T.TEXT, f"{short}: signed in, city", 2.4, caption="Signed in (city)"),
        Ask(f"{name}.state", f"{path}.state", T.STATE, f"{short}: signed in, state", 0.8, caption="State"),
        Ask(f"{name}.date", f"{path}.signed_on", T.DATE, f"{short}: signed on", 1.5, caption="on (mm/dd/yyyy)"),
        Ask(f"{name}.printed", f"{path}.printed_name", T.NAME, f"{short}: name in print", 3, caption="Name in print"),
    )
    cells: list[Ask | Sign] = [
        Sign(f"{name}.signature", f"{path}.mark", f"Signature of the {short[0].lower()}{short[1:]}", 4)
    ]
    if path.endswith("owner"):
        cells.append(Ask(f"{name}.title", f"{path}.title", T.TEXT, "Title, if for a business or trust", 2))
    sheet.row(*cells, height=46)


def _producer(sheet: Sheet) -> None:
    sheet.section("H", "Producer’s statement")
    who = "form1.producer"
    sheet.row(
        Ask(f"{who}.name", "agent_report.agent_name", T.NAME, "Producer’s name", 2.6, required=True),
        Ask(f"{who}.code", "agent_report.agent_code", T.TEXT, "Quillhaven code", 1.3, required=True),
        Ask(f"{who}.npn", "agent_report.npn", T.TEXT, "NPN", 1.3),
        Ask(f"{who}.split", "agent_report.split_percent", T.PERCENT, "Commission %", 1),
    )
    sheet.row(
        Ask(f"{who}.license", "agent_report.license_number", T.TEXT, "Producer’s license no.", 1.8),
        Ask(f"{who}.licenseState", "agent_report.license_state", T.STATE, "issued by state", 0.9),
        Ask(f"{who}.known", "agent_report.known_since", T.TEXT, "How long have you known the insured?", 2.4),
    )
    sheet.row(
        Tick(
            f"{who}.existing",
            "agent_report.has_existing",
            "Does the insured have life insurance or annuities?",
            YES_NO,
            radio=True,
        ),
        Tick(f"{who}.replacing", "agent_report.replacing", "Does this plan replace any of it?", YES_NO, radio=True),
    )
    sheet.row(
        Tick(
            f"{who}.idSeen",
            "agent_report.id_seen",
            "Did each signer show you a photo ID issued by a government?",
            YES_NO,
            radio=True,
        )
    )
    sheet.row(Ask(f"{who}.remarks", "agent_report.remarks", T.TEXT, "What else should the underwriter know?", lines=4))


def _health(sheet: Sheet) -> None:
    sheet.page()
    sheet.section("J", "Health of the person to be insured")
    sheet.text("Have you ever had, been told that you have, or been treated for:", 9.5, bold=True)
    sheet.questions("medical", "form1.health.", HEALTH, radio=True)
    sheet.gap(8)
    sheet.row(
        Ask("form1.medicines", "medications", T.TEXT, "Medicines on prescription: name, strength, how often", lines=3)
    )


def _health_details(sheet: Sheet) -> None:
    sheet.page()
    sheet.section("K", "Explanation of each “yes” in sections F and J")
    for place in range(4):
        path, name, said = f"details.{place}", f"form1.explain.row{place + 1}", f"Explanation {place + 1}"
        sheet.row(
            Ask(f"{name}.item", f"{path}.question", T.TEXT, f"{said}: question no.", 0.8, caption="Question"),
            Ask(f"{name}.what", f"{path}.condition", T.TEXT, f"{said}: what it is", 2.2, caption="What is or was it?"),
            Ask(f"{name}.since", f"{path}.onset", T.TEXT, f"{said}: since when", 1, caption="Since when?"),
            Ask(
                f"{name}.treatment",
                f"{path}.treatment",
                T.TEXT,
                f"{said}: treatment and outcome",
                3,
                caption="Treatment and outcome",
            ),
        )
        sheet.row(
            Ask(
                f"{name}.provider",
                f"{path}.provider",
                T.TEXT,
                f"{said}: who treated",
                caption="Who treated you? Name and address",
            )
        )
        sheet.gap(6)
    sheet.section("L", "Your doctor")
    who = "form1.doctor"
    sheet.row(
        Ask(f"{who}.name", "physician.name", T.TEXT, "Doctor’s name", 2.4),
        Ask(f"{who}.address", "physician.address", T.TEXT, "Doctor’s address", 3.4),
    )
    sheet.row(
        Ask(f"{who}.phone", "physician.phone", T.PHONE, "Doctor’s telephone", 1.3),
        Ask(f"{who}.last", "physician.last_seen", T.TEXT, "Last visit", 1.1),
        Ask(f"{who}.why", "physician.reason", T.TEXT, "Why, and what came of it", 2.4),
        Tick(f"{who}.none", "physician.none", "No doctor", (("true", "I have no doctor"),), 1.4),
    )
