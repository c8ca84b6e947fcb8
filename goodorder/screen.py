"""How the terminal shows things: tables, times and ages in words, and text that cannot disturb the screen."""

import json
import unicodedata
from collections.abc import Iterable
from datetime import datetime

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from services.console.wording import in_short as in_short

_STYLES = {
    "good": "green",
    "bad": "red",
    "open": "yellow",
    "quiet": "dim",
}


def page() -> Console:
    """The terminal, or whatever the output is sent to; markup in data is never obeyed."""
    return Console(markup=False, highlight=False, emoji=False)


def complaints() -> Console:
    return Console(stderr=True, markup=False, highlight=False, emoji=False)


def readable(words: object, style: str = "") -> Text:
    """Text from outside without the characters that steer a terminal; ``style`` may be one of ours by name."""
    clean = "".join(sign if _is_harmless(sign) else "\N{REPLACEMENT CHARACTER}" for sign in str(words))
    return Text(clean, style=_STYLES.get(style, style))


def _is_harmless(sign: str) -> bool:
    return sign in "\n\t" or unicodedata.category(sign) not in ("Cc", "Cf", "Cs", "Co")


def listing(*columns: str, right: Iterable[str] = (), wrap: Iterable[str] = ()) -> Table:
    """An empty table: columns named ``right`` are numbers, those in ``wrap`` take the room that is left."""
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False, header_style="bold", show_edge=False)
    for name in columns:
        grows = name in set(wrap)
        table.add_column(
            name,
            justify="right" if name in set(right) else "left",
            no_wrap=not grows,
            ratio=1 if grows else None,
            overflow="fold" if grows else "ellipsis",
        )
    return table


def facts(*pairs: tuple[str, object]) -> Table:
    """Names and their values, one a line; a value of ``None`` is left out."""
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    for name, value in pairs:
        if value is not None:
            table.add_row(name, value if isinstance(value, Text) else readable(value))
    return table


def as_json(value: object) -> str:
    """For machines: stable keys in the order given, times as RFC 3339."""
    return json.dumps(value, ensure_ascii=False, indent=2, default=str)


def moment(when: datetime) -> str:
    """A point in time in UTC, to the second."""
    return f"{when:%Y-%m-%d %H:%M:%S}Z"


def counted(number: int, thing: str, things: str | None = None) -> str:
    """``1 case``, ``2 cases``."""
    return f"{number} {thing if number == 1 else things or thing + 's'}"


def state_in_words(code: str) -> str:
    """``awaiting_requirements`` as a person says it."""
    return code.replace("_", " ")
