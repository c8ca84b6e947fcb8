"""The API: what it answers is what the console knows, and every refusal says why in JSON."""

import pytest

from services.console.people import audit, keys
from services.console.people.accounts import CannotAdd
from services.console.people.keys import Scope
from services.console.people.roles import Role
from services.console.web.api.app import PATH
from tests.console.desk import NOON, SAMPLE_CASE, Desk, NewKey, own_agent
from tests.console.letters.records import LETTER_A


def bearer(secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}"}


def test_a_case_is_told_whole_and_the_look_is_written_down(filled: Desk, new_key: NewKey) -> None:
    said = bearer(new_key(Role.CASE_MANAGER))
    listed = filled.client.get(f"{PATH}/cases", headers=said).json()
    assert [case["case_id"] for case in listed["cases"]] == [SAMPLE_CASE]
    assert listed["next_page"] is None
    whole = filled.client.get(f"{PATH}/cases/{SAMPLE_CASE}", headers=said).json()
    assert whole["case"] == listed["cases"][0]
    empty = [name for name in ("owed", "requirements", "documents", "mails", "timeline") if not whole[name]]
    assert not empty
    version = whole["versions"][0]
    read = filled.client.get(f"{PATH}/cases/{SAMPLE_CASE}/applications/{version}", headers=said).json()
    assert read["application"]["insured"]["last_name"]
    # Who asks by key says no reason: what is private stays away.
    assert read["application"]["insured"]["date_of_birth"] is None
    held = read["application"]["evidence"]["insured.date_of_birth"]
    assert (held["raw"], bool(held["page"])) == ("", True)
    with filled.database.read() as db:
        looks = audit.entries(db, SAMPLE_CASE, "key case_manager-None-")
    assert [(look.actor, look.what) for look in looks] == [
        ("key case_manager-None-", f"application {version}"),
        ("key case_manager-None-", "api"),
    ]


def test_names_are_for_those_who_may_see_them(filled: Desk, new_key: NewKey) -> None:
    def insured(role: Role) -> str:
        answer = filled.client.get(f"{PATH}/cases", headers=bearer(new_key(role)))
        return str(answer.json()["cases"][0]["insured"])

    assert insured(Role.CASE_MANAGER).startswith(insured(Role.VIEWER).split()[0])
    assert insured(Role.CASE_MANAGER) != insured(Role.VIEWER)


def test_a_dead_letter_is_shown_masked(filled: Desk, new_key: NewKey) -> None:
    said = bearer(new_key(Role.OPS))
    listed = filled.client.get(f"{PATH}/dead-letters", headers=said).json()
    assert (listed["total"], listed["dead_letters"][0]["id"]) == (1, LETTER_A)
    shown = filled.client.get(f"{PATH}/dead-letters/{LETTER_A}", headers=said).json()
    assert shown["place"] == "carriers.aldermoor.decisions[3]@17"


def test_an_upload_goes_into_the_agents_own_folder(filled: Desk, new_key: NewKey) -> None:
    agent = own_agent()
    said = bearer(new_key(Role.AGENT, agent))

    def asked(**what: str) -> tuple[int, dict[str, object]]:
        answer = filled.client.post(f"{PATH}/uploads", headers=said, json=what)
        return answer.status_code, answer.json()

    status, form = asked(agent_code=agent, file_name="page 4.pdf", case_id=SAMPLE_CASE)
    assert status == 201
    assert str(form["fields"]["key"]).startswith(f"drop/{agent}/{SAMPLE_CASE}/")  # type: ignore[index]
    assert asked(agent_code="AG-OTHER", file_name="packet.pdf")[0] == 403
    status, problem = asked(agent_code=agent, file_name="packet.exe")
    assert status == 422
    assert "body.file_name" in str(problem["detail"])


def test_a_key_that_was_ended_opens_nothing(filled: Desk, new_key: NewKey) -> None:
    secret = new_key(Role.VIEWER)
    assert filled.client.get(f"{PATH}/cases", headers=bearer(secret)).status_code == 200
    with filled.database.write() as db:
        assert keys.known(db)[0].used_at == NOON
        assert keys.end(db, "viewer-None-")
    answer = filled.client.get(f"{PATH}/cases", headers=bearer(secret))
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize(
    ("role", "agent", "scope"),
    [
        (Role.VIEWER, None, Scope.APPLICATIONS),
        (Role.AGENT, None, Scope.CASES),
        (Role.VIEWER, "AG-1042", Scope.CASES),
        (Role.ADMIN, None, Scope.CASES),
        (Role.AGENT, "AG-1042", Scope.DEAD_LETTERS),
        (Role.AGENT, "AG-1042", Scope.ACTS),
        (Role.OPS, None, Scope.ACTS),
    ],
)
def test_a_key_is_not_made_for_more_than_its_role_may(
    new_key: NewKey, role: Role, agent: str | None, scope: Scope
) -> None:
    with pytest.raises(CannotAdd):
        new_key(role, agent, scope)
