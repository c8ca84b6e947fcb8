"""The producer directory: the agents who drop packets, read from a CSV that a BGA keeps as a spreadsheet."""

import csv
from pathlib import Path

from pydantic import ValidationError

from schemas.base import Contract


class ProducerDirectoryError(Exception):
    """The directory cannot be used; the message names the line and the fault."""


class Producer(Contract):
    code: str
    """The agent code: second part of the drop key and on the agent's report."""
    name: str
    email: str | None
    language: str = "en"
    npn: str


Producers = dict[str, Producer]


def load_producers(path: Path) -> Producers:
    """Agents by code, from columns code,name,email,language,npn. Raises :class:`ProducerDirectoryError`."""
    producers: Producers = {}
    try:
        with path.open(newline="", encoding="utf-8") as lines:
            for number, row in enumerate(csv.DictReader(lines), start=2):
                producer = Producer.model_validate({**row, "email": row.get("email") or None})
                if producer.code in producers:
                    raise ProducerDirectoryError(f"{path}, line {number}: agent {producer.code} is there twice")
                producers[producer.code] = producer
    except (OSError, ValidationError) as error:
        raise ProducerDirectoryError(f"{path}: {error}") from error
    return producers
