"""V-60 to V-82: forms, pages, agreement between forms, signatures and dates."""

from datetime import date
from typing import Any

import pytest

from schemas.application import UnknownPage
from schemas.base import StoredObject
from schemas.codes import Doubt, PageFault, ReadingMethod, ReasonCode, Severity
from services.validation.good_order import check
from tests.builders import OWNED_BY_SPOUSE, RECEIVED, brackwater, clean_application
from tests.validation.judging import WITH_NOTICE, faults, findings

OLD_EDITION = ("application-2019-01", "hipaa-2026-01")
INSURED, AGENT, HIPAA = (f"signatures.{line}" for line in ("application.insured", "application.agent", "hipaa.insured"))
CHILD = {
    "insured.date_of_birth": date(2010, 1, 5),
    "hipaa.date_of_birth": date(2010, 1, 5),
    "insured.age_stated": 16,
    INSURED: {},
    HIPAA: {},
}
GUARDIAN = {"mark": "present", "signed_on": date(2026, 3, 2)}


def signed_on(day: date) -> dict[str, Any]:
    return {f"{line}.signed_on": day for line in (INSURED, AGENT, HIPAA)}


def test_a_page_that_could_not_be_read_is_named_and_a_page_of_no_form_is_let_pass() -> None:
    application = clean_application()
    document = application.evidence["insured.first_name"].document_id
    told = (None, *PageFault)
    pages = tuple(UnknownPage(document_id=document, page=8 + n, fault=fault) for n, fault in enumerate(told))
    found = check(application.model_copy(update={"unknown_pages": pages}), brackwater(), RECEIVED)
    assert [(finding.rule, finding.page, finding.document_id) for finding in found] == [
        ("V-64", 8 + n, document) for n in range(1, len(told))
    ]
    assert found[0].message.startswith("Page 9, the whole page: this page of the file could not be read")


def test_a_finding_carries_the_picture_of_its_place() -> None:
    application = clean_application({f"{INSURED}.mark": "doubtful"})
    crop = StoredObject(bucket="archive", key="documents/ab/abc.pictures/def.png")
    at = f"{INSURED}.mark"
    evidence = {**application.evidence, at: application.evidence[at].model_copy(update={"crop": crop})}
    found = check(application.model_copy(update={"evidence": evidence}), brackwater(), RECEIVED)
    assert [(finding.at, finding.crop) for finding in found] == [(at, crop)]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({f"{HIPAA}.mark": "empty"}, ["V-63"]),
        ({HIPAA: {}}, ["V-63"]),
        ({f"{HIPAA}.signed_on": None}, ["V-63"]),
        ({f"{HIPAA}.signed_on": date(2025, 3, 3)}, ["V-63"]),
        ({f"{HIPAA}.signed_on": date(2025, 3, 4)}, []),
        ({"hipaa.insured_name": None}, ["V-63"]),
        ({f"{HIPAA}.mark": "doubtful"}, ["V-64"]),
        ({f"{INSURED}.mark": "doubtful"}, ["V-64"]),
        ({"signatures.application.owner": {"mark": "doubtful"}}, []),
        ({"hipaa.insured_name": "Jordan Bell-Hart"}, ["V-66"]),
        ({"hipaa.insured_name": "Pell-Hart, Jordan Q."}, []),
        ({"hipaa.insured_name": "JORDAN PELL HART"}, []),
        ({f"{INSURED}.printed_name": "Morgan Sundry"}, ["V-66"]),
        ({"hipaa.insured_name": "Morgan Sundry", f"{HIPAA}.printed_name": "Morgan Sundry"}, ["V-66"]),
        ({"hipaa.date_of_birth": date(1984, 5, 21)}, ["V-66"]),
        ({"hipaa.ssn": "812-34-5679"}, ["V-66"]),
        ({"hipaa.ssn": "812345678"}, []),
        ({"hipaa.ssn": None, "hipaa.date_of_birth": None}, []),
        ({INSURED: {}}, ["V-70"]),
        ({f"{INSURED}.signed_on": None}, ["V-70"]),
        ({f"{INSURED}.city": None, f"{INSURED}.state": None}, ["V-70"]),
        ({**OWNED_BY_SPOUSE, "signatures.application.owner": {}}, ["V-71"]),
        ({**OWNED_BY_SPOUSE, "signatures.application.owner.signed_on": None}, ["V-71"]),
        ({**OWNED_BY_SPOUSE, "owner.kind": "entity"}, ["V-71"]),
        ({**OWNED_BY_SPOUSE, "owner.kind": "entity", "signatures.application.owner.title": "CFO"}, []),
        (OWNED_BY_SPOUSE, []),
        ({AGENT: {}}, ["V-74"]),
        ({f"{AGENT}.signed_on": None}, ["V-74"]),
        ({f"{AGENT}.signed_on": date(2026, 3, 1)}, ["V-74"]),
        ({f"{AGENT}.signed_on": date(2026, 3, 4)}, []),
        ({f"{INSURED}.signed_on": date(2026, 3, 5)}, ["V-75"]),
        ({f"{HIPAA}.signed_on": date(2026, 4, 1)}, ["V-75"]),
        (signed_on(date(2026, 3, 4)), []),
        (signed_on(date(2026, 2, 2)), []),
        (signed_on(date(2026, 2, 1)), ["V-76"]),
        ({f"{INSURED}.signed_on": date(1926, 3, 2)}, ["V-76"]),
        ({f"{INSURED}.state": "UT"}, ["V-78"]),
        ({f"{INSURED}.state": "UT", "insured.mailing.state": "UT"}, []),
    ],
)
def test_form_and_signature_rules(changes: dict[str, Any], expected: list[str]) -> None:
    assert sorted(faults(changes)) == expected


