"""What every page is given: settings, database, clock, templates, pictures; built once, at the start."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from fastapi import Request
from jinja2 import Environment

from schemas.carrier import Form
from services.console.database import Database
from services.console.neighbours import Neighbours
from services.console.operations.watch import Watch
from services.console.pages.pictures import Pictures
from services.console.settings import ConsoleSettings
from services.console.web.acting import Acting
from services.console.web.provider import Provider

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


@dataclass(frozen=True)
class House:
    settings: ConsoleSettings
    database: Database
    clock: Callable[[], datetime]
    templates: Environment
    s3: "S3Client"
    pictures: Pictures
    neighbours: Neighbours
    acting: Acting
    provider: Provider | None
    """Where people sign in, if not with a password."""
    watch: Watch
    forms: Mapping[str, Form]
    """Every form on file, by its id."""


def house_of(request: Request) -> House:
    house: House = request.app.state.house
    return house
