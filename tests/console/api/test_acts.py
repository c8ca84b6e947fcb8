"""What a key does: the commands that the pages send, under the key's name; the same call is one event."""

import json
from typing import Any

import pytest

from schemas.case_events import CaseRequested
from schemas.document_events import CorrectValues, FileDocument
from schemas.events import ApplicationRead
from schemas.finding_events import OverrideFinding, VerdictReached
from schemas.requirement_events import RequirementRequest
from services.chassis.private.events import as_opened
from services.console.neighbours import Neighbours
from services.console.people import audit, keys
from services.console.people.keys import Scope
from services.console.people.roles import Role
from services.console.web import acting
from services.console.web.api.app import PATH
from tests.chassis.house import eventually
from tests.console.desk import NOON, SAMPLE_CASE, Desk, samples
from tests.keys import VAULT

CASE = f"{PATH}/cases/{SAMPLE_CASE}"
PRIVATE, OPEN = "insured.date_of_birth", "insured.last_name"


class Caller:
    """A system of the agency's, with a key that may look and act."""

    def __init__(self, desk: Desk, name: str) -> None:
        scopes = (Scope.CASES, Scope.APPLICATIONS, Scope.ACTS)
        with desk.database.write() as db:
            self.secret = keys.add(db, name, Role.CASE_MANAGER, None, scopes, NOON)
        self.desk = desk

    def get(self, where: str) -> Any:
        answer = self.desk.client.get(where, headers={"Authorization": f"Bearer {self.secret}"})
        assert answer.status_code == 200, answer.text
        return answer.json()

    def __call__(self, where: str, call: str | None = None, **said: Any) -> tuple[int, dict[str, Any]]:
        """Status and body; ``call``: the name that the caller gives it."""
        headers = {"Authorization": f"Bearer {self.secret}"} | ({"Idempotency-Key": call} if call else {})
        answer = self.desk.client.post(where, headers=headers, json=said)
        return answer.status_code, answer.json()


@pytest.fixture
def crm(filled: Desk) -> Caller:
    """The sample case has a version on which a value that is not private has a place, too."""
    events = samples()
    (verdict,) = (event for event in events if isinstance(event, VerdictReached))
    (read,) = (event for event in events if isinstance(event, ApplicationRead))
    evidence = read.application.evidence
    name = evidence[PRIVATE].model_copy(update={"field": "PI_LastName", "raw": "Rivera", "doubts": (), "crop": None})
    application = read.application.model_copy(update={"evidence": {**evidence, OPEN: name}})
    version = {"version": read.version + 1}
    filled.take(read.model_copy(update={"application": application, **version}), verdict.model_copy(update=version))
    return Caller(filled, "crm")


def newest(crm: Caller) -> tuple[str, Any, str]:
    topic, event = crm.desk.sent.events[-1]
    return topic, event.data, event.id


def test_values_are_corrected_and_confirmed_and_private_ones_never_unseen(crm: Caller) -> None:
    version = crm.get(CASE)["versions"][0]
    held = crm.get(f"{CASE}/applications/{version}")["application"]["evidence"][OPEN]
    values = [{"at": OPEN}, {"at": PRIVATE, "text": "05/18/1984"}]
    status, taken = crm(f"{CASE}/corrections", version=version, values=values)
    topic, said, event_id = newest(crm)
    assert (status, topic, type(said)) == (202, "intake.corrections", CorrectValues)
    assert (event_id, said.actor, said.version) == (taken["event_id"], "key crm", version)
    assert all(place.text.startswith("sealed:1:") for place in said.places)
    (_, event) = crm.desk.sent.events[-1]
    opened = as_opened(event.model_dump_json().encode(), CorrectValues, lambda: VAULT)
    seen = {place["at"]: place["text"] for place in json.loads(opened)["data"]["places"]}
    assert seen == {OPEN: held["raw"], PRIVATE: "05/18/1984"}
    with crm.desk.database.read() as db:
        (entry, *_) = audit.entries(db, SAMPLE_CASE, "key crm")
    assert (entry.action, entry.what) == ("correct_value", f"{OPEN}, {PRIVATE}")
    for values, why in (
        ([{"at": PRIVATE}], "private"),
        ([{"at": "insured.shoe_size", "text": "9"}], "has no value insured.shoe_size"),
        ([{"at": OPEN}, {"at": OPEN, "text": "Rivera"}], "said twice"),
    ):
        status, problem = crm(f"{CASE}/corrections", version=version, values=values)
        assert (status, why in problem["detail"]) == (422, True), problem
    assert crm(f"{CASE}/corrections", version=version + 1, values=[{"at": OPEN}])[0] == 404
    assert len(crm.desk.sent.events) == 1


