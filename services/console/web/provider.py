"""Signs people in at an OIDC provider by authorization code, PKCE, state and nonce; Authlib decides what is valid."""

import logging
from collections.abc import Mapping
from typing import Any

import httpx
from authlib.integrations.base_client import OAuthError
from authlib.integrations.starlette_client import OAuth
from fastapi import Request
from fastapi.responses import RedirectResponse
from joserfc.errors import JoseError

from services.chassis.loopback import is_loopback
from services.console.people.claims import roles_of
from services.console.settings import ConsoleSettings

log = logging.getLogger(__name__)

BACK = "/sign-in/back"
"""Where the provider sends the browser back to; it has to be on file there as a redirect URI."""
_SECONDS = 8.0
_LEEWAY = 60
"""Seconds by which clocks may differ."""
_SIGNED = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519")
"""A token that is signed with a shared secret, or not at all, is none."""


class CannotSignIn(Exception):
    """The message says why, for the person who tried."""


class Provider:
    """One provider. Raises ``ValueError`` for settings that cannot be right."""

    def __init__(self, settings: ConsoleSettings) -> None:
        self._issuer = (settings.oidc_issuer or "").rstrip("/")
        self._client_id = settings.oidc_client_id
        self._home = settings.console_url.rstrip("/")
        address = httpx.URL(self._issuer)
        if address.scheme != "https" and not is_loopback(address.host):
            raise ValueError("GOODORDER_OIDC_ISSUER has to begin with https.")
        if not self._client_id or not roles_of(settings.oidc_roles):
            raise ValueError("GOODORDER_OIDC_ISSUER needs GOODORDER_OIDC_CLIENT_ID and GOODORDER_OIDC_ROLES.")
        secret = settings.oidc_client_secret.get_secret_value() if settings.oidc_client_secret else None
        self._app = OAuth().register(
            "oidc",
            client_id=self._client_id,
            client_secret=secret,
            server_metadata_url=f"{self._issuer}/.well-known/openid-configuration",
            client_kwargs={
                "scope": settings.oidc_scope,
                "code_challenge_method": "S256",
                "token_endpoint_auth_method": "client_secret_basic" if secret else "none",
                "timeout": _SECONDS,
            },
        )

    async def begin(self, request: Request) -> tuple[str, dict[str, Any]]:
        """Where to send the browser, and what has to be kept until it comes back. Raises :class:`CannotSignIn`."""
        request.scope["session"] = {}
        try:
            await self._metadata()
            answer: RedirectResponse = await self._app.authorize_redirect(request, self._home + BACK)
        except (httpx.HTTPError, RuntimeError, ValueError) as error:
            raise self._away(error) from error
        return answer.headers["location"], dict(request.session)

    async def finish(self, request: Request, kept: Mapping[str, Any]) -> Mapping[str, Any]:
        """What the provider says of who came back. Raises :class:`CannotSignIn`."""
        request.scope["session"] = dict(kept)
        exactly = {
            "iss": {"essential": True, "value": self._issuer_as_said(await self._metadata_or_refuse())},
            "aud": {"essential": True, "value": self._client_id},
        }
        try:
            token = await self._app.authorize_access_token(request, claims_options=exactly, leeway=_LEEWAY)
        except (OAuthError, JoseError, ValueError, KeyError) as error:
            log.warning("A sign-in was refused: %s", _cause(error))
            raise CannotSignIn("The sign-in was not valid, or took too long. Try it once more.") from error
        except (httpx.HTTPError, RuntimeError) as error:
            raise self._away(error) from error
        claims: Mapping[str, Any] | None = token.get("userinfo")
        if not claims:
            log.warning("A sign-in was refused: the provider sent no ID token")
            raise CannotSignIn("The provider did not say who you are. Ask who runs this console.")
        return claims

    async def farewell(self) -> str | None:
        """Where somebody signs out of the provider as well; ``None`` where it has no such place."""
        try:
            said = await self._app.create_logout_url(
                post_logout_redirect_uri=f"{self._home}/sign-in", client_id=self._client_id
            )
        except (httpx.HTTPError, RuntimeError, ValueError):
            return None
        return str(said["url"])

    async def _metadata_or_refuse(self) -> dict[str, Any]:
        try:
            return await self._metadata()
        except (httpx.HTTPError, RuntimeError, ValueError) as error:
            raise self._away(error) from error

    async def _metadata(self) -> dict[str, Any]:
        """The provider's own description, fetched once. Raises ``RuntimeError`` for another issuer's."""
        said: dict[str, Any] = await self._app.load_server_metadata()
        if self._issuer_as_said(said).rstrip("/") != self._issuer:
            raise RuntimeError("the discovery document names another issuer")
        offered = said.get("id_token_signing_alg_values_supported") or ["RS256"]
        said["id_token_signing_alg_values_supported"] = [each for each in offered if each in _SIGNED] or ["RS256"]
        return said

    def _issuer_as_said(self, metadata: Mapping[str, Any]) -> str:
        return str(metadata.get("issuer", ""))

    def _away(self, error: Exception) -> CannotSignIn:
        log.warning("The OIDC provider cannot be used: %s", _cause(error))
        return CannotSignIn("The sign-in provider does not answer just now. Try again in a minute.")


def _cause(error: Exception) -> str:
    """Its kind and its short name: the rest of the message may hold what somebody sent."""
    return f"{type(error).__name__} {getattr(error, 'error', '') or ''}".strip()
