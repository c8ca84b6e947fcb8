"""The list of cases: an agent's own with their plain answers, or the desk's board."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from services.console.people import views
from services.console.people.roles import EVERYBODY, Role, Visitor
from services.console.reading import board as reading
from services.console.reading.board import Order, Wanted
from services.console.web.access import May
from services.console.web.house import house_of
from services.console.web.templating import page

router = APIRouter()


@router.get("/cases")
def show(
    request: Request,
    visitor: Annotated[Visitor, Depends(May(*EVERYBODY))],
    state: Annotated[str | None, Query(max_length=60)] = None,
    waits_for: Annotated[str | None, Query(max_length=60)] = None,
    carrier: Annotated[str | None, Query(max_length=60)] = None,
    agent: Annotated[str | None, Query(max_length=60)] = None,
    q: Annotated[str | None, Query(max_length=100)] = None,
    to_confirm: bool = False,
    order: Order = Order.CHANGED,
    number: Annotated[int, Query(alias="page", ge=1, le=10_000)] = 1,
) -> Response:
    house = house_of(request)
    wanted = Wanted(state, waits_for, carrier, agent, q, to_confirm, order, number)
    with house.database.read() as db:
        found = reading.board(db, visitor, wanted)
        shown: dict[str, Any] = {
            "board": found,
            "wanted": wanted,
            "states": reading.by_state(db, visitor),
            "owners": reading.by_owner(db, visitor),
            "running_out": reading.running_out(db, visitor, house.clock()),
            "saved": views.saved_by(db, visitor),
            "to_confirm": reading.with_values_to_confirm(db, visitor),
        }
    return page(request, "my_cases.html" if visitor.role is Role.AGENT else "board.html", visitor, **shown)
