"""Every route of the console and of its API, asked by everyone who may not: all are refused."""

from typing import Any

from fastapi.routing import APIRoute

from services.console.people.keys import Scope
from services.console.people.roles import Role
from services.console.web.access import May
from services.console.web.api.app import PATH
from services.console.web.api.doors import With
from tests.console.api.served import routes
from tests.console.desk import SAMPLE_CASE, Desk, NewKey, own_agent, samples
from tests.console.letters.records import LETTER_A
from tests.console.test_access import doors
from tests.console.test_access import routes as pages

_AGENTS = {Role.AGENT: "AG-OTHER"}


def address(route: APIRoute) -> str:
    """The route's path about things that are there; a new kind of parameter is added here."""
    read = next(event for event in samples() if type(event).__name__ == "ApplicationRead")
    mail = next(event for event in samples() if type(event).__name__ == "MailDelivery")
    known: dict[str, Any] = {
        "case_id": SAMPLE_CASE,
        "document_id": read.documents[0].document_id,  # type: ignore[attr-defined]
        "notification_id": mail.notification_id,  # type: ignore[attr-defined]
        "version": read.version,  # type: ignore[attr-defined]
        "number": 1,
        "letter_id": LETTER_A,
    }
    return route.path.format(**known)


def test_no_page_opens_to_a_role_that_it_does_not_name(filled: Desk) -> None:
    asked = []
    for role in Role:
        filled.sign_in(role, _AGENTS.get(role))
        for route in pages(filled):
            assert isinstance(route, APIRoute)
            door = doors(route)[0]
            if not isinstance(door, May) or role in door.roles:
                continue
            for method in route.methods:
                answer = filled.client.request(method, address(route))
                assert answer.status_code == 403, f"{role} {method} {route.path}: {answer.status_code}"
                asked.append((role, route.path))
    assert len(asked) > 10


def test_no_page_shows_one_agents_case_to_another(filled: Desk) -> None:
    filled.sign_in(Role.AGENT, "AG-OTHER")
    about_a_case = [
        route
        for route in pages(filled)
        if isinstance(route, APIRoute) and "{case_id}" in route.path and Role.AGENT in doors(route)[0].roles  # type: ignore[union-attr]
    ]
    assert len(about_a_case) > 5
    for route in about_a_case:
        for method in route.methods:
            answer = filled.client.request(method, address(route))
            assert answer.status_code in (403, 404, 422), f"{method} {route.path}: {answer.status_code}"
            assert "Jordan" not in answer.text


def test_nothing_of_the_api_opens_without_a_key_made_for_it(filled: Desk, new_key: NewKey) -> None:
    held = {
        Scope.CASES: new_key(Role.VIEWER, None, Scope.CASES),
        Scope.APPLICATIONS: new_key(Role.CASE_MANAGER, None, Scope.APPLICATIONS),
        Scope.UPLOADS: new_key(Role.CASE_MANAGER, None, Scope.UPLOADS),
        Scope.DEAD_LETTERS: new_key(Role.OPS, None, Scope.DEAD_LETTERS),
        Scope.ACTS: new_key(Role.CASE_MANAGER, None, Scope.ACTS),
        # A key that was made for nothing by name: it does what its role may but act.
        None: new_key(Role.CASE_MANAGER),
    }
    every = routes(filled.app)
    assert len(every) >= 12
    for route in every:
        (needed,) = {call.scope for each in route.dependant.dependencies if isinstance(call := each.call, With)}
        for method in route.methods:
            where = f"{PATH}{address(route)}"
            assert filled.client.request(method, where).status_code == 401, route.path
            for scope, secret in held.items():
                if scope != needed and (scope is not None or needed in (Scope.ACTS, Scope.DEAD_LETTERS)):
                    answer = filled.client.request(method, where, headers={"Authorization": f"Bearer {secret}"})
                    assert answer.status_code == 403, f"{scope} {method} {route.path}"


def test_nothing_of_the_api_shows_one_agents_case_to_another(filled: Desk, new_key: NewKey) -> None:
    own, other = ({"Authorization": f"Bearer {new_key(Role.AGENT, agent)}"} for agent in (own_agent(), "AG-OTHER"))
    asked = 0
    for route in routes(filled.app):
        if "{case_id}" in route.path:
            where = f"{PATH}{address(route)}"
            (method,) = route.methods
            # No agent's key acts, be it on the agent's own case.
            for headers, answer in ((own, 200), (other, 404)):
                expected = answer if method == "GET" else 403
                assert filled.client.request(method, where, headers=headers).status_code == expected, route.path
            asked += 1
    upload = {"agent_code": "AG-OTHER", "file_name": "page.pdf", "case_id": SAMPLE_CASE}
    assert filled.client.post(f"{PATH}/uploads", headers=other, json=upload).status_code == 404
    assert filled.client.get(f"{PATH}/cases", headers=other).json()["cases"] == []
    assert asked >= 6
