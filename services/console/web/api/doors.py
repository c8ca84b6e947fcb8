"""Who may ask the API: the key in ``Authorization: Bearer``, and what it was made for."""

from typing import Annotated

from fastapi import Depends, HTTPException, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from services.console.people import keys
from services.console.people.keys import Scope
from services.console.people.roles import Visitor
from services.console.web.house import house_of

_BEARER = HTTPBearer(auto_error=False, bearerFormat="gok_…", description="A key made with `goodorder console add-key`.")


class With:
    """``visitor: Annotated[Visitor, Depends(With(Scope.CASES))]``: lets keys in that are good for this."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope

    def __call__(
        self, request: Request, given: Annotated[HTTPAuthorizationCredentials | None, Depends(_BEARER)]
    ) -> Visitor:
        house = house_of(request)
        with house.database.read() as db:
            key = keys.find(db, given.credentials) if given else None
        if key is None:
            raise HTTPException(
                401,
                "No key, or none that is known. Send it as Authorization: Bearer, and make one with"
                " `goodorder console add-key`.",
                {"WWW-Authenticate": "Bearer"},
            )
        if self.scope not in key.scopes:
            raise HTTPException(403, f"This key is not good for {self.scope}. It was made for: {_said(key)}.")
        now = house.clock()
        if keys.is_to_be_noted(key, now):
            with house.database.write() as db:
                keys.note(db, key, now)
        return key.visitor


def _said(key: keys.Key) -> str:
    return ", ".join(sorted(key.scopes))
