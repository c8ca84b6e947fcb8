"""Whether the web server works, for whoever supervises it."""

from typing import Annotated

import sqlalchemy as sa
from fastapi import APIRouter, Depends, Request

from services.console.web.access import Anybody
from services.console.web.house import house_of

router = APIRouter()


@router.get("/readyz")
def readyz(request: Request, _: Annotated[None, Depends(Anybody())]) -> dict[str, str]:
    with house_of(request).database.read() as db:
        db.execute(sa.text("SELECT 1"))
    return {"status": "ready"}
