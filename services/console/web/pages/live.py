"""Live changes: a stream of which cases changed, for the pages that are open, each visitor's own only."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Annotated

import sqlalchemy as sa
from fastapi import APIRouter, Depends, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse

from services.console.people.roles import EVERYBODY, Visitor
from services.console.projection.tables import pulse
from services.console.web.access import May, who_is
from services.console.web.house import House, house_of

router = APIRouter()
_LOOK_EVERY = 0.5
_PING_EVERY = 12.0
"""So that proxies keep the connection; the session is asked for again as often."""
_MOST = 200


@router.get("/live")
async def live(request: Request, visitor: Annotated[Visitor, Depends(May(*EVERYBODY))]) -> StreamingResponse:
    headers = {"X-Accel-Buffering": "no", "Cache-Control": "no-store"}
    return StreamingResponse(_changes(request, visitor), media_type="text/event-stream", headers=headers)


async def _changes(request: Request, visitor: Visitor) -> AsyncIterator[str]:
    house = house_of(request)
    last, quiet = await run_in_threadpool(_newest, house), 0.0
    yield "retry: 3000\n\n"
    while not await request.is_disconnected():
        found, last = await run_in_threadpool(_since, house, visitor, last)
        if found:
            yield f"event: changed\ndata: {json.dumps(found)}\n\n"
        quiet += _LOOK_EVERY
        if quiet >= _PING_EVERY:
            if await run_in_threadpool(who_is, request) is None:
                return
            quiet = 0.0
            yield ": still here\n\n"
        await asyncio.sleep(_LOOK_EVERY)


def _newest(house: House) -> int:
    with house.database.read() as db:
        return db.execute(sa.select(sa.func.max(pulse.c.seq))).scalar() or 0


def _since(house: House, visitor: Visitor, last: int) -> tuple[list[str], int]:
    """Cases that changed after ``last``, and how far that is."""
    news = sa.select(pulse).where(pulse.c.seq > last).order_by(pulse.c.seq)
    with house.database.read() as db:
        rows = db.execute(news.limit(_MOST)).all()
    own = visitor.own_agent
    mine = [row.case_id or "" for row in rows if own is None or row.agent_code == own]
    return list(dict.fromkeys(mine)), rows[-1].seq if rows else last
