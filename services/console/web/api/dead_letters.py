"""Dead letters by key: what is stuck, for an agency's own alarms; what to do about it is a person's."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Path, Query, Request

from schemas.codes import DeadLetterCause
from services.console.letters import index
from services.console.letters.index import Status
from services.console.letters.masking import masked_payload
from services.console.people.keys import Scope
from services.console.people.roles import Visitor
from services.console.web.api.doors import With
from services.console.web.api.shapes import ALWAYS, Stuck, StuckPage, StuckWhole, problem
from services.console.web.house import house_of

router = APIRouter(tags=["dead letters"], responses=ALWAYS)

ReadsLetters = Annotated[Visitor, Depends(With(Scope.DEAD_LETTERS))]
_NONE_SUCH: dict[int | str, dict[str, Any]] = {404: problem("There is none.")}
_PAGE = 100


@router.get("/dead-letters")
def list_dead_letters(
    request: Request,
    visitor: ReadsLetters,
    status: Status | None = Status.OPEN,
    service: Annotated[str | None, Query(max_length=60)] = None,
    cause: DeadLetterCause | None = None,
    page: Annotated[int, Query(ge=1, le=10_000)] = 1,
) -> StuckPage:
    """Dead letters, a hundred at a time, the oldest first; the open ones unless said otherwise."""
    wanted = index.Wanted(status, service, cause)
    with house_of(request).database.read() as db:
        found = index.list_letters(db, wanted, _PAGE, (page - 1) * _PAGE)
        total = index.count_letters(db, wanted)
    return StuckPage(dead_letters=tuple(Stuck.model_validate(letter) for letter in found), total=total)


@router.get("/dead-letters/{letter_id}", responses=_NONE_SUCH)
def show_dead_letter(
    request: Request,
    visitor: ReadsLetters,
    letter_id: Annotated[str, Path(pattern=r"^[0-9a-f-]{36}$", examples=["7f4c3ac2-2f3f-4a55-9a8e-0d0f8f2c2b11"])],
) -> StuckWhole:
    """One dead letter, with its value masked."""
    with house_of(request).database.read() as db:
        found = index.whole(db, letter_id)
    if found is None:
        raise HTTPException(404, f"There is no dead letter {letter_id}.")
    latest = found.latest
    return StuckWhole(
        letter=Stuck.model_validate(found.letter),
        place=latest.original,
        exception=latest.exception,
        payload=masked_payload(latest.record.value),
    )
