"""Quillhaven's HIPAA authorization (QM 4420, two pages) and replacement notice (QM 4430)."""

from datetime import date

from samples.blanks.description import Ask, Head, Sign
from samples.blanks.looks import Quillhaven
from samples.blanks.sheet import DrawnForm, Sheet
from schemas.carrier import Dated
from schemas.carrier import FieldType as T
from schemas.codes import FormKind

HIPAA = Head(
    id="qm-4420-2026-02",
    kind=FormKind.HIPAA,
    number="QM 4420",
    edition="2026-02",
    printed="QM 4420 Ed. 2026-02",
    title="Authorization to Disclose Health Records",
    subtitle="as the HIPAA privacy rule requires",
    accepted_from=date(2026, 2, 1),
    page_count=2,
)
REPLACEMENT = Head(
    id="qm-4430-2026-02",
    kind=FormKind.REPLACEMENT_NOTICE,
    number="QM 4430",
    edition="2026-02",
    printed="QM 4430 Ed. 2026-02",
    title="Important Notice: Replacing Insurance",
    subtitle="Read this before you sign",
    accepted_from=date(2026, 2, 1),
    page_count=2,
)


HIV = Head(
    id="qm-4440-2026-02",
    kind=FormKind.HIV_CONSENT,
    number="QM 4440",
    edition="2026-02",
    printed="QM 4440 Ed. 2026-02",
    title="Consent to an HIV Test",
    subtitle="where the state asks for it",
    accepted_from=date(2026, 2, 1),
    page_count=1,
    dated=Dated.BY_APPLICATION,
)


def draw_hiv() -> DrawnForm:
    sheet = Sheet(Quillhaven(), HIV)
    sheet.page()
    sheet.section("A", "Who is to be tested")
    sheet.row(Ask("hiv.subject.name", "hiv_consent.insured_name", T.NAME, "Name in full", required=True))
    sheet.section("B", "What I agree to")
    sheet.gap(3)
    sheet.text(
        "A laboratory may test my blood or another fluid for antibodies to HIV. I was told what the test can and "
        "cannot show, who will learn of the result, and that I may speak to a counselor before I sign.",
        12,
    )
    sheet.section("C", "Signature")
    path = "signatures.hiv_consent.insured"
    sheet.row(
        Sign("hiv.sign.mark", f"{path}.mark", "Signature of the person to be tested", 5),
        Ask("hiv.sign.date", f"{path}.signed_on", T.DATE, "Signed on (mm/dd/yyyy)", 1.6, required=True),
        height=44,
    )
    sheet.row(Ask("hiv.sign.name", f"{path}.printed_name", T.NAME, "Name in print"))
    return sheet.finish()


