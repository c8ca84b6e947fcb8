"""What stands before every request: no foreign site may send a form, no page may run what is not its own."""

import hmac
from urllib.parse import urlsplit

from fastapi import HTTPException, Request
from starlette.datastructures import MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
CSRF_FIELD = "csrf"
CSRF_HEADER = "x-csrf"


def policy(objects: str, provider: str = "") -> str:
    """The Content-Security-Policy; ``objects``: where uploads go straight to; ``provider``: where signing out leads."""
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self' data: blob:",
            f"connect-src 'self' {objects}".rstrip(),
            "font-src 'self'",
            f"form-action 'self' {provider}".rstrip(),
            "frame-src 'self'",
            "frame-ancestors 'self'",
            "base-uri 'none'",
            "object-src 'none'",
        )
    )


def origin_of(address: str) -> str:
    """Scheme and host of an address, as a policy names it."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def headers(objects: str, is_tls: bool, provider: str = "") -> dict[str, str]:
    """Headers of every answer."""
    said = {
        "Content-Security-Policy": policy(objects, provider),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
        "Cross-Origin-Opener-Policy": "same-origin",
    }
    return said | ({"Strict-Transport-Security": "max-age=31536000"} if is_tls else {})


class Guard:
    """Refuses foreign forms, and writes the headers; plain ASGI, so that a stream passes as it comes."""

    def __init__(self, app: ASGIApp, objects: str, is_tls: bool, provider: str = "") -> None:
        self._app = app
        self._every = headers(objects, is_tls, provider)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        kept = {} if scope["path"].startswith("/static/") else {"Cache-Control": "no-store"}

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                said = MutableHeaders(scope=message)
                for name, value in (self._every | kept).items():
                    said.setdefault(name, value)
            await send(message)

        request = Request(scope)
        if request.method not in SAFE and not is_own(request):
            refusal = PlainTextResponse("This came from another site, and was not taken.", 403)
            await refusal(scope, receive, with_headers)
        else:
            await self._app(scope, receive, with_headers)


def is_own(request: Request) -> bool:
    """The browser itself says that the request comes from a page of ours, or no browser sent it."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == request.headers.get("host")


async def require_token(request: Request, expected: str) -> None:
    """The session's own token, in the form or in a header. Raises 403."""
    given = request.headers.get(CSRF_HEADER) or str((await request.form()).get(CSRF_FIELD, ""))
    if not expected or not hmac.compare_digest(given.encode(), expected.encode()):
        raise HTTPException(403, "This form is too old. Open the page again and send it once more.")