def test_an_expired_edition_is_one_finding() -> None:
    assert faults(forms=OLD_EDITION) == ["V-60"]


def test_an_old_edition_signed_while_it_was_taken_is_accepted() -> None:
    assert faults(signed_on(date(2025, 12, 31)), forms=OLD_EDITION, received_on=date(2026, 1, 9)) == []


def test_an_edition_is_judged_by_the_receipt_when_the_signing_date_cannot_be_true() -> None:
    assert faults({f"{INSURED}.signed_on": None}, forms=OLD_EDITION) == ["V-70", "V-60"]


def test_a_form_for_other_states_is_not_accepted() -> None:
    ohio_only = brackwater(notice_states=("OH",))
    assert faults(forms=WITH_NOTICE, carrier=ohio_only) == ["V-60"]
    assert faults(forms=WITH_NOTICE, carrier=brackwater(notice_states=("OH", "CO"))) == []


def test_signed_before_the_edition_existed_is_a_warning() -> None:
    assert faults(signed_on(date(2025, 12, 30)), received_on=date(2026, 1, 9)) == ["V-78"]


@pytest.mark.parametrize("page", [1, 2, 3, 4, 5])
def test_a_missing_page_is_one_finding_whatever_stood_on_it(page: int) -> None:
    assert faults(without_pages={"application-2026-01": (page,)}) == ["V-61"]


def test_nobody_sets_aside_a_missing_page_without_which_the_grid_cannot_be_asked() -> None:
    def severity_without(page: int) -> Severity:
        (finding,) = findings(without_pages={"application-2026-01": (page,)})
        return finding.severity

    held = {page: severity_without(page) for page in (1, 5)}
    assert held == {1: Severity.BLOCK, 5: Severity.NIGO}


def test_the_missing_last_page_of_the_authorization_is_one_finding() -> None:
    (finding,) = findings(without_pages={"hipaa-2026-01": (2,)})
    assert (finding.rule, "page 2 of the 2 pages of form BW-HIP is missing" in finding.message) == ("V-61", True)


def test_a_packet_without_authorization_is_one_finding() -> None:
    (finding,) = findings(forms=("application-2026-01",))
    assert (finding.rule, finding.reason) == ("V-63", ReasonCode.MISSING_FORM)


def test_a_packet_without_application_says_just_that() -> None:
    (finding,) = findings(forms=("hipaa-2026-01",))
    assert (finding.rule, finding.reason) == ("V-61", ReasonCode.MISSING_FORM)