def draw_hipaa(head: Head = HIPAA) -> DrawnForm:
    sheet = Sheet(Quillhaven(), head)
    sheet.page()
    sheet.section("A", "Whose records")
    sheet.row(
        Ask("hipaa.subject.name", "hipaa.insured_name", T.NAME, "Name in full", 3, required=True),
        Ask("hipaa.subject.born", "hipaa.date_of_birth", T.DATE, "Born on (mm/dd/yyyy)", 1.4, required=True),
        Ask("hipaa.subject.ssn", "hipaa.ssn", T.SSN, "Social Security no.", 1.6, required=True),
    )
    for letter, title, words in (
        (
            "B",
            "Who may disclose them",
            "Physicians and other practitioners, hospitals, clinics, laboratories, pharmacies and those that "
            "manage pharmacy benefits, insurers, health plans, employers as sponsors of a plan, and consumer "
            "reporting agencies.",
        ),
        (
            "C",
            "To whom",
            "Quillhaven Mutual Life, the reinsurers that may share the risk, and firms that collect records "
            "or examine applicants for Quillhaven.",
        ),
        (
            "D",
            "What, and what for",
            "Everything in the record of my physical and mental health and my prescriptions, for the last "
            "ten years: diagnoses, treatment, findings of tests, and notes of visits, also where they tell "
            "of alcohol, drugs or infection. Notes of psychotherapy are left out. Quillhaven uses the "
            "records to underwrite my application, to handle claims, and to meet duties under the law, and "
            "for nothing else.",
        ),
    ):
        sheet.section(letter, title)
        sheet.gap(3)
        sheet.text(words, 12)
    sheet.page()
    sheet.section("E", "My rights")
    sheet.gap(3)
    for words in (
        "I may withdraw this authorization whenever I like, in a letter to Quillhaven’s home office. What "
        "was disclosed before the letter arrives remains disclosed. If I do not sign, Quillhaven cannot "
        "consider me for insurance; my care and its payment do not depend on my signature.",
        "The authorization ends two years after the date on which I sign it. Records disclosed under it may "
        "be passed on and are then perhaps no longer protected by the privacy rule. I may have a copy of "
        "this form, and a copy is as valid as the original.",
    ):
        sheet.text(words, 12)
    sheet.section("F", "Signature of the person whose records they are")
    path = "signatures.hipaa.insured"
    sheet.row(
        Ask("hipaa.sign.printed", f"{path}.printed_name", T.NAME, "Name in print", 3),
        Ask("hipaa.sign.date", f"{path}.signed_on", T.DATE, "Signed on (mm/dd/yyyy)", 1.5, required=True),
    )
    sheet.row(Sign("hipaa.sign.signature", f"{path}.mark", "Signature"), height=46)
    return sheet.finish()


def draw_replacement(head: Head = REPLACEMENT) -> DrawnForm:
    sheet = Sheet(Quillhaven(), head)
    sheet.page()
    for title, words in (
        (
            "What replacing means",
            "You replace insurance when new insurance is bought and, for its sake, insurance or an annuity "
            "that you have is given up, left unpaid, cashed in, borrowed against, turned into paid-up cover, "
            "or made smaller.",
        ),
        (
            "What it may cost you",
            "Cash values and bonuses may be lost, and charges may fall due. A new policy is priced at your "
            "age of today and after a new look at your health. For its first two years it can be contested, "
            "and suicide is not covered, even if those years have long passed under the policy that you "
            "have. Money taken out of an old policy may be taxed.",
        ),
        (
            "What you should do",
            "Ask the insurer that you have what your policy is worth and what it would cost to change it. "
            "Lay the two offers side by side. Keep the old policy in force until the new one has been handed "
            "over to you. Read the new one: within the days that its first page names you may send it back "
            "and be repaid.",
        ),
        (
            "What we must do",
            "Your producer must list on the application every policy that is to be replaced, leave with you "
            "a copy of this notice and of whatever was used in presenting the new plan, and send us this "
            "notice with the application. We let the other insurer know of the replacement.",
        ),
    ):
        sheet.text(title, 13, bold=True)
        sheet.text(words, 12)
    sheet.page()
    sheet.section("A", "The policy that you have")
    sheet.row(
        Ask("repl.applicant", "replacement_notice.applicant_name", T.NAME, "Name of the applicant", 3, required=True),
        Ask("repl.insurer", "replacement_notice.company", T.TEXT, "Insurer", 2.4, required=True),
        Ask("repl.number", "replacement_notice.policy_number", T.TEXT, "Policy no.", 1.8, required=True),
    )
    sheet.section("B", "Signatures")
    sheet.gap(3)
    sheet.text(
        "I have read this notice, or had it read to me, before signing the application, and I keep a copy.", 10.5
    )
    for name, role, who in (("owner", "owner", "Applicant"), ("producer", "agent", "Producer")):
        path = f"signatures.replacement_notice.{role}"
        sheet.gap(6)
        sheet.row(
            Ask(f"repl.{name}.printed", f"{path}.printed_name", T.NAME, f"{who}: name in print", 3),
            Ask(f"repl.{name}.date", f"{path}.signed_on", T.DATE, f"{who}: signed on (mm/dd/yyyy)", 1.6),
        )
        sheet.row(Sign(f"repl.{name}.signature", f"{path}.mark", f"Signature of the {who.lower()}"), height=46)
    return sheet.finish()
