"""What people do: each act is a command to the service that owns the matter, and a line of the audit."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from schemas.case_events import CaseRequested
from schemas.document_events import CorrectValues, FileDocument
from schemas.finding_events import OverrideFinding, VerdictReached
from schemas.requirement_events import RequirementRequest
from services.console.pages.pictures import Picture, Pictures
from services.console.people import audit
from services.console.people.audit import Action
from services.console.people.roles import Role
from services.console.people.tables import audit as audit_table
from services.console.reading.case_file import case_file
from tests.console.desk import NOON, Desk, own_agent
from tests.console.test_projection import MANAGER, SAMPLE_CASE, samples


@pytest.fixture
def filled(desk: Desk) -> Iterator[Desk]:
    events = samples()
    (verdict,) = (event for event in events if isinstance(event, VerdictReached))
    (read,) = (event for event in events if type(event).__name__ == "ApplicationRead")
    desk.take(*events, verdict.model_copy(update={"version": read.version}))  # type: ignore[attr-defined]
    desk.sign_in(Role.CASE_MANAGER)
    return desk


def only(desk: Desk) -> tuple[str, Any]:
    ((topic, event),) = desk.sent.events
    return topic, event.data


def test_values_that_were_looked_at_are_one_correction(filled: Desk) -> None:
    at = "insured.date_of_birth"
    answer = filled.post(f"/cases/{SAMPLE_CASE}/confirm", **{"seen": [at], f"text:{at}": "05/18/1984"})
    assert answer.headers["location"] == f"/cases/{SAMPLE_CASE}/values?told=yes"
    topic, said = only(filled)
    assert (topic, type(said)) == ("intake.corrections", CorrectValues)
    (place,) = said.places
    assert (place.at, place.field, said.actor) == (at, "PI_DateOfBirth", "case_manager-x")
    # What they saw may be anybody's date of birth: it travels sealed.
    assert place.text.startswith("sealed:1:")
    with filled.database.read() as db:
        done = audit.entries(db, SAMPLE_CASE)
    # What was corrected is on record, and not what it says.
    assert ("correct_value", at) in {(entry.action, entry.what) for entry in done}


def test_a_private_value_is_shown_to_who_says_why_and_that_is_on_record_first(filled: Desk) -> None:
    where, at = f"/cases/{SAMPLE_CASE}/values", "insured.date_of_birth"
    born = "1984-05-17"
    covered = filled.client.get(where).text
    assert born not in covered
    assert f'name="at" value="{at}"' in covered
    assert filled.post(where, at=at).status_code == 422
    assert filled.post(where, at="insured.last_name", reason="is open anyway").status_code == 404
    shown = filled.post(where, at=at, reason="she calls and asks")
    assert born in shown.text
    with filled.database.read() as db:
        (entry, *_) = audit.entries(db, SAMPLE_CASE)
    assert (entry.action, entry.what, entry.reason) == (Action.VIEW_SEALED, at, "she calls and asks")


def test_the_place_of_a_private_value_is_shown_to_who_opened_it_for_as_long_as_a_session_rests(
    filled: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Pictures, "of_object", lambda *_: Picture(b"the place", "image/png"))
    at = "insured.date_of_birth"
    where = f"/cases/{SAMPLE_CASE}/crop?at={at}"

    def looked() -> int:
        return filled.client.get(where).status_code

    refused = filled.client.get(where)
    assert (refused.status_code, "Open the value and say why" in refused.text) == (403, True)
    filled.post(f"/cases/{SAMPLE_CASE}/values", at=at, reason="she calls and asks")
    shown = filled.client.get(where)
    assert (shown.content, shown.headers["cache-control"]) == (b"the place", "no-store")
    # Who opened nothing sees nothing, were it in the same case.
    filled.sign_in(Role.ADMIN)
    assert looked() == 403
    filled.post(f"/cases/{SAMPLE_CASE}/values", reason="she calls and asks")
    assert looked() == 200
    filled.sign_in(Role.AGENT, own_agent())
    assert looked() == 403
    with filled.database.write() as db:
        db.execute(audit_table.update().values(at=NOON - timedelta(hours=1, seconds=1)))
    filled.sign_in(Role.CASE_MANAGER)
    assert looked() == 403
    with filled.database.read() as db:
        looks = [entry for entry in audit.entries(db, SAMPLE_CASE) if entry.what == f"place of {at}"]
    assert len(looks) == 2


def test_private_values_are_confirmed_by_who_says_why_they_are_opened(filled: Desk) -> None:
    where, at, raw = f"/cases/{SAMPLE_CASE}/confirm", "insured.date_of_birth", "05/17/1984"
    covered = filled.client.get(where).text
    assert "private: open it to confirm it" in covered
    assert f"text:{at}" not in covered
    assert raw not in covered
    assert filled.post(f"{where}/open", why=" ").status_code == 422
    page = filled.post(f"{where}/open", why="to confirm them").text
    assert f'name="text:{at}" value="{raw}"' in page
    with filled.database.read() as db:
        (entry, *_) = (each for each in audit.entries(db, SAMPLE_CASE) if each.action == Action.VIEW_SEALED)
    assert (at in str(entry.what), entry.reason) == (True, "to confirm them")
    # What was typed before they were opened is typed still.
    page = filled.post(f"{where}/open", **{"why": "to confirm them", f"text:{at}": "05/18/1984", "seen": at}).text
    assert f'name="text:{at}" value="05/18/1984"' in page
    assert f'value="{at}" checked' in page


def test_nothing_looked_at_is_no_correction(filled: Desk) -> None:
    assert filled.post(f"/cases/{SAMPLE_CASE}/confirm").status_code == 422
    assert not filled.sent.events


def test_a_finding_is_set_aside_with_a_reason(filled: Desk) -> None:
    with filled.database.read() as db:
        found = case_file(db, MANAGER, SAMPLE_CASE)
    assert found
    finding = (*found.to_fix, *found.hints)[0]
    where = f"/cases/{SAMPLE_CASE}/override"
    said = {"rule": finding.rule, "at": finding.at, "kind": "false_alarm"}
    assert filled.post(where, **said).status_code == 422
    assert filled.post(where, **said | {"rule": "V-00", "reason": "no such"}).status_code == 404
    assert filled.post(where, **said, reason="the carrier agrees").status_code == 303
    topic, sent = only(filled)
    assert (topic, type(sent), sent.at) == ("validation.override-requests", OverrideFinding, finding.at)


def test_a_case_is_asked_and_its_requirement(filled: Desk) -> None:
    asked = filled.post(f"/cases/{SAMPLE_CASE}/ask", what="withdraw_for_client", reason="she called")
    assert asked.status_code == 303
    with filled.database.read() as db:
        found = case_file(db, MANAGER, SAMPLE_CASE)
    assert found
    where = f"/cases/{SAMPLE_CASE}/requirements"
    wanted = found.requirements[0].requirement_id
    assert filled.post(where, requirement_id=wanted, action="waive", reason="told by phone").status_code == 303
    assert filled.post(where, requirement_id="none", action="waive", reason="told by phone").status_code == 404
    (first, request), (second, waived) = filled.sent.events
    assert (first, second) == ("cases.requests", "requirements.requests")
    assert isinstance(request.data, CaseRequested)
    assert isinstance(waived.data, RequirementRequest)


def test_a_document_without_a_case_is_filed_by_hand(filled: Desk) -> None:
    page = filled.client.get("/inbox").text
    (document,) = {part.split('"')[0] for part in page.split('name="document_id" value="')[1:]}
    where = filled.post("/inbox", document_id=document, case_id=SAMPLE_CASE, reason="her page").headers["location"]
    topic, said = only(filled)
    assert (topic, type(said), said.case_id) == ("intake.filing-requests", FileDocument, SAMPLE_CASE)
    # Whoever goes on by keyboard does not file it twice.
    assert document not in filled.client.get(where).text
    assert filled.post("/inbox", document_id=document, case_id="other").status_code == 422
    assert filled.post("/inbox", document_id=document).status_code == 303
    assert filled.sent.events[-1][1].data.case_id is None
    assert filled.post("/inbox", document_id="0" * 64, case_id=SAMPLE_CASE, reason="her page").status_code == 404


def test_a_view_is_kept_and_forgotten(filled: Desk) -> None:
    assert filled.post("/views", name="Mine", query="state=nigo").status_code == 303
    assert "Mine" in filled.client.get("/cases").text
    filled.post("/views/forget", name="Mine")
    assert "Mine" not in filled.client.get("/cases").text


def test_an_agent_sends_into_their_own_folder_only(filled: Desk) -> None:
    filled.sign_in(Role.AGENT, "AG-OTHER")
    made = filled.post("/upload/link", file_name="packet.pdf", agent="AG-1042")
    assert made.status_code == 200
    assert made.json()["folder"].startswith("drop/AG-OTHER/")
    assert filled.post("/upload/link", file_name="packet.pdf", case=SAMPLE_CASE).status_code == 404
    assert filled.post("/upload/link", file_name="packet.exe").status_code == 422
    assert filled.client.get(f"/upload?case={SAMPLE_CASE}").status_code == 404


def test_an_admin_adds_and_removes_people(filled: Desk) -> None:
    filled.sign_in(Role.ADMIN)
    made = filled.post("/people", name="keiko", role="ops")
    assert "shown this once" in made.text
    assert "keiko" in filled.client.get("/people").text
    assert filled.post("/people", name="sam", role="agent").status_code == 422
    assert filled.post("/people/remove", name="keiko").status_code == 200
    assert "change user" in filled.client.get("/audit?actor=admin-x").text
