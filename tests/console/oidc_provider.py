"""An OIDC provider of the tests' own, over HTTP, by Authlib's server parts: discovery, keys, PKCE, codes, tokens."""

import json
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from authlib.oauth2.rfc6749 import AuthorizationServer, grants
from authlib.oauth2.rfc6749.models import AuthorizationCodeMixin, ClientMixin
from authlib.oauth2.rfc6749.requests import BasicOAuth2Payload, OAuth2Request
from authlib.oauth2.rfc6750 import BearerTokenGenerator
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core import UserInfo
from authlib.oidc.core.grants import OpenIDCode
from fastapi import FastAPI, Request, Response
from joserfc.jwk import KeySet, RSAKey

CLIENT, SECRET = "goodorder", "kept between the two"


@dataclass
class Person:
    """Who is signed in at the provider, and what it says of them."""

    claims: dict[str, Any] = field(default_factory=dict)
    spoil: dict[str, Any] = field(default_factory=dict)
    """Claims of the token that are other than they should be."""

    def get_user_id(self) -> str:
        return str(self.claims.get("sub", "1"))


class _Client(ClientMixin):
    client_id = CLIENT

    def __init__(self, home: str) -> None:
        self._back = f"{home}/sign-in/back"

    def get_client_id(self) -> str:
        return CLIENT

    def get_default_redirect_uri(self) -> str:
        return self._back

    def get_allowed_scope(self, scope: str) -> str:
        return scope

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return redirect_uri == self._back

    def check_client_secret(self, client_secret: str) -> bool:
        return client_secret == SECRET

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return method == "client_secret_basic"

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == "authorization_code"


@dataclass
class _Code(AuthorizationCodeMixin):
    user: Person
    redirect_uri: str
    scope: str
    nonce: str
    code_challenge: str
    code_challenge_method: str

    def get_redirect_uri(self) -> str:
        return self.redirect_uri

    def get_scope(self) -> str:
        return self.scope

    def get_nonce(self) -> str:
        return self.nonce

    def get_auth_time(self) -> int:
        return int(time.time())

    def get_acr(self) -> None:
        return None

    def get_amr(self) -> None:
        return None


class _Request(OAuth2Request):
    def __init__(self, method: str, uri: str, headers: dict[str, str], said: dict[str, str]) -> None:
        super().__init__(method, uri, headers=headers)
        self.payload = BasicOAuth2Payload(said)
        self._said = said

    @property
    def args(self) -> dict[str, str]:
        return self._said

    @property
    def form(self) -> dict[str, str]:
        return self._said


class _CodeGrant(grants.AuthorizationCodeGrant):
    TOKEN_ENDPOINT_AUTH_METHODS = ["client_secret_basic"]
    codes: dict[str, _Code] = {}

    def save_authorization_code(self, code: str, request: _Request) -> None:
        said = request.payload.data
        self.codes[code] = _Code(
            request.user,
            said["redirect_uri"],
            said["scope"],
            said["nonce"],
            said["code_challenge"],
            said["code_challenge_method"],
        )

    def query_authorization_code(self, code: str, client: _Client) -> _Code | None:
        return self.codes.get(code)

    def delete_authorization_code(self, authorization_code: _Code) -> None:
        for code, held in list(self.codes.items()):
            if held is authorization_code:
                del self.codes[code]

    def authenticate_user(self, authorization_code: _Code) -> Person:
        return authorization_code.user


class _Tokens(OpenIDCode):
    def __init__(self, provider: "Provider") -> None:
        super().__init__(require_nonce=True)
        self._provider = provider

    def exists_nonce(self, nonce: str, request: _Request) -> bool:
        return any(code.nonce == nonce for code in _CodeGrant.codes.values())

    def resolve_client_private_key(self, client: _Client) -> RSAKey:
        return self._provider.signs_with

    def get_client_algorithm(self, client: _Client) -> str:
        return "RS256"

    def get_client_claims(self, client: _Client) -> dict[str, Any]:
        now = int(time.time())
        return {"iss": self._provider.address, "aud": [CLIENT], "iat": now, "exp": now + 300}

    def get_authorization_code_claims(self, authorization_code: _Code) -> dict[str, Any]:
        return {**super().get_authorization_code_claims(authorization_code), **authorization_code.user.spoil}

    def generate_user_info(self, user: Person, scope: str) -> UserInfo:
        return UserInfo({"sub": user.get_user_id(), **user.claims})


class Provider(AuthorizationServer):
    """Signs in whoever ``person`` is, without asking."""

    def __init__(self, address: str, home: str) -> None:
        super().__init__(scopes_supported=["openid", "profile", "email"])
        self.address = address
        self.person = Person()
        self._client = _Client(home)
        self.key = RSAKey.generate_key(2048, {"kid": "one"})
        self.signs_with = self.key
        self.register_grant(_CodeGrant, [_Tokens(self), CodeChallenge(required=True)])
        self.register_token_generator("default", BearerTokenGenerator(lambda **_: os.urandom(12).hex()))

    def query_client(self, client_id: str) -> _Client | None:
        return self._client if client_id == CLIENT else None

    def save_token(self, token: dict[str, Any], request: _Request) -> None:
        """Nobody asks anything by an access token here."""

    def send_signal(self, name: str, *args: Any, **kwargs: Any) -> None:
        """Nobody listens."""

    def create_oauth2_request(self, request: _Request) -> _Request:
        return request

    def handle_response(self, status: int, body: Any, headers: Any) -> Response:
        text = json.dumps(body) if isinstance(body, dict) else body
        return Response(text, status, dict(headers))

    def served(self) -> FastAPI:
        app = FastAPI(openapi_url=None)
        address = self.address

        @app.get("/.well-known/openid-configuration")
        def discovery() -> dict[str, Any]:
            return {
                "issuer": address,
                "authorization_endpoint": f"{address}/authorize",
                "token_endpoint": f"{address}/token",
                "jwks_uri": f"{address}/keys",
                "end_session_endpoint": f"{address}/goodbye",
                "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
            }

        @app.get("/keys")
        def keys() -> Any:
            return KeySet([self.key]).as_dict(private=False)

        @app.get("/authorize")
        def authorize(request: Request) -> Response:
            asked = _Request("GET", str(request.url), dict(request.headers), dict(request.query_params))
            asked.user = self.person
            grant = self.get_consent_grant(asked, self.person)
            return self.create_authorization_response(asked, grant_user=self.person, grant=grant)

        @app.post("/token")
        async def token(request: Request) -> Response:
            said = {name: str(value) for name, value in (await request.form()).items()}
            headers = {name.title(): value for name, value in request.headers.items()}
            return self.create_token_response(_Request("POST", str(request.url), headers, said))

        return app


@contextmanager
def provider(port: int, home: str) -> Iterator[Provider]:
    """Running on this port, for a console whose address is ``home``."""
    made = Provider(f"http://127.0.0.1:{port}", home)
    server = uvicorn.Server(uvicorn.Config(made.served(), port=port, log_level="error"))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        deadline = time.monotonic() + 30
        while not server.started and time.monotonic() < deadline:
            time.sleep(0.01)
        yield made
    finally:
        server.should_exit = True
        thread.join(30)
