"""Aldermoor's HIPAA authorization (ALD-HA-20) and replacement notice (ALD-RN-30)."""

from datetime import date

from samples.blanks.description import Ask, Head, Sign
from samples.blanks.looks import Aldermoor
from samples.blanks.sheet import DrawnForm, Sheet
from schemas.carrier import FieldType as T
from schemas.codes import FormKind

HIPAA = Head(
    id="ald-ha-20-2026-01",
    kind=FormKind.HIPAA,
    number="ALD-HA-20",
    edition="2026-01",
    printed="Form ALD-HA-20 (01/2026)",
    title="HIPAA Authorization",
    subtitle="Release of health information",
    accepted_from=date(2026, 1, 1),
    page_count=1,
)
REPLACEMENT = Head(
    id="ald-rn-30-2026-01",
    kind=FormKind.REPLACEMENT_NOTICE,
    number="ALD-RN-30",
    edition="2026-01",
    printed="Form ALD-RN-30 (01/2026)",
    title="Notice about Replacement",
    subtitle="Life insurance and annuities",
    accepted_from=date(2026, 1, 1),
    page_count=1,
)


def draw_hipaa(head: Head = HIPAA) -> DrawnForm:
    sheet = Sheet(Aldermoor(), head)
    sheet.page()
    sheet.section("1", "Person whose health information is to be released")
    sheet.row(Ask("HA_Name", "hipaa.insured_name", T.NAME, "Full name of proposed insured", required=True))
    sheet.row(
        Ask("HA_DOB", "hipaa.date_of_birth", T.DATE, "Date of birth (mm/dd/yyyy)", required=True),
        Ask("HA_SSN", "hipaa.ssn", T.SSN, "Social Security number", cells=9, required=True),
    )
    sheet.section("2", "What I authorize")
    for words in (
        "I authorize any doctor, hospital, clinic, pharmacy, pharmacy benefit manager, laboratory, health "
        "plan or other holder of records about me to give Aldermoor Life Insurance Company, its reinsurers "
        "and those who act for it the record of my health: examinations, diagnoses, treatment, "
        "prescriptions, tests, and advice, including what concerns mental health (but not psychotherapy "
        "notes), alcohol or drug use, and communicable disease.",
        "The company will use this information to decide whether and on what terms to insure me, to "
        "administer the policy, and to settle claims. It may pass it on as the law allows. Once passed on, "
        "it may no longer be protected by the federal rules on the privacy of health information.",
        "This authorization is valid for 24 months from the date below. I may revoke it at any time by "
        "writing to the company; what was done in reliance on it before then stays valid. Without it the "
        "company can not consider my application. A copy is as good as the original, and I am entitled to a "
        "copy.",
        "I agree that those named above may give records of the past ten years, or of a longer time where a "
        "question of the application asks about it.",
    ):
        sheet.text(words, 11)
    sheet.section("3", "Signature")
    path = "signatures.hipaa.insured"
    sheet.row(
        Sign("HA_Sign", f"{path}.mark", "Signature of proposed insured", 5),
        Ask("HA_Date", f"{path}.signed_on", T.DATE, "Date signed (mm/dd/yyyy)", 1.5, required=True),
        height=44,
    )
    sheet.row(Ask("HA_PrintedName", f"{path}.printed_name", T.NAME, "Printed name"))
    return sheet.finish()


def draw_replacement(head: Head = REPLACEMENT) -> DrawnForm:
    sheet = Sheet(Aldermoor(), head)
    sheet.page()
    sheet.text("Keep a copy of this notice. It concerns a decision that may cost you money.", 10, bold=True)
    for words in (
        "You have, or may have, life insurance or an annuity already. A replacement happens when you buy a "
        "new policy and, because of it, stop paying for the old one, surrender it, let it lapse, borrow from "
        "it, or have its values or its term reduced.",
        "Before you replace a policy, compare. The old policy may have values that you lose. You are older "
        "now, and the new premium may be higher. If your health has changed, you may not be insured at the "
        "same price, or at all. A new policy may start new periods during which a claim can be contested or "
        "a death by suicide is not covered. Costs of a new policy are often charged in its first years.",
        "Ask the company or agent of your old policy for the facts about it, and do not end it before the "
        "new policy is in your hands and you are content with it. You have the right to return the new "
        "policy within the time that is printed on its cover and have your premium back.",
    ):
        sheet.text(words, 11)
    sheet.section("1", "Existing policy")
    sheet.row(Ask("RN_Applicant", "replacement_notice.applicant_name", T.NAME, "Applicant’s name", required=True))
    sheet.row(
        Ask("RN_Company", "replacement_notice.company", T.TEXT, "Existing company", 3, required=True),
        Ask("RN_Policy", "replacement_notice.policy_number", T.TEXT, "Existing policy number", 2, required=True),
    )
    sheet.section("2", "Signatures")
    sheet.text(
        "This notice was read aloud to me, or I chose to read it myself, and I was given a copy before I "
        "signed the application.",
        10.5,
    )
    for name, role, who in (("RN_Applicant", "owner", "Applicant (owner)"), ("RN_Agent", "agent", "Agent")):
        path = f"signatures.replacement_notice.{role}"
        sheet.row(
            Sign(f"{name}_Sign", f"{path}.mark", f"Signature: {who[0].lower()}{who[1:]}", 5),
            Ask(f"{name}_Date", f"{path}.signed_on", T.DATE, f"{who}: date signed", 1.5, caption="Date (mm/dd/yyyy)"),
            height=44,
        )
        sheet.row(
            Ask(f"{name}_Printed", f"{path}.printed_name", T.NAME, f"{who}: printed name", caption="Printed name")
        )
        sheet.gap(6)
    return sheet.finish()
