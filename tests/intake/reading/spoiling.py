"""Spoils files as broken transfers, bad programs and hostile people do; the same seed spoils them the same way."""

import re
import zipfile
from datetime import date
from functools import cache
from io import BytesIO
from random import Random
from typing import Any

import pikepdf
from PIL import Image, ImageDraw
from pypdf import PdfReader, PdfWriter

from samples.hostile import letter
from samples.packets import named_packet
from tests.intake.reading.packed import portfolio, zipped
from tests.intake.reading.signing import signed

_NUMBER, _NAME, _REFERENCE = re.compile(rb"-?\d+\.?\d*"), re.compile(rb"/[A-Za-z]+"), re.compile(rb"\d+ 0 R")
_NUMBERS = (b"0", b"-1", b"1", b"65535", b"2147483648", b"99999999999999999999", b"0.0000001", b"1" * 400)


@cache
def sound_files() -> dict[str, bytes]:
    """Small ones of every kind."""
    page = _page_of(named_packet("clean-aldermoor", date(2026, 11, 21)).content)
    return {
        "fillable page": page,
        "page in the clear": _in_the_clear(page),
        "letter": letter(),
        "locked letter": _locked(letter()),
        "signed letter": signed(letter(), "Signature"),
        "portfolio": portfolio({"letter.pdf": letter()}),
        "zip": zipped({"letter.pdf": letter(), "page.pdf": page}, zipfile.ZIP_DEFLATED),
        "fax": _picture("TIFF", "1", compression="group4"),
        "photo": _picture("JPEG", "RGB"),
        "drawing": _picture("PNG", "LA"),
    }


def spoilt(content: bytes, chance: Random) -> bytes:
    """The file with one to six things done to it."""
    for _ in range(chance.randint(1, 6)):
        content = chance.choice(_WAYS)(content, chance)
    return content


def _page_of(packet: bytes) -> bytes:
    writer, out = PdfWriter(), BytesIO()
    writer.append(PdfReader(BytesIO(packet)), pages=(0, 1))
    writer.write(out)
    return out.getvalue()


def _in_the_clear(content: bytes) -> bytes:
    """Nothing in it compressed: what is spoilt is what readers see."""
    out = BytesIO()
    with pikepdf.open(BytesIO(content)) as pdf:
        pdf.save(out, qdf=True, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    return out.getvalue()


def _locked(content: bytes) -> bytes:
    writer, out = PdfWriter(clone_from=PdfReader(BytesIO(content))), BytesIO()
    writer.encrypt(user_password="", owner_password="samples-only", algorithm="AES-256")
    writer.write(out)
    return out.getvalue()


def _picture(kind: str, mode: str, **how: Any) -> bytes:
    drawn = Image.new("RGB", (425, 550), "white")
    ImageDraw.Draw(drawn).text((40, 60), "To whom it may concern", fill="black")
    out = BytesIO()
    drawn.convert(mode).save(out, kind, **how)
    return out.getvalue()


def _flip(content: bytes, chance: Random) -> bytes:
    made = bytearray(content)
    for _ in range(chance.randint(1, 20)):
        if made:
            made[chance.randrange(len(made))] = chance.randrange(256)
    return bytes(made)


def _turn_a_bit(content: bytes, chance: Random) -> bytes:
    made = bytearray(content)
    if made:
        made[chance.randrange(len(made))] ^= 1 << chance.randrange(8)
    return bytes(made)


def _cut_out(content: bytes, chance: Random) -> bytes:
    start, length = chance.randint(0, len(content)), chance.randint(1, 400)
    return content[:start] + content[start + length :]


def _repeat(content: bytes, chance: Random) -> bytes:
    start, length = chance.randint(0, len(content)), chance.randint(1, 2000)
    return content[: start + length] + content[start:]


def _cut_short(content: bytes, chance: Random) -> bytes:
    return content[: chance.randint(0, len(content))] if chance.random() < 0.2 else content


def _hang_on(content: bytes, chance: Random) -> bytes:
    return content + chance.randbytes(chance.randint(1, 2000))


def _instead(pattern: "re.Pattern[bytes]", content: bytes, chance: Random, with_: tuple[bytes, ...] = ()) -> bytes:
    """One thing that looks so replaced by another of the file, or one of those given."""
    found = list(pattern.finditer(content))
    if not found:
        return content
    place = chance.choice(found)
    other = chance.choice(with_) if with_ else chance.choice(found)[0]
    return content[: place.start()] + other + content[place.end() :]


def _other_number(content: bytes, chance: Random) -> bytes:
    return _instead(_NUMBER, content, chance, _NUMBERS)


def _other_name(content: bytes, chance: Random) -> bytes:
    return _instead(_NAME, content, chance)


def _other_reference(content: bytes, chance: Random) -> bytes:
    return _instead(_REFERENCE, content, chance)


_WAYS = (_flip, _turn_a_bit, _cut_out, _repeat, _cut_short, _hang_on, _other_number, _other_name, _other_reference)
