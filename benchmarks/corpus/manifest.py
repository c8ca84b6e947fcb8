"""A folder of files, with what is expected of each where a ``MANIFEST.tsv`` says so.

The manifest's columns that count: ``file`` (its path in the folder), ``expect`` (a code), ``detail`` (in words).
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

NO_TRUTH = "-"
"""What is expected of a file of which nobody has said it."""
_NO_FILES = ("TRUTH",)
"""What belongs to another file."""


@dataclass(frozen=True)
class Item:
    """One file."""

    number: int
    path: Path
    expect: str = NO_TRUTH
    detail: str = ""

    @property
    def category(self) -> str:
        """Its folder."""
        return self.path.parent.name


def items_of(folder: Path) -> list[Item]:
    """Every file that is to be tried."""
    manifest = folder / "MANIFEST.tsv"
    rows = list(_told(manifest) if manifest.is_file() else _found(folder))
    return [Item(number, *row) for number, row in enumerate(rows, start=1)]


def _told(manifest: Path) -> Iterator[tuple[Path, str, str]]:
    with manifest.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            if row["expect"] not in _NO_FILES:
                yield manifest.parent / row["file"], row["expect"], row["detail"] or ""


def _found(folder: Path) -> Iterator[tuple[Path, str, str]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.name.startswith("."):
            yield path, NO_TRUTH, ""
