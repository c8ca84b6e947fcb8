"""Who may go where: every route says its roles, and holds to them."""

from collections.abc import Iterator

import pytest
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute, Mount

from services.console.people.roles import Role
from services.console.web.access import Anybody, May
from tests.console.desk import Desk

OPEN = {
    ("GET", "/readyz"),
    ("GET", "/sign-in"),
    ("POST", "/sign-in"),
    ("GET", "/sign-in/provider"),
    ("GET", "/sign-in/back"),
}
"""What asks nobody who they are."""


def routes(desk: Desk) -> Iterator[BaseRoute]:
    return (route for route in desk.app.routes if not isinstance(route, Mount))


def doors(route: APIRoute) -> list[May | Anybody]:
    return [each.call for each in route.dependant.dependencies if isinstance(each.call, May | Anybody)]


def test_every_route_declares_who_may_come_in(desk: Desk) -> None:
    for route in routes(desk):
        assert isinstance(route, APIRoute), route
        assert len(doors(route)) == 1, f"{route.path} does not say which roles may come in"


def test_only_few_routes_ask_nobody_who_they_are(desk: Desk) -> None:
    found = {
        (method, route.path)
        for route in routes(desk)
        if isinstance(route, APIRoute) and isinstance(doors(route)[0], Anybody)
        for method in route.methods
    }
    assert found == OPEN


@pytest.mark.parametrize("role", Role)
def test_a_role_reaches_its_first_page(desk: Desk, role: Role) -> None:
    desk.sign_in(role, "AG-1042" if role is Role.AGENT else None)
    answer = desk.client.get("/", follow_redirects=True)
    assert answer.status_code == 200
    assert "<h1" in answer.text


def test_a_stranger_is_sent_to_sign_in_and_back(desk: Desk) -> None:
    answer = desk.client.get("/cases?state=nigo")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/sign-in?then=/cases%3Fstate%3Dnigo"


def test_a_form_of_another_site_is_refused(desk: Desk) -> None:
    desk.sign_in(Role.ADMIN)
    foreign = desk.client.post("/sign-out", headers={"Sec-Fetch-Site": "cross-site"})
    without_token = desk.client.post("/sign-out", data={"csrf": "guessed"})
    assert (foreign.status_code, without_token.status_code) == (403, 403)
    assert desk.client.get("/cases").status_code == 200


def test_wrong_passwords_shut_the_door_for_a_while(desk: Desk) -> None:
    desk.sign_in(Role.VIEWER)
    desk.client.cookies.clear()
    for _ in range(7):
        answer = desk.client.post("/sign-in", data={"name": "viewer-x", "password": "guess"})
        assert answer.status_code == 401
    assert "not right" in answer.text


def test_nothing_of_a_page_may_come_from_elsewhere(desk: Desk) -> None:
    answer = desk.client.get("/sign-in")
    policy = answer.headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert "style=" not in answer.text
    assert "onclick" not in answer.text
