"""Dead letters to look at: the list with its filters and counts, and one whole, masked."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, HTTPException, Path, Query, Request
from fastapi.responses import Response

from schemas.topics import SERVICES
from services.console.letters import desk, index, masking
from services.console.letters.index import Status, Whole
from services.console.people.roles import OPS_DESK, Visitor
from services.console.web.access import May
from services.console.web.house import House, house_of
from services.console.web.templating import page

router = APIRouter()
Ops = Annotated[Visitor, Depends(May(*OPS_DESK))]
LetterId = Annotated[str, Path(pattern=r"^[A-Za-z0-9_.@\[\]-]+$", max_length=300)]
"""A UUID; of a record that Goodorder did not write, its place on Kafka."""
Service = Annotated[str | None, Query(max_length=60)]
Cause = Annotated[str | None, Query(max_length=60)]
PAGE = 50


class Older(StrEnum):
    """Open for longer than that."""

    HOUR = "hour"
    DAY = "day"
    WEEK = "week"


LENGTHS = {Older.HOUR: timedelta(hours=1), Older.DAY: timedelta(days=1), Older.WEEK: timedelta(weeks=1)}


class State(StrEnum):
    OPEN = "open"
    REPLAYED = "replayed"
    DISCARDED = "discarded"
    ALL = "all"


@dataclass(frozen=True)
class Filters:
    """What a list shows, as its address says it."""

    state: State = State.OPEN
    service: str | None = None
    cause: str | None = None
    older: Older | None = None
    about: str | None = None
    page: int = 1

    def wanted(self, now: datetime) -> index.Wanted:
        status = None if self.state is State.ALL else Status(self.state)
        before = now - LENGTHS[self.older] if self.older else None
        return index.Wanted(status, self.service, self.cause, self.about, before)

    def address(self, **other: Any) -> str:
        """Of a list like this one but for what is said."""
        said = vars(replace(self, **{"page": 1, **other}))
        usual = vars(Filters())
        query = urlencode({name: value for name, value in said.items() if value and value != usual[name]})
        return f"/dead-letters?{query}" if query else "/dead-letters"


@router.get("/dead-letters")
def show_list(
    request: Request,
    visitor: Ops,
    state: State = State.OPEN,
    service: Service = None,
    cause: Cause = None,
    older: Older | None = None,
    about: Annotated[str | None, Query(max_length=64)] = None,
    number: Annotated[int, Query(alias="page", ge=1, le=10_000)] = 1,
) -> Response:
    house = house_of(request)
    now = house.clock()
    filters = Filters(state, service or None, cause or None, older, (about or "").strip() or None, number)
    wanted = filters.wanted(now)
    with house.database.read() as db:
        kinds = index.kinds(db)
        shown: dict[str, Any] = {
            "filters": filters,
            "letters": index.list_letters(db, wanted, PAGE, (number - 1) * PAGE),
            "total": index.count_letters(db, wanted),
            "states": [(each, index.count_letters(db, replace(filters, state=each).wanted(now))) for each in State],
            "older": [(each, index.count_letters(db, replace(filters, older=each).wanted(now))) for each in Older],
        }
    of_service, of_cause = _sums(kinds, filters)
    shown |= {"of_service": of_service, "of_cause": of_cause, "open": sum(kind.open for kind in kinds)}
    told = request.query_params.get("told", "")
    return page(request, "dead_letters/list.html", visitor, **shown, **words(), most=PAGE, told=told)


@router.get("/dead-letters/{letter_id}")
def show_one(request: Request, visitor: Ops, letter_id: LetterId) -> Response:
    """One dead letter with everything personal masked."""
    return letter_page(request, visitor, found(house_of(request), letter_id))


def found(house: House, letter_id: str) -> Whole:
    """Raises 404 for one that the index does not have."""
    with house.database.read() as db:
        whole = index.whole(db, letter_id)
    if whole is None:
        raise HTTPException(404, f"There is no dead letter {letter_id}.")
    return whole


def letter_page(request: Request, visitor: Visitor, whole: Whole, **more: Any) -> Response:
    """Its page; ``more``: what an act shows beside it."""
    latest = whole.latest
    shown: dict[str, Any] = {
        "letter": whole.letter,
        "latest": latest,
        "key": masking.masked_key(latest.record.key),
        "headers": [(name, masking.masked_header(name, value)) for name, value in latest.original_headers],
        "payload": masking.masked_payload(latest.record.value),
        "entries": [
            (entry, masking.changes(entry.before, entry.after) if entry.is_correction else ())
            for entry in desk.history(whole)
        ],
        "told": request.query_params.get("told", ""),
        "unmasked": None,
        "editing": None,
        "changes": (),
        "problem": None,
        "reason": "",
    }
    return page(request, "dead_letters/one.html", visitor, **{**shown, **words(), **more})


def words() -> dict[str, Any]:
    """Each cause in plain words, and how it is mended."""
    return {"cause_words": desk.IN_WORDS, "remedies": desk.REMEDIES, "services": SERVICES}


def _sums(kinds: tuple[index.Kind, ...], filters: Filters) -> tuple[dict[str, int], dict[str, int]]:
    """Open ones by service and by cause, each within the other's filter."""
    of_service: dict[str, int] = {}
    of_cause: dict[str, int] = {}
    for kind in kinds:
        if filters.cause in (None, kind.cause):
            of_service[kind.service] = of_service.get(kind.service, 0) + kind.open
        if filters.service in (None, kind.service):
            of_cause[kind.cause] = of_cause.get(kind.cause, 0) + kind.open
    return of_service, of_cause
