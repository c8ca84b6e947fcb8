"""What an agent reads: the right letters, with places and things to do, and nothing private."""

import re
from datetime import date, timedelta
from decimal import Decimal
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.base import StoredObject
from schemas.codes import CaseState, RefusalCause
from schemas.document_events import DocumentFiled
from schemas.events import ApplicationRead
from schemas.publish.__main__ import sample
from schemas.publish.json_schema import parsed
from services.notify.compile_templates import COMPILED, compiled
from services.notify.discretion import HIDDEN, discreet
from services.notify.letters import Letter, about_change, about_filing, about_refusal, about_unmatched, short_name
from services.notify.ops_letters import OPS, about_dead_letters
from services.notify.rendering import Rendered, render
from services.notify.wording import REFUSALS, WORDINGS
from tests.builders import clean_application
from tests.cases import stories
from tests.cases.docket import tell
from tests.notify.changes import (
    CASE,
    NOON,
    SHARES,
    SIGNATURE,
    change,
    finding,
    late_document,
    not_in_good_order,
    refusal,
    requirement,
    unmatched_document,
)

CONCERNS_THE_AGENT = {
    "nigo", "submitted", "carrier_nigo", "approved", "approved_other_than_applied", "tentative_offer", "offer_out",
    "postponed", "declined", "closed_incomplete", "issued", "placed", "not_taken", "withdrawn_by_client",
    "withdrawn_by_producer", "withdrawn_by_carrier", "awaiting_requirements", "reopened", "free_look_cancelled",
    "rescinded", "offer_expired",
}  # fmt: skip


def letter(what: Any, named: tuple[str, ...] = ()) -> Letter:
    written = about_change(what, named)
    assert written is not None
    return written


def read(written: Letter) -> Rendered:
    return render(written, "Harriet Lindqvist")


