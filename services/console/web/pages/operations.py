"""Operations: is anything lost or stuck, and what do I do; then how every part of the house stands."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response, StreamingResponse
from sqlalchemy.engine import Connection

from services.console.letters import desk, index
from services.console.letters.index import Kind, Wanted
from services.console.operations.troubles import letters_page, troubles
from services.console.operations.uploads import Stage, stage_of
from services.console.operations.watch import FRESH, View
from services.console.people.roles import OPS_DESK, Visitor
from services.console.web.access import May, who_is
from services.console.web.house import House, house_of
from services.console.web.templating import page

router = APIRouter()
Ops = Annotated[Visitor, Depends(May(*OPS_DESK))]
_PINGS = 4
"""Looks between two signs of life; the session is asked for again as often."""
_AGES = 10
"""Looks after which the page is read again although nothing changed: what is on it has become older."""


@dataclass(frozen=True)
class KindSeen:
    """The open dead letters of one service and one cause."""

    kind: Kind
    page: str
    ages: Sequence[tuple[str, int]]
    """How many there are of each age, the youngest first."""


@router.get("/operations")
def show(request: Request, visitor: Ops) -> Response:
    house = house_of(request)
    view = house.watch.look()
    now = house.clock()
    with house.database.read() as db:
        kinds = index.kinds(db)
        letters = [_kind(db, kind, now) for kind in kinds]
    shown: dict[str, Any] = {
        "view": view,
        "troubles": troubles(view.seen(kinds), now),
        "letters": letters,
        "uploads": _uploads(view),
        "runbook": house.settings.runbook,
        "cause_words": desk.IN_WORDS,
        "at_time": datetime.fromisoformat,
        "stage_of": stage_of,
    }
    return page(request, "operations.html", visitor, **shown)


@router.get("/operations/live")
async def live(request: Request, visitor: Ops) -> StreamingResponse:
    """Tells the page when the house stands otherwise than it shows."""
    headers = {"X-Accel-Buffering": "no", "Cache-Control": "no-store"}
    return StreamingResponse(_changes(request), media_type="text/event-stream", headers=headers)


async def _changes(request: Request) -> AsyncIterator[str]:
    house = house_of(request)
    before, looks = "", 0
    yield "retry: 3000\n\n"
    while not await request.is_disconnected():
        stands = await run_in_threadpool(standing, house)
        if stands != before or looks % _AGES == _AGES - 1:
            yield f"event: changed\ndata: {json.dumps(['operations'])}\n\n"
        before, looks = stands, looks + 1
        if looks % _PINGS == 0:
            if await run_in_threadpool(who_is, request) is None:
                return
            yield ": still here\n\n"
        await asyncio.sleep(FRESH)


def standing(house: House) -> str:
    """All that the page shows, but for the passing of time."""
    view = house.watch.look()
    with house.database.read() as db:
        kinds = index.kinds(db)
    said = {**asdict(view), "at": None, "compared": view.compared and (view.compared.listed, view.compared.untaken)}
    return repr((said, kinds))


def _kind(db: Connection, kind: Kind, now: datetime) -> KindSeen:
    def before(db: Connection, at: datetime) -> int:
        return index.count_letters(db, Wanted(service=kind.service, cause=kind.cause, failed_before=at))

    ages = desk.by_age(partial(before, db), now)
    return KindSeen(kind, letters_page(service=kind.service, cause=kind.cause), ages)


def _uploads(view: View) -> list[tuple[str, int]]:
    """Numbers of uploads by how far they have come."""
    if view.uploads is None:
        return []
    stages: dict[Stage, int] = {}
    for status, number in view.uploads["statuses"].items():
        stages[stage_of(status)] = stages.get(stage_of(status), 0) + number
    order = (Stage.READ, Stage.RECEIVED, Stage.UNMATCHED, Stage.REFUSED, Stage.UNPACKED)
    return [(stage, stages[stage]) for stage in order if stages.get(stage)]
