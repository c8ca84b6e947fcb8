"""What ops do about dead letters: look unmasked, try again, put right, give up; one, or many after a dry run."""

from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Annotated, Any

from fastapi import APIRouter, Form, HTTPException, Request
from fastapi.responses import RedirectResponse, Response

from services.chassis.errors import Outgoing
from services.console.letters import correcting, desk, index
from services.console.letters.desk import Refused
from services.console.letters.index import Letter, Wanted
from services.console.people.audit import Action
from services.console.people.roles import Visitor
from services.console.web.guards import require_token
from services.console.web.house import House, house_of
from services.console.web.pages.dead_letters import LetterId, Ops, found, letter_page, words
from services.console.web.templating import page

router = APIRouter()
Reason = Annotated[str, Form(min_length=3, max_length=desk.LONGEST_REASON)]
Value = Annotated[str, Form(max_length=correcting.LARGEST + 10_000)]
MOST = 1_000
"""Dead letters that one form may name."""


class Verb(StrEnum):
    REPLAY = "replay"
    DISCARD = "discard"


_ACTIONS = {Verb.REPLAY: Action.REPLAY_DEAD_LETTER, Verb.DISCARD: Action.DISCARD_DEAD_LETTER}
_COMMANDS: dict[Verb, Callable[[Letter, str, str], Outgoing]] = {
    Verb.REPLAY: desk.replay,
    Verb.DISCARD: desk.discard,
}


# --- many ---------------------------------------------------------------------------------------------------


@router.post("/dead-letters/plan")
async def plan(
    request: Request,
    visitor: Ops,
    verb: Annotated[Verb, Form()],
    reason: Reason,
    service: Annotated[str, Form(max_length=60)] = "",
    cause: Annotated[str, Form(max_length=60)] = "",
    limit: Annotated[int, Form(ge=1, le=MOST)] = 100,
    again: Annotated[bool, Form()] = False,
) -> Response:
    """The dry run: which ones it would be, and which would be left out; nothing is done."""
    await require_token(request, visitor.csrf)
    with house_of(request).database.read() as db:
        meant = index.list_letters(db, Wanted(service=service or None, cause=cause or None))
    planned = desk.plan_replay(meant, again, limit) if verb is Verb.REPLAY else desk.plan_discard(meant, limit)
    shown: dict[str, Any] = {"plan": planned, "verb": verb, "reason": reason, "service": service, "cause": cause}
    return page(request, "dead_letters/plan.html", visitor, **shown, **words(), tries=desk.TRIES_IN_VAIN)


@router.post("/dead-letters/carry-out")
async def carry_out(request: Request, visitor: Ops, verb: Annotated[Verb, Form()], reason: Reason) -> Response:
    """What the dry run showed, for those that are open still."""
    await require_token(request, visitor.csrf)
    house = house_of(request)
    ids = [str(each) for each in (await request.form()).getlist("letter")][:MOST]
    with house.database.read() as db:
        known = {letter.id: letter for letter in index.list_letters(db, Wanted())}
    letters = [known[each] for each in dict.fromkeys(ids) if each in known]
    if not letters:
        raise HTTPException(422, "None of them is open any more: nothing was done.")
    sent = await _ask(house, visitor, verb, letters, reason)
    return RedirectResponse(f"/dead-letters?told={'yes' if sent else 'later'}", 303)


# --- one ----------------------------------------------------------------------------------------------------


@router.post("/dead-letters/{letter_id}/replay")
async def replay(request: Request, visitor: Ops, letter_id: LetterId, reason: Reason) -> Response:
    """Have the service that failed try again, from the very bytes it kept."""
    return await _one(request, visitor, letter_id, Verb.REPLAY, reason)


@router.post("/dead-letters/{letter_id}/discard")
async def discard(request: Request, visitor: Ops, letter_id: LetterId, reason: Reason) -> Response:
    """Give it up: what waits behind it goes on."""
    return await _one(request, visitor, letter_id, Verb.DISCARD, reason)


@router.post("/dead-letters/{letter_id}/reveal")
async def reveal(
    request: Request, visitor: Ops, letter_id: LetterId, reason: Reason, edit: Annotated[bool, Form()] = False
) -> Response:
    """The record unmasked, to read or to edit: that somebody looked, and why, is told before it is shown."""
    await require_token(request, visitor.csrf)
    house = house_of(request)
    whole = found(house, letter_id)
    if edit:
        _require_open(whole.letter)
    seen = desk.reveal(whole.letter, visitor.name, reason, house.clock())
    await house.acting.ask(visitor, None, [seen])
    value = correcting.to_edit(whole.latest)
    if edit:
        return letter_page(request, visitor, whole, editing=value, reason=reason)
    key = (whole.latest.record.key or b"").decode("utf-8", "replace")
    headers = [(name, part.decode("utf-8", "replace")) for name, part in whole.latest.original_headers]
    return letter_page(request, visitor, whole, unmasked=value, key=key, headers=headers)


@router.post("/dead-letters/{letter_id}/check")
async def check(request: Request, visitor: Ops, letter_id: LetterId, reason: Reason, value: Value) -> Response:
    """What a correction changes, before and after, masked; or why it cannot be taken."""
    await require_token(request, visitor.csrf)
    whole = found(house_of(request), letter_id)
    _require_open(whole.letter)
    try:
        _, changes = correcting.check(whole.latest, value)
    except Refused as refused:
        return letter_page(request, visitor, whole, editing=value, reason=reason, problem=refused)
    return letter_page(request, visitor, whole, editing=value, reason=reason, changes=changes)


@router.post("/dead-letters/{letter_id}/correct")
async def correct(request: Request, visitor: Ops, letter_id: LetterId, reason: Reason, value: Value) -> Response:
    """Have the service try again with another value."""
    await require_token(request, visitor.csrf)
    house = house_of(request)
    whole = found(house, letter_id)
    _require_open(whole.letter)
    try:
        corrected, _ = correcting.check(whole.latest, value)
    except Refused as refused:
        return letter_page(request, visitor, whole, editing=value, reason=reason, problem=refused)
    command = desk.correct(whole.letter, visitor.name, reason, corrected)
    sent = await house.acting.ask(
        visitor, Action.CORRECT_DEAD_LETTER, [command], what=_names([whole.letter]), reason=reason
    )
    return _back(whole.letter, sent)


async def _one(request: Request, visitor: Visitor, letter_id: str, verb: Verb, reason: str) -> Response:
    await require_token(request, visitor.csrf)
    house = house_of(request)
    letter = found(house, letter_id).letter
    _require_open(letter)
    return _back(letter, await _ask(house, visitor, verb, [letter], reason))


async def _ask(house: House, visitor: Visitor, verb: Verb, letters: Sequence[Letter], reason: str) -> bool:
    commands = [_COMMANDS[verb](letter, visitor.name, reason) for letter in letters]
    return await house.acting.ask(visitor, _ACTIONS[verb], commands, what=_names(letters), reason=reason)


def _require_open(letter: Letter) -> None:
    """Raises 422 for one that was dealt with already."""
    try:
        desk.require_open(letter)
    except Refused as refused:
        raise HTTPException(422, refused.message) from refused


def _names(letters: Sequence[Letter]) -> str:
    """For the audit: the first few, and how many they are."""
    named = ", ".join(letter.id[:8] for letter in letters[:5])
    return named if len(letters) <= 5 else f"{named} and {len(letters) - 5} more"


def _back(letter: Letter, sent: bool) -> Response:
    return RedirectResponse(f"/dead-letters/{letter.id}?told={'yes' if sent else 'later'}", 303)