class Outline(HTMLParser):
    """Tags with their attributes, and the text that a reader sees."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self._hidden = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._hidden += tag in ("style", "title")

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in ("style", "title")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())

    def count(self, tag: str) -> int:
        return sum(name == tag for name, _ in self.tags)


def test_the_letter_names_agent_case_pages_fields_and_what_to_do_in_the_order_of_the_pages() -> None:
    mail = read(letter(not_in_good_order(SIGNATURE, SHARES)))
    assert mail.subject == f"{CASE} Jordan P.: 2 things to fix before Aldermoor Life can take this application"
    for text in (mail.text, Outline(mail.html).text):
        flat = " ".join(text.split())
        assert "Hello Harriet Lindqvist," in flat
        places = [flat.index(place) for place in ("Page 2, Primary beneficiary 1, share %", "Page 5, Signature of")]
        assert places == sorted(places)
        assert "The shares add up to 90 %. Make them 100 %." in flat
        assert "The line is empty. The insured signs here." in flat
        assert f"only those, into the folder drop/AG-1/{CASE}/" in flat
        assert CASE in flat
    assert "1. Page 2, Primary" in mail.text
    assert "2. Page 5, Signature" in mail.text


def test_one_thing_is_one_thing() -> None:
    mail = read(letter(not_in_good_order(SIGNATURE)))
    assert "1 thing to fix before" in mail.subject
    assert "1 THING TO FIX" in mail.text


def test_what_is_wrong_with_the_packet_as_a_whole_comes_last() -> None:
    missing = finding(None, "HIPAA authorization", "the form is missing. Add it, signed.")
    items = letter(not_in_good_order(missing, SIGNATURE)).items
    assert [item.place for item in items] == ["Page 5, Signature of the proposed insured", "HIPAA authorization"]
    assert items[1].text == "The form is missing. Add it, signed."


def test_each_state_that_concerns_an_agent_has_its_letter_and_no_other() -> None:
    offered = {"answer_by": None, "requirements": (requirement("Paramedical exam"),)}
    written = {
        state.value for state in CaseState if about_change(change(state.value, "submitted", **offered)) is not None
    }
    assert written == CONCERNS_THE_AGENT == {state.value for state in WORDINGS}


@pytest.mark.parametrize("state", sorted(CONCERNS_THE_AGENT))
def test_every_letter_says_case_insured_and_carrier_and_leaves_no_gap_open(state: str) -> None:
    what = change(state, "tentative_offer", answer_by=NOON + timedelta(days=30)) if state == "offer_out" else None
    mail = read(letter(what or change(state, "submitted", requirements=(requirement("Paramedical exam"),))))
    assert mail.subject.startswith(f"{CASE} Jordan P.: ")
    assert "Aldermoor Life" in mail.text
    for words in (mail.subject, mail.text, Outline(mail.html).text):
        assert not re.search(r"[{}]|None|\bapplication_|_than_|  \.", words)


@pytest.mark.parametrize("kind", ["approved_other_than_applied", "tentative_offer"])
def test_an_offer_is_one_letter_that_names_its_last_day_and_terms(kind: str) -> None:
    by = NOON + timedelta(days=30)
    assert about_change(change(kind, "underwriting", answer_by=by)) is None
    reason = "Aldermoor Life Insurance Company: tentative offer, $250,000, standard, to be answered by 2026-04-03"
    mail = read(letter(change("offer_out", kind, answer_by=by, reason=reason, carrier_status=kind)))
    assert mail.subject.endswith("an offer from Aldermoor Life, to be answered by April 3, 2026")
    assert "$250,000, standard" in mail.text
    undated = letter(change(kind, "underwriting"))
    assert "as soon as the carrier names the day" in " ".join(undated.closing)


def test_requirements_are_told_once_with_the_submission_or_when_they_are_new() -> None:
    exam, records = requirement("Paramedical exam"), requirement("Motor vehicle report", "needed", carrier_owned=True)
    submitted = letter(change("submitted", "ready_to_submit", requirements=(exam, records)))
    assert submitted.named == ("Paramedical exam", "Motor vehicle report")
    text = read(submitted).text
    assert "- Paramedical exam: ordered" in text
    assert "- Motor vehicle report: Aldermoor Life sees to it" in text
    again = change("awaiting_requirements", "carrier_pending", requirements=(exam,))
    assert about_change(again, submitted.named) is None
    new = change("awaiting_requirements", "underwriting", requirements=(exam, requirement("Inspection report")))
    assert "Inspection report" in read(letter(new, submitted.named)).text


def test_the_carriers_words_are_passed_on_about_papers_and_kept_back_about_underwriting() -> None:
    words = {"note": "Page 4 is missing."}
    assert "Page 4 is missing." in read(letter(change("carrier_nigo", "submitted", **words))).text
    reasons = {"note": "Declined for diabetes and a heart attack."}
    for state in ("declined", "postponed", "approved_other_than_applied", "tentative_offer", "rescinded"):
        mail = read(letter(change(state, "underwriting", **reasons)))
        assert "diabetes" not in mail.text + mail.html
        assert "not repeated by e-mail" in " ".join(mail.text.split())


@pytest.mark.parametrize("cause", list(RefusalCause))
def test_a_refused_file_is_named_with_the_reason_and_the_remedy(cause: RefusalCause) -> None:
    mail = read(about_refusal(refusal(cause.value)))
    assert mail.subject == f"packet.pdf could not be read: {REFUSALS[cause]}"
    assert "Save it without one and upload it again." in " ".join(mail.text.split())
    assert "No case was opened" in " ".join(mail.text.split())


def test_the_html_is_accessible() -> None:
    for what in (not_in_good_order(), change("approved", "underwriting", note="Deliver soon.")):
        page = Outline(read(letter(what)).html)
        assert page.count("h1") == 1
        assert ("html", "en") in [(tag, attrs.get("lang")) for tag, attrs in page.tags]
        assert page.count("title") == 1
        assert page.count("img") == 0
        assert all(
            attrs.get("role") == "presentation" for tag, attrs in page.tags if tag == "table" and not attrs.get("class")
        )
    page = Outline(read(letter(not_in_good_order())).html)
    assert (page.count("ol"), page.count("li")) == (1, 2)


def test_the_html_fetches_nothing_from_anywhere() -> None:
    html = read(letter(not_in_good_order())).html
    assert not re.search(r"(src|href|url\()\s*=?\s*[\"']?https?:", html)


def _luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_every_status_colour_has_a_contrast_of_seven_to_one_on_white() -> None:
    for state in WORDINGS:
        mail = read(letter(change(state.value, "submitted", requirements=(requirement("Exam"),))))
        colour = re.search(r"<span style=\"color: (#[0-9a-f]{6})\">", mail.html)
        assert colour is not None
        assert 1.05 / (_luminance(colour.group(1)) + 0.05) >= 7


def test_the_committed_html_is_what_the_mjml_means() -> None:
    assert COMPILED.read_text(encoding="utf-8") == compiled(), "run python -m services.notify.compile_templates"


def test_what_others_wrote_cannot_become_markup() -> None:
    nasty = '<script>alert("x")</script> & {{ 7*7 }}'
    mail = read(letter(change("carrier_nigo", "submitted", note=nasty, carrier_reference="<b>1</b>")))
    assert "<script" not in mail.html
    assert "<b>" not in mail.html
    assert "{{ 7*7 }}" in mail.text
    assert "<script>" in mail.text


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("SSN 812-34-5678.", f"SSN {HIDDEN}."),
        ("ssn812345678 and 812345678", f"ssn812345678 and {HIDDEN}"),
        ("812 34 5678", HIDDEN),
        ("born 5/20/1984", f"born {HIDDEN}"),
        ("DOB: 01/02/2020", f"DOB: {HIDDEN}"),
        ("May 20, 1984", HIDDEN),
        ("20 May 1984", HIDDEN),
        ("1984-05-20", HIDDEN),
        ("Return it by 05/01/2026.", "Return it by 05/01/2026."),
        ("Policy 12-3456789, phone 303-555-0142, $500,000", "Policy 12-3456789, phone 303-555-0142, $500,000"),
        ("two\r\nlines\x00 and\ta tab", "two lines and a tab"),
    ],
)
def test_numbers_and_birth_dates_are_taken_out_of_other_peoples_words(written: str, shown: str) -> None:
    assert discreet(written, 2026) == shown


def test_long_words_are_cut() -> None:
    assert len(discreet("word " * 500, 2026)) <= 600


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("Aldermoor Life Insurance Company", "Aldermoor Life"),
        ("Quillhaven Mutual Life", "Quillhaven Mutual Life"),
        ("Insurance Company", "Insurance"),
    ],
)
def test_a_carrier_is_called_by_its_everyday_name(name: str, short: str) -> None:
    assert short_name(name) == short


# --- nothing of the application but its masked name -------------------------------------------------------

_WORD = st.text("bcdfghjkmnpqrtvwxyz", min_size=9, max_size=12).map(str.capitalize)
_SSN = st.from_regex(r"8[0-9]{2}-[1-9][0-9]-[1-9][0-9]{3}", fullmatch=True)
_SECRET_WORDS = (
    "insured.middle_name", "insured.last_name", "insured.birthplace", "insured.residence.street",
    "insured.residence.city", "insured.occupation", "insured.employer", "insured.best_time_to_call",
    "premium.bank_name", "medications", "physician.name", "physician.reason", "details.0.condition",
    "details.0.treatment", "details.0.provider", "beneficiaries.0.name", "agent_report.remarks", "hipaa.insured_name",
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_no_value_of_the_application_is_ever_in_a_mail(data: st.DataObject) -> None:
    secrets = dict(zip(_SECRET_WORDS, data.draw(st.lists(_WORD, min_size=18, max_size=18, unique=True)), strict=True))
    ssn, born = data.draw(_SSN), data.draw(st.dates(date(1940, 1, 1), date(2005, 12, 31)))
    account = data.draw(st.from_regex(r"[1-9][0-9]{11}", fullmatch=True))
    first = data.draw(st.sampled_from(["Jordan", ssn, "", "Mary Ann"]))
    application = clean_application(
        {
            **secrets,
            "insured.first_name": first,
            "insured.ssn": ssn,
            "insured.date_of_birth": born,
            "insured.annual_income": Decimal(987654),
            "premium.account_number": account,
            "hipaa.ssn": ssn,
        }
    )
    told = f"Insured {ssn}, born {born:%m/%d/%Y}, account closed."
    hidden = {*secrets.values(), ssn, ssn.replace("-", ""), account, "987654", f"{born:%m/%d/%Y}", born.isoformat()}
    for mail in _mails_of(application, told):
        for words in (mail.subject, mail.text, mail.html):
            assert not [secret for secret in hidden if secret.casefold() in words.casefold()]


def _mails_of(application: Any, told: str) -> list[Rendered]:
    """The letters of a case from its packet to its end, with a carrier that says too much."""
    read_ = ApplicationRead(
        case_id=stories.CASE,
        version=1,
        agent_code="AG-1",
        documents=(DocumentFiled(document_id="ab" * 32, archive=StoredObject(bucket="a", key="k"), file_name="p"),),
        uploaded_at=NOON,
        reading_started_at=NOON,
        read_at=NOON,
        application=application,
    )
    docket = tell(read_, stories.judged("nigo"), stories.judged_again("igo"))
    changes = list(docket.changes)
    for decision in ("not_in_good_order", "approved", "declined", "closed_incomplete", "withdrawn_by_carrier"):
        said = tell(read_, stories.judged("igo"), stories.said(decision, note=told)).changes
        changes += said[-1:]
    letters = [about_change(each) for each in changes]
    mails = [read(each) for each in letters if each]
    assert len(mails) == 7
    return mails


def test_an_agent_learns_that_a_document_came_and_where_it_is_or_that_a_person_looks_at_it() -> None:
    filed = read(about_filing(late_document(requirement="paramed")))
    assert filed.subject == f"{CASE} Jordan P.: page-5 {HIDDEN}.pdf arrived"
    flat = " ".join(filed.text.split())
    assert f"was filed to case {CASE} (Jordan P., Aldermoor Life), the case that you named." in flat
    assert "It answers the requirement paramed." in flat
    waits = read(about_unmatched(unmatched_document()))
    flat = " ".join(waits.text.split())
    assert "a person at our desk looks at it" in flat
    assert "a folder named like it: drop/AG-1/<case>/" in flat
    assert CASE not in waits.text
    assert "&lt;case&gt;" in waits.html


def test_where_a_case_has_several_documents_a_page_is_named_with_the_time_it_was_sent() -> None:
    uploads = ({"document_id": SIGNATURE.document_id, "uploaded_at": NOON + timedelta(days=1)},)
    written = letter(not_in_good_order(documents=uploads))
    named = [item.place for item in written.items if item.place.startswith("Page")]
    assert any(place.startswith("Page 5 of what you sent on March 5, 2026, 12:00 UTC, ") for place in named), named


def test_those_who_watch_the_house_read_what_stopped_and_what_to_type() -> None:
    began = parsed(sample("goodorder.dead-letters.began.v1")).data
    for runbook, shown in (("https://wiki.example.com/runbook", "href"), ("docs/runbook.md", "docs/runbook.md#")):
        mail = render(about_dead_letters(began, runbook), OPS)
        assert mail.subject == "Dead letters in cases: an unknown case"
        for words in (mail.text, Outline(mail.html).text):
            assert "goodorder dead-letters show 79878308" in words
            assert 'goodorder dead-letters replay 79878308 --reason "what you mended"' in words
            assert "drop folder" not in words, "that is the agents' footer"
        assert f"{runbook}#a-dead-letter" in mail.text
        assert shown in mail.html
