"""Signing in at an OIDC provider over HTTP: who has a role comes in, and no token that is wrong in any way is taken."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient
from httpx import Response
from joserfc.jwk import RSAKey
from pydantic import SecretStr

from infra.stack.ports import free_ports
from services.console.database import open_database
from services.console.people import accounts, audit
from services.console.people.roles import Role
from services.console.settings import ConsoleSettings
from services.console.web.app import create_app
from tests.console.desk import NOON, Desk
from tests.console.oidc_provider import CLIENT, SECRET, Person, Provider, provider
from tests.keys import VAULT

HOME = "http://127.0.0.1:8100"
ROWAN = {"sub": "7", "preferred_username": "rowan@example.com", "groups": ["staff", "new-business"]}


@pytest.fixture(scope="module")
def there() -> Iterator[Provider]:
    with pytest.MonkeyPatch.context() as patch:
        # Its server parts refuse plain HTTP otherwise, even to this machine itself.
        patch.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")
        with provider(free_ports().web, HOME) as running:
            yield running


@pytest.fixture
def desk(there: Provider, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """A console whose people sign in there."""
    with console(there.address, tmp_path, monkeypatch) as made:
        yield made


@contextmanager
def console(issuer: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "local")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    settings = ConsoleSettings(
        database_url=SecretStr(f"sqlite:///{tmp_path / 'console.db'}"),
        data=tmp_path,
        oidc_issuer=issuer,
        oidc_client_id=CLIENT,
        oidc_client_secret=SecretStr(SECRET),
        oidc_roles="new-business=case_manager, oncall=ops, producers=agent",
    )
    opened = open_database(settings, VAULT)
    app = create_app(settings, opened, lambda: NOON)
    with TestClient(app, base_url=HOME, follow_redirects=False) as client:
        yield Desk(app, opened, client)
    opened.close()


def go(desk: Desk, then: str = "/cases", change: Callable[[str], str] = str) -> Response:
    """A browser's way there and back; ``change`` is what somebody does to the address on the way back."""
    left = desk.client.get(f"/sign-in/provider?then={then}")
    assert left.status_code == 303, left.text
    back = httpx.get(left.headers["location"], trust_env=False).headers["location"]
    return desk.client.get(change(back))


def test_who_has_a_role_there_comes_in_and_goes_on(desk: Desk, there: Provider) -> None:
    there.person = Person(ROWAN)
    assert 'href="/sign-in/provider?then=/cases"' in desk.client.get("/sign-in?then=/cases").text
    answer = go(desk, "/inbox")
    assert (answer.status_code, answer.headers["location"]) == (303, "/inbox")
    page = desk.client.get("/inbox")
    assert "rowan@example.com" in page.text
    with desk.database.read() as db:
        (entry,) = audit.entries(db)
    assert (entry.actor, entry.role, entry.action, entry.what) == (
        "rowan@example.com",
        "case_manager",
        "sign_in",
        "at the provider",
    )
    out = desk.post("/sign-out")
    assert out.headers["location"].startswith(f"{there.address}/goodbye?")
    assert there.address in out.headers["content-security-policy"]
    assert desk.client.get("/cases").headers["location"].startswith("/sign-in")


def test_an_agent_comes_with_their_code(desk: Desk, there: Provider) -> None:
    there.person = Person({**ROWAN, "groups": "producers", "agent_code": "AG-1042"})
    assert go(desk).status_code == 303
    assert "My cases" in desk.client.get("/cases").text


@pytest.mark.parametrize(
    ("claims", "said"),
    [
        ({"groups": ["staff"]}, "no role here"),
        ({"groups": None}, "no role here"),
        ({"groups": ["producers"]}, "no agent code"),
        ({"preferred_username": "<script>"}, "no name"),
    ],
)
def test_who_has_no_place_here_is_told_so_plainly(
    desk: Desk, there: Provider, claims: dict[str, Any], said: str
) -> None:
    there.person = Person({**ROWAN, **claims})
    refused(desk, go(desk), said)


@pytest.mark.parametrize(
    "spoil",
    [
        {"nonce": "of another sign-in"},
        {"aud": ["another-client"]},
        {"aud": ["another-client"], "azp": CLIENT},
        {"iss": "https://elsewhere.example.com"},
        {"exp": 1_700_000_000},
        {"iat": 9_999_999_999},
    ],
    ids=lambda spoil: "-".join(spoil),
)
def test_a_token_that_is_wrong_lets_nobody_in(desk: Desk, there: Provider, spoil: dict[str, Any]) -> None:
    there.person = Person(ROWAN, spoil)
    refused(desk, go(desk), "not valid")


def test_a_token_of_an_unknown_key_lets_nobody_in(desk: Desk, there: Provider, monkeypatch: pytest.MonkeyPatch) -> None:
    there.person = Person(ROWAN)
    monkeypatch.setattr(there, "signs_with", RSAKey.generate_key(2048, {"kid": "one"}))
    refused(desk, go(desk), "not valid")


def test_only_the_browser_that_left_comes_back_and_only_once(desk: Desk, there: Provider) -> None:
    there.person = Person(ROWAN)
    refused(desk, go(desk, change=lambda back: back.replace("state=", "state=x")), "not valid")
    refused(desk, desk.client.get("/sign-in/back?error=access_denied&state=x"), "not valid")
    came = []

    def remember(back: str) -> str:
        came.append(back)
        return back

    assert go(desk, change=remember).status_code == 303
    desk.client.cookies.clear()
    refused(desk, desk.client.get(came[0]), "not valid")


def test_nobody_signs_in_there_under_a_local_users_name(desk: Desk, there: Provider) -> None:
    there.person = Person(ROWAN)
    with desk.database.write() as db:
        accounts.add(db, "rowan@example.com", Role.ADMIN, None, NOON)
    refused(desk, go(desk), "with a password under your name")


def test_a_provider_that_is_away_is_said_to_be_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with console("http://127.0.0.1:9", tmp_path, monkeypatch) as desk:
        answer = desk.client.get("/sign-in/provider")
        assert answer.status_code == 503
        assert "does not answer" in answer.text


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"oidc_issuer": "http://login.example.com"}, "https"),
        ({"oidc_client_id": ""}, "CLIENT_ID"),
        ({"oidc_roles": ""}, "ROLES"),
        ({"oidc_roles": "staff=boss"}, "boss"),
    ],
)
def test_settings_that_cannot_be_right_are_refused_at_the_start(wrong: dict[str, str], said: str) -> None:
    from services.console.web.provider import Provider as Ours

    right = {"oidc_issuer": "https://login.example.com", "oidc_client_id": "x", "oidc_roles": "staff=viewer"}
    Ours(ConsoleSettings(**right))  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=said):
        Ours(ConsoleSettings(**(right | wrong)))  # type: ignore[arg-type]


def refused(desk: Desk, answer: Response, said: str) -> None:
    assert answer.status_code == 403
    assert said in answer.text
    assert desk.client.get("/cases").status_code == 303
