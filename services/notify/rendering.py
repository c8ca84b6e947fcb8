"""A letter as text and as HTML; everything that came from outside is escaped in the HTML."""

import textwrap
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from services.notify.letters import Item, Letter
from services.notify.wording import Tone

_WIDTH = 72

_COLOURS = {
    Tone.ATTENTION: "#9a3412",
    Tone.GOOD: "#166534",
    Tone.CALM: "#1e4e8c",
    Tone.SAD: "#4b5563",
}
"""Each at least 7:1 against white."""


@dataclass(frozen=True)
class Rendered:
    subject: str
    text: str
    html: str


def _fill(written: str, first: str = "", rest: str | None = None) -> str:
    return textwrap.fill(
        written,
        _WIDTH,
        initial_indent=first,
        subsequent_indent=first if rest is None else rest,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _item(item: Item, number: int) -> str:
    mark = f"{number}. "
    return _fill(item.place, mark, " " * len(mark)) + "\n" + _fill(item.text, " " * len(mark))


@cache
def _template(name: str) -> Template:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=name.endswith(".html.j2"),
        undefined=StrictUndefined,
        keep_trailing_newline=True,
    )
    environment.filters |= {"fill": _fill, "item": _item}
    return environment.get_template(name)


def render(letter: Letter, name: str) -> Rendered:
    """The letter to the agent, or whoever else it is for, of this name."""
    shown = {
        "letter": letter,
        "greeting": f"Hello {name},",
        "colour": _COLOURS[letter.tone],
    }
    return Rendered(letter.subject, _template("letter.txt.j2").render(shown), _template("letter.html.j2").render(shown))
