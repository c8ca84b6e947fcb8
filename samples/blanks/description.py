"""The words a form is described in: written fields, boxes to tick, signature lines, and what each means."""

from dataclasses import dataclass
from datetime import date

from schemas.carrier import Dated, FieldType, Question
from schemas.codes import FormKind


@dataclass(frozen=True)
class Ask:
    """A field to write in."""

    name: str
    means: str
    type: FieldType
    label: str
    width: float = 1
    """Share of its row."""
    required: bool = False
    cells: int = 0
    """Characters of a comb field; 0 = an ordinary field."""
    lines: int = 1
    caption: str | None = None
    """What is really printed, where the place in a table says the rest of the label."""


@dataclass(frozen=True)
class Tick:
    """Boxes or buttons that answer one question; each ``(value, printed label)``."""

    name: str
    means: str
    label: str
    options: tuple[tuple[str, str], ...]
    width: float = 1
    radio: bool = False
    """One radio group named ``name``, instead of a box each named ``name_<Option>``."""
    caption: str | None = None


@dataclass(frozen=True)
class Sign:
    """A line to sign on."""

    name: str
    means: str
    label: str
    width: float = 1


Cell = Ask | Tick | Sign


@dataclass(frozen=True)
class AskedQuestion:
    """A yes/no question in a numbered list."""

    id: str
    number: str
    text: str
    topic: str
    detail_needed: bool = True

    @property
    def on_file(self) -> Question:
        return Question(number=self.number, topic=self.topic, detail_needed=self.detail_needed)


@dataclass(frozen=True)
class Head:
    """What form.yaml says about a form as a whole."""

    id: str
    kind: FormKind
    number: str
    edition: str
    printed: str
    title: str
    accepted_from: date
    page_count: int
    accepted_to: date | None = None
    dated: Dated = Dated.ANY
    due_when_yes: tuple[str, ...] = ()
    subtitle: str = ""
    """Printed under the title only."""
    language: str = "en"


YES_NO = (("yes", "Yes"), ("no", "No"))
ANSWERS = {
    "en": YES_NO,
    "fr": (("yes", "Oui"), ("no", "Non")),
    "sv": (("yes", "Ja"), ("no", "Nej")),
    "ms": (("yes", "Ya"), ("no", "Tidak")),
}
"""By language: the two boxes of a question."""
PAGES = {"en": "Page {} of {}", "fr": "Page {} de {}", "sv": "Sida {} av {}", "ms": "Halaman {} daripada {}"}
"""By language: how pages are numbered."""
