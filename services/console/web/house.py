"""What every page is given: settings, database, clock, templates; built once, at the start."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from fastapi import Request
from jinja2 import Environment

from services.console.database import Database
from services.console.settings import ConsoleSettings


@dataclass(frozen=True)
class House:
    settings: ConsoleSettings
    database: Database
    clock: Callable[[], datetime]
    templates: Environment


def house_of(request: Request) -> House:
    house: House = request.app.state.house
    return house
