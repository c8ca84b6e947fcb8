"""What the API is asked to do, as its OpenAPI document shows it."""

from typing import Annotated, Literal

from pydantic import Field

from schemas.codes import CaseRequestKind, OverrideKind, RequestAction
from services.console.web.api.shapes import Shape

_CASE = r"^GO(-[0-9A-HJKMNP-TV-Z]{4}){3}$"
_SAYS = r"^[^\x00]*$"
"""PostgreSQL keeps no NUL."""

Reason = Annotated[str, Field(min_length=3, max_length=500, pattern=_SAYS, examples=["she called and asks for it"])]
"""Why: it is on record under the key's name."""
Named = Annotated[str, Field(min_length=1, max_length=200, pattern=_SAYS)]

Asked = Literal[
    CaseRequestKind.SUBMIT,
    CaseRequestKind.ACCEPT_OFFER,
    CaseRequestKind.REFUSE_OFFER,
    CaseRequestKind.WITHDRAW_FOR_CLIENT,
    CaseRequestKind.WITHDRAW_FOR_PRODUCER,
    CaseRequestKind.REOPEN,
    CaseRequestKind.MARK_DUPLICATE,
    CaseRequestKind.MARK_ADDITIONAL,
    CaseRequestKind.MARK_ALTERNATE,
]
"""What the desk asks of a case; which of it may be asked as the case stands, cases decides."""


class SeenValue(Shape):
    """What stands on the page at one value's place."""

    at: Annotated[Named, Field(examples=["insured.last_name"])]
    """Path of the value in the application, as its evidence names it."""
    text: Annotated[str | None, Field(max_length=1000, pattern=_SAYS)] = None
    """As it is written there: of boxes the value of the one that is ticked, of a signature line ``present`` or
    ``empty``. Left out: it is as it was read, which confirms it; not so of private values, which no key sees."""


class Correction(Shape):
    """Values that somebody looked at, in one version of the application."""

    version: Annotated[int, Field(ge=1, le=100_000)]
    values: Annotated[tuple[SeenValue, ...], Field(min_length=1, max_length=500)]
    reason: Reason | None = None


class SettingAside(Shape):
    """A finding that is to be set aside, as the case's ``findings`` name it."""

    rule: Annotated[Named, Field(examples=["V-31"])]
    at: Annotated[Named, Field(examples=["signatures.insured"])]
    kind: OverrideKind = OverrideKind.ACCEPTED
    reason: Reason


class AskedOfCase(Shape):
    request: Asked
    other_case_id: Annotated[str | None, Field(pattern=_CASE)] = None
    """The case that this one is related to, where it is to be."""
    reason: Reason


class AskedOfRequirement(Shape):
    requirement_id: Named
    action: Literal[RequestAction.RECEIVED, RequestAction.ORDER_AGAIN, RequestAction.WAIVE]
    reason: Reason


class Filing(Shape):
    """Where a document belongs that no case has."""

    case_id: Annotated[str | None, Field(pattern=_CASE)] = None
    """Left out: it opens a case of its own."""
    reason: Reason | None = None
    """May be left out for a new case and for one of the candidates, whose reasons count then."""


class Taken(Shape):
    """It is written down and happens; what comes of it is on the case's timeline."""

    event_id: str
    """Of the command that was sent; the same for the same call made again."""