def test_another_carriers_authorization_is_one_finding() -> None:
    assert faults({"signatures.hipaa": {}}, form_carriers={"hipaa-2026-01": "elsewhere"}) == ["V-82"]


def test_an_unsure_reading_is_no_proof_that_two_forms_differ() -> None:
    typed, far_off = {"hipaa.insured_name": "Jordan Pe1l Hort"}, {"hipaa.insured_name": "Morgan Sundry"}
    unsure = ("hipaa.insured_name", "hipaa.ssn", "hipaa.date_of_birth")
    assert faults(typed) == ["V-66"]
    assert faults(typed, unsure=unsure) == []
    assert faults(far_off, unsure=unsure) == ["V-64"]
    assert faults({"hipaa.ssn": "812-34-5679", "hipaa.date_of_birth": date(1984, 6, 20)}, unsure=unsure) == []


def test_for_a_child_the_guardian_signs_application_and_authorization() -> None:
    unsigned = faults(CHILD)
    assert sorted(unsigned) == ["V-10", "V-63", "V-72"]
    signed = {**CHILD, "signatures.application.guardian": GUARDIAN, "signatures.hipaa.guardian": GUARDIAN}
    assert faults(signed) == ["V-10"]


def test_a_document_that_follows_later_is_not_dated_in_the_future() -> None:
    later = {f"{HIPAA}.signed_on": date(2026, 3, 20)}
    assert faults(later, received_on=RECEIVED) == ["V-75"]
    assert faults(later, received_on=RECEIVED, today=date(2026, 3, 21)) == []


@pytest.mark.parametrize(
    ("changes", "unsure", "expected"),
    [
        ({"insured.ssn": "000-34-5678", "hipaa.ssn": None}, ("insured.ssn",), ["V-64"]),
        ({f"{INSURED}.state": None}, (f"{INSURED}.state",), ["V-64"]),
        ({"beneficiaries.1.share": "4"}, ("beneficiaries.1.share",), ["V-64"]),
        ({"insured.age_stated": 14}, ("insured.date_of_birth",), ["V-64"]),
        # What is sure, or empty, is a fault as on any page; a warning stays a warning.
        ({"insured.ssn": "000-34-5678", "hipaa.ssn": None}, ("insured.phone",), ["V-01"]),
        ({"insured.ssn": None}, ("insured.ssn",), ["V-01"]),
        ({"insured.residence.zip": "10001"}, ("insured.residence.zip",), ["V-05"]),
    ],
)
def test_an_unsure_reading_is_called_unclear_and_not_wrong(
    changes: dict[str, Any], unsure: tuple[str, ...], expected: list[str]
) -> None:
    written = {f"{INSURED}.state": "T\u2122"} if f"{INSURED}.state" in changes else {}
    assert faults(changes, unsure=unsure, written=written) == expected


def test_a_field_that_several_rules_stumble_over_is_called_unclear_once() -> None:
    changes = {"insured.date_of_birth": date(1884, 5, 20), "hipaa.date_of_birth": None}
    (finding,) = findings(changes, unsure=("insured.date_of_birth",))
    assert (finding.rule, finding.at, finding.confidence) == ("V-64", "insured.date_of_birth", 0.6)


def test_handwriting_is_a_question_with_its_picture_whether_a_rule_needs_the_value_or_not() -> None:
    crop = StoredObject(bucket="archive", key="documents/ab/abc.pictures/def.png")
    application = clean_application({"insured.birthplace": None}, written={"insured.birthplace": "Oreyon"})
    evidence = dict(application.evidence)
    for at in ("insured.birthplace", "insured.ssn"):
        doubt = {"crop": crop, "doubts": (Doubt.HANDWRITTEN,), "method": ReadingMethod.OCR, "confidence": 0.5}
        evidence[at] = evidence[at].model_copy(update=doubt)
    found = check(application.model_copy(update={"evidence": evidence}), brackwater(), RECEIVED)
    assert {(finding.rule, finding.at, finding.crop) for finding in found} == {
        ("V-64", "insured.birthplace", crop),
        ("V-64", "insured.ssn", crop),
    }
    assert all("written by hand" in finding.message and "Please confirm" in finding.message for finding in found)
    assert not any("Oreyon" in finding.message for finding in found)
