"""Reads a folder of CSV files as producers' records: what a licensing desk exports from its own tools.

``producers.csv`` names the producers; ``licenses.csv``, ``appointments.csv``, ``training.csv`` and
``errors_and_omissions.csv`` hold what each has, by ``agent_code``, and may be left out. A column ``states`` holds one
or more states with spaces between them: the row then stands for one of each.
"""

import csv
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from schemas.base import Contract
from schemas.licensing import Appointment, ErrorsAndOmissions, License, ProducerRecord, Training

Part = TypeVar("Part", bound=Contract)

Row = dict[str, str | None]


class LicensingFileError(Exception):
    """A file of the folder cannot be used; the message names the file, the line and the fault."""


def read_folder(folder: Path) -> tuple[ProducerRecord, ...]:
    """Every producer of the folder, by code. Raises :class:`LicensingFileError`."""
    named = folder / "producers.csv"
    producers: dict[str, ProducerRecord] = {}
    if not named.exists():
        raise LicensingFileError(f"{named} is missing. It needs the columns agent_code, npn, name.")
    for place, row in _rows(named):
        record = _shaped(ProducerRecord, row, place)
        if record.agent_code in producers:
            raise LicensingFileError(f"{place}: {record.agent_code} is there already. Keep one row.")
        producers[record.agent_code] = record
    licenses = _parts(folder / "licenses.csv", License, producers)
    appointments = _parts(folder / "appointments.csv", Appointment, producers)
    training = _parts(folder / "training.csv", Training, producers)
    cover = _parts(folder / "errors_and_omissions.csv", ErrorsAndOmissions, producers)
    return tuple(
        record.model_copy(
            update={
                "licenses": tuple(licenses[code]),
                "appointments": tuple(appointments[code]),
                "training": tuple(training[code]),
                "errors_and_omissions": tuple(cover[code]),
            }
        )
        for code, record in sorted(producers.items())
    )


def _parts(path: Path, shape: type[Part], producers: dict[str, ProducerRecord]) -> dict[str, list[Part]]:
    """What a file holds, by agent code, in an order that does not depend on that of its lines."""
    found: dict[str, list[Part]] = defaultdict(list)
    if not path.exists():
        return found
    for place, row in _rows(path):
        code = row.get("agent_code") or ""
        if code not in producers:
            raise LicensingFileError(f"{place}: agent {code or '(none)'} is not in producers.csv. Add it there.")
        for one in _one_a_state(row, place):
            part = _shaped(shape, one, place)
            if part in found[code]:
                raise LicensingFileError(f"{place}: the same is there already for {code}. Keep one row.")
            found[code].append(part)
    for parts in found.values():
        parts.sort(key=lambda part: part.model_dump_json())
    return found


def _one_a_state(row: Row, place: str) -> Iterator[Row]:
    if "states" not in row:
        yield row
        return
    states = (row["states"] or "").split()
    wrong = [state for state in states if not (len(state) == 2 and state.isalpha() and state.isupper())]
    if wrong or not states:
        raise LicensingFileError(
            f"{place}: states needs codes of two capital letters, not {' '.join(wrong) or 'none'}."
        )
    for state in states:
        yield {**row, "state": state}


def _rows(path: Path) -> Iterator[tuple[str, Row]]:
    """Each line with its place in words; an empty cell is absent."""
    try:
        with path.open(newline="", encoding="utf-8-sig") as lines:
            for number, row in enumerate(csv.DictReader(lines), start=2):
                cells = {name: (text or "").strip() or None for name, text in row.items() if isinstance(name, str)}
                yield f"{path}, line {number}", cells
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise LicensingFileError(f"{path} cannot be read: {error}. Save it as CSV in UTF-8.") from error


def _shaped(shape: type[Part], row: Row, place: str) -> Part:
    try:
        return shape.model_validate({name: cell for name, cell in row.items() if cell is not None})
    except ValidationError as error:
        fault = error.errors(include_url=False)[0]
        column = ".".join(str(part) for part in fault["loc"])
        raise LicensingFileError(f"{place}, {column}: {fault['msg']}. Correct the line.") from error
