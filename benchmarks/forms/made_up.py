"""Makes up what somebody may write in a field: seeded, of the field's type, no longer than it has room for."""

from collections.abc import Iterator
from random import Random

from schemas.carrier import FieldType
from services.intake.reading.catalogue import Zone

_NAMES = ("Abernethy", "Blanca", "Corwin", "Dagny", "Ellsworth", "Fenwick", "Gudrun", "Hollis", "Ingram", "Joanna",
          "Kestrel", "Lindqvist", "Maren", "Norbert", "Octavia", "Prescott", "Quigley", "Rosalind", "Sanders",
          "Thackeray", "Ursula", "Verhoeven", "Winifred", "Yardley")  # fmt: skip
_WORDS = ("north", "cedar", "street", "river", "office", "garden", "winter", "market", "green", "harbor", "school",
          "paper", "bridge", "family", "silver", "valley", "number", "plain", "orange", "window", "stone")  # fmt: skip
_STATES = ("AL", "CA", "FL", "GA", "IA", "KS", "MN", "NY", "OH", "TX", "UT", "WA")
_LETTER = 0.58
"""Width of a letter in sizes of the type, on average."""
_SIZE = 12.0
"""Points of type where the field does not say less."""
_LEAST = 3
"""A place for fewer signs holds figures."""


def value_for(zone: Zone, longest: int, size: float, lines: int, random: Random) -> str:
    """Something to type into the zone; ``longest`` = most signs it takes (0 = any), ``size`` of its type in points."""
    left, bottom, right, top = zone.box
    letters = size or min(_SIZE, 0.75 * (top - bottom) / lines)
    room = int((right - left - 4) / max(letters * _LETTER, 1)) * lines
    room = min(room, longest) if longest else room
    if zone.cells:
        room = zone.cells
    if room < 1:
        return ""
    fitting = [text for text in _suggestions(zone.type, random, room) if len(text) <= room]
    text = next(iter(fitting), "")
    return text.replace(" ", "")[: zone.cells] if zone.cells else text


def _suggestions(kind: FieldType, random: Random, room: int) -> Iterator[str]:
    """The first that has room is taken."""
    figures = "".join(random.choice("123456789") for _ in range(12))
    match kind:
        case FieldType.DATE:
            month, day, year = random.randint(1, 12), random.randint(1, 28), random.randint(1940, 2026)
            yield f"{month:02}/{day:02}/{year}"
            yield f"{month:02}{day:02}{year}"
        case FieldType.SSN:
            yield f"8{figures[:2]}-{figures[2:4]}-{figures[4:8]}"
            yield f"8{figures[:8]}"
        case FieldType.MONEY:
            yield f"{int(figures[:5]):,}.{figures[5:7]}"
            yield f"{int(figures[:4]):,}"
        case FieldType.PERCENT:
            yield str(random.choice((25, 50, 75, 100)))
        case FieldType.INTEGER:
            yield figures[:2]
        case FieldType.ZIP:
            yield f"{figures[:5]}"
        case FieldType.PHONE:
            yield f"({figures[:3]}) 555-01{figures[3:5]}"
            yield f"{figures[:3]}55501{figures[3:5]}"
        case FieldType.EMAIL:
            yield f"{random.choice(_NAMES).lower()}{figures[:2]}@example.com"
            yield f"{random.choice(_WORDS)[:4]}@example.org"
        case FieldType.STATE:
            yield random.choice(_STATES)
        case FieldType.NAME:
            yield f"{random.choice(_NAMES)} {random.choice(_NAMES)}"
            yield random.choice(_NAMES)
        case _:
            yield _sentence(random, min(room, random.randint(6, 60)))
    if room >= _LEAST:
        yield _sentence(random, room)
    yield figures[:room]


def _sentence(random: Random, room: int) -> str:
    """Words and a number now and then, as many as there is room for."""
    text = ""
    while True:
        word = random.choice((random.choice(_WORDS), random.choice(_NAMES), str(random.randint(2, 9876))))
        longer = f"{text} {word}".strip()
        if len(longer) > room:
            return text or word[:room]
        text = longer