def test_a_case_its_findings_and_its_requirements_are_acted_on(crm: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = crm.get(CASE)
    finding, requirement = whole["findings"][0], whole["requirements"][0]["requirement_id"]
    aside = {"rule": finding["rule"], "at": finding["at"], "kind": "false_alarm", "reason": "the carrier agrees"}
    assert crm(f"{CASE}/overrides", **aside)[0] == 202
    status, problem = crm(f"{CASE}/overrides", **aside | {"kind": "accepted"})
    assert (status, "blocks: nobody can set it aside" in problem["detail"]) == (422, True)
    assert crm(f"{CASE}/overrides", **aside | {"rule": "V-00"})[0] == 404
    assert crm(f"{CASE}/requests", request="withdraw_for_client", reason="she called")[0] == 202
    assert crm(f"{CASE}/requests", request="change_face_amount", reason="she called")[0] == 422
    monkeypatch.setattr(Neighbours, "standing", lambda *_: {"may_be_asked": ["reopen"]})
    status, problem = crm(f"{CASE}/requests", request="submit", reason="she called")
    assert (status, "It may be asked: reopen." in problem["detail"]) == (422, True)
    asked = {"action": "waive", "reason": "told by phone"}
    assert crm(f"{CASE}/requirements", requirement_id=requirement, **asked)[0] == 202
    assert crm(f"{CASE}/requirements", requirement_id="none", **asked)[0] == 404
    sent = [(topic, type(event.data)) for topic, event in crm.desk.sent.events]
    assert sent == [
        ("validation.override-requests", OverrideFinding),
        ("cases.requests", CaseRequested),
        ("requirements.requests", RequirementRequest),
    ]
    with crm.desk.database.read() as db:
        done = [entry.action for entry in audit.entries(db, SAMPLE_CASE, "key crm")]
    assert done[:3] == ["ask_about_requirement", "ask_of_case", "override_finding"]


def test_a_document_that_no_case_has_is_filed(filled: Desk) -> None:
    crm = Caller(filled, "crm")
    (waiting,) = crm.get(f"{PATH}/unmatched")["documents"]
    where = f"{PATH}/unmatched/{waiting['document_id']}/filing"
    assert crm(where, case_id=SAMPLE_CASE, reason="her page")[0] == 202
    topic, said, _ = newest(crm)
    assert (topic, type(said), said.case_id) == ("intake.filing-requests", FileDocument, SAMPLE_CASE)
    assert crm(where)[0] == 202
    assert newest(crm)[1].case_id is None
    assert crm(where, case_id="GO-0000-0000-0000", reason="her page")[0] == 404
    assert crm(f"{PATH}/unmatched/{'0' * 64}/filing", reason="her page")[0] == 404


def test_the_same_call_made_again_is_one_event_even_when_what_it_was_about_is_gone(crm: Caller) -> None:
    finding = crm.get(CASE)["findings"][0]
    said = {"rule": finding["rule"], "at": finding["at"], "kind": "false_alarm", "reason": "it is signed"}
    first = crm(f"{CASE}/overrides", "task-7", **said)
    (verdict,) = (event for event in samples() if isinstance(event, VerdictReached))
    version = crm.get(CASE)["versions"][0]
    # Validation judged anew, and the finding is gone.
    crm.desk.take(verdict.model_copy(update={"version": version, "findings": ()}))
    assert crm(f"{CASE}/overrides", **said)[0] == 404
    assert crm(f"{CASE}/overrides", "task-7", **said) == first
    assert [event.id for _, event in crm.desk.sent.events] == [first[1]["event_id"]]
    with crm.desk.database.read() as db:
        assert sum(entry.action == "override_finding" for entry in audit.entries(db, SAMPLE_CASE)) == 1
    # Its name is not good for anything else; another key's calls are others.
    status, problem = crm(f"{CASE}/overrides", "task-7", **said | {"reason": "something else"})
    assert (status, "Idempotency-Key" in problem["detail"]) == (422, True)
    asked = {"request": "reopen", "reason": "she called"}
    calls = [caller(f"{CASE}/requests", "task-8", **asked) for caller in (crm, Caller(crm.desk, "portal"), crm)]
    assert calls[0] == calls[2] != calls[1]
    # Without a name it happens as often as it is made.
    assert crm(f"{CASE}/requests", **asked) != crm(f"{CASE}/requests", **asked)


def test_what_could_not_be_written_in_time_is_said_so_and_made_again_it_happens_once(
    crm: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = {"request": "reopen", "reason": "she called"}
    crm.get(CASE)
    monkeypatch.setattr(acting, "_PATIENCE", 0.05)
    with crm.desk.database.write():
        status, problem = crm(f"{CASE}/requests", "task-9", **asked)
    assert (status, "could not be written down in time" in problem["detail"]) == (503, True)
    monkeypatch.setattr(acting, "_PATIENCE", 60.0)
    status, taken = crm(f"{CASE}/requests", "task-9", **asked)
    assert status == 202
    eventually(lambda: crm.desk.sent.events, "the request is sent", 60)
    assert [event.id for _, event in crm.desk.sent.events] == [taken["event_id"]]
