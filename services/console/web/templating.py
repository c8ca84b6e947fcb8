"""The templates: what they may call, and how an answer is made of one."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from schemas.finding_events import Finding
from services.console import wording
from services.console.people.roles import Visitor
from services.console.reading.board import Wanted
from services.console.web.house import house_of
from services.console.web.navigation import places_for

_FOLDER = Path(__file__).parent / "templates"


def environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(
        words=wording.in_words, day=_day, moment=_moment, iso=_iso, money=_money, sentence=wording.sentence
    )
    made.globals.update(counted=wording.counted, ago=wording.ago, until=wording.until, in_short=wording.in_short)
    made.globals.update(query=query_of, kept=filters_of, said=_said_of)
    return made


def page(request: Request, template: str, visitor: Visitor | None, status: int = 200, **shown: Any) -> HTMLResponse:
    """A whole page, or a part of one."""
    house = house_of(request)
    text = house.templates.get_template(template).render(
        visitor=visitor,
        pulse=getattr(request.state, "pulse", 0),
        now=house.clock(),
        path=request.url.path,
        places=places_for(visitor, request.url.path) if visitor else (),
        **shown,
    )
    return HTMLResponse(text, status)


def filters_of(wanted: Wanted) -> list[tuple[str, str]]:
    """What a board's address says: every filter that is set, and never the page."""
    said = {name: value for name, value in vars(wanted).items() if name != "page"}
    usual = vars(Wanted())
    return [(name, _said(value)) for name, value in said.items() if value and value != usual[name]]


def query_of(wanted: Wanted, **other: Any) -> str:
    """The address of a board like this one but for what is said."""
    page = other.get("page", 1)
    filters = filters_of(replace(wanted, **{name: value for name, value in other.items() if name != "page"}))
    return urlencode([*filters, *([("page", str(page))] if page > 1 else [])])


def _said_of(finding: Finding) -> str:
    """A finding's message without the place it begins with, which is shown beside it."""
    return wording.sentence(finding.message.removeprefix(f"Page {finding.page}, ").removeprefix(f"{finding.label}: "))


def _said(value: Any) -> str:
    return "true" if value is True else str(value)


def _day(at: datetime | None) -> str:
    return f"{at:%b} {at.day}, {at.year}" if at else "–"


def _moment(at: datetime | None) -> str:
    return f"{at:%b} {at.day}, {at.year} {at:%H:%M} UTC" if at else "–"


def _iso(at: datetime) -> str:
    return at.isoformat()


def _money(amount: Decimal | str | float | None) -> str:
    return "–" if amount is None else f"${Decimal(str(amount)):,.0f}"
