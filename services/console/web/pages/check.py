"""Check before you send: the same engine as ``goodorder check``, in a process of its own; nothing is kept."""

import asyncio
import base64
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Request, UploadFile
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response

from services.console.checking import Busy, Checked, check_packet
from services.console.pages.pictures import NoPicture, drawn_apart
from services.console.people import audit
from services.console.people.audit import Action
from services.console.people.roles import AGENT_DOORS, Visitor
from services.console.web.access import May
from services.console.web.guards import require_token
from services.console.web.house import house_of
from services.console.web.templating import page

router = APIRouter()
Sender = Annotated[Visitor, Depends(May(*AGENT_DOORS))]
_MOST_PAGES = 12
"""So many pages are drawn; what is to fix on others is told in words."""


@router.get("/check")
def show(request: Request, visitor: Sender) -> Response:
    return page(request, "check.html", visitor, checked=None, pictures={})


@router.post("/check")
async def check(request: Request, visitor: Sender, packet: UploadFile) -> Response:
    """Read and judge one file, and show what is to fix on its pages."""
    await require_token(request, visitor.csrf)
    house = house_of(request)
    content = await packet.read(house.settings.largest_upload + 1)
    if len(content) > house.settings.largest_upload:
        raise HTTPException(413, f"Files may have {house.settings.largest_upload // 1_000_000} MB at most.")
    with house.database.write() as db:
        audit.record(db, visitor, Action.CHECK, house.clock(), what=f"{len(content)} bytes")
    try:
        checked = await check_packet(content, packet.filename or "packet.pdf", house.settings.carriers)
    except Busy as error:
        raise HTTPException(429, str(error)) from error
    return page(request, "check.html", visitor, checked=checked, pictures=await _drawn(content, checked))


async def _drawn(content: bytes, checked: Checked) -> dict[int, str]:
    """The pages with something to fix, as what stands in an address."""
    found = await asyncio.gather(*(_address(content, number) for number in checked.pages[:_MOST_PAGES]))
    return {number: address for number, address in zip(checked.pages, found, strict=False) if address}


async def _address(content: bytes, number: int) -> str:
    try:
        picture = await run_in_threadpool(drawn_apart, content, number)
    except NoPicture:
        return ""
    return f"data:image/jpeg;base64,{base64.b64encode(picture).decode()}"
