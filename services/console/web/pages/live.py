"""Live changes: a stream of which cases changed, for the pages that are open, each visitor's own only."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Annotated

import sqlalchemy as sa
from fastapi import APIRouter, Depends, Header, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse

from services.console.people.roles import EVERYBODY, Visitor
from services.console.projection.lines import newest
from services.console.projection.tables import pulse
from services.console.web.access import May, who_is
from services.console.web.house import House, house_of

router = APIRouter()
_LOOK_EVERY = 0.5
_PING_EVERY = 12.0
"""So that proxies keep the connection; the session is asked for again as often."""
_MOST = 200


@router.get("/live")
async def live(
    request: Request,
    visitor: Annotated[Visitor, Depends(May(*EVERYBODY))],
    since: Annotated[int | None, Query(ge=0)] = None,
    last_event_id: Annotated[int | None, Header(ge=0)] = None,
) -> StreamingResponse:
    """``since``: the change that the page has already; a stream that broke goes on where it was."""
    headers = {"X-Accel-Buffering": "no", "Cache-Control": "no-store"}
    known = last_event_id if last_event_id is not None else since
    return StreamingResponse(_changes(request, visitor, known), media_type="text/event-stream", headers=headers)


async def _changes(request: Request, visitor: Visitor, known: int | None) -> AsyncIterator[str]:
    house = house_of(request)
    newest, quiet = await run_in_threadpool(_newest, house), 0.0
    # Tables that were filled anew count from one again.
    last = newest if known is None else min(known, newest)
    yield "retry: 3000\n\n"
    while not await request.is_disconnected():
        found, last = await run_in_threadpool(_since, house, visitor, last)
        if found:
            yield f"id: {last}\nevent: changed\ndata: {json.dumps(found)}\n\n"
        quiet += _LOOK_EVERY
        if quiet >= _PING_EVERY:
            if await run_in_threadpool(who_is, request) is None:
                return
            quiet = 0.0
            yield ": still here\n\n"
        await asyncio.sleep(_LOOK_EVERY)


def _newest(house: House) -> int:
    with house.database.read() as db:
        return newest(db)


def _since(house: House, visitor: Visitor, last: int) -> tuple[list[str], int]:
    """Cases that changed after ``last``, and how far that is."""
    news = sa.select(pulse).where(pulse.c.seq > last).order_by(pulse.c.seq)
    with house.database.read() as db:
        rows = db.execute(news.limit(_MOST)).all()
    own = visitor.own_agent
    mine = [row.case_id or "" for row in rows if own is None or row.agent_code == own]
    return list(dict.fromkeys(mine)), rows[-1].seq if rows else last
