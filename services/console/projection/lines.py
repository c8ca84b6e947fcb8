"""Writes shared by what several events change: a case's line, its timeline, its search words, the pulse."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from services.console.projection.tables import cases, pulse, search_words, timeline

_PARTS = re.compile(r"[^\w]+")
_PULSES_KEPT = 10_000


def line(db: Connection, case_id: str, now: datetime, **news: Any) -> None:
    """Write some columns of a case's line; the line begins with whoever comes first."""
    changed = db.execute(cases.update().where(cases.c.case_id == case_id).values(updated_at=now, **news))
    if changed.rowcount == 0:
        blank = {"revision": 0, "version": 0, "to_fix": 0, "to_confirm": 0}
        db.execute(cases.insert().values(**{**blank, "case_id": case_id, "updated_at": now, **news}))


def happened(
    db: Connection,
    case_id: str,
    at: datetime,
    kind: str,
    text: str,
    about: str | None = None,
    more: dict[str, Any] | None = None,
) -> None:
    """One entry of a case's timeline."""
    entry = {"case_id": case_id, "at": at, "kind": kind, "text": text, "about": about, "more": more}
    db.execute(timeline.insert().values(entry))


def tell(db: Connection, case_id: str | None, agent_code: str | None = None) -> None:
    """Tell the open pages that something changed."""
    if case_id and agent_code is None:
        agent_code = db.execute(sa.select(cases.c.agent_code).where(cases.c.case_id == case_id)).scalar()
    seq = db.execute(pulse.insert().values(case_id=case_id, agent_code=agent_code)).inserted_primary_key
    if seq and seq[0] % 1000 == 0:
        db.execute(pulse.delete().where(pulse.c.seq < seq[0] - _PULSES_KEPT))


def newest(db: Connection) -> int:
    """The number of the latest change that the open pages were told of."""
    return db.execute(sa.select(sa.func.max(pulse.c.seq))).scalar() or 0


def find_by(db: Connection, case_id: str, said: Iterable[str | None]) -> None:
    """Add what a case is found by; nothing that once led to it is taken away."""
    words = {word for text in said for word in words_of(text or "")}
    known = set(db.execute(sa.select(search_words.c.word).where(search_words.c.case_id == case_id)).scalars())
    fresh = [{"word": word, "case_id": case_id} for word in sorted(words - known)]
    if fresh:
        db.execute(search_words.insert(), fresh)


def words_of(text: str) -> set[str]:
    """What a text is found by: its words without case and accents; a number with hyphens whole and in parts."""
    words: set[str] = set()
    for said in spoken(text):
        parts = _PARTS.split(said)
        # The short parts of a number are the same for all of them: the GO of every case.
        words |= {said} | {part for part in parts if len(part) > (2 if "-" in said else 0)}
    return words


def spoken(text: str) -> list[str]:
    """The words of a text as a person types them, without case and accents."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return [word for word in (each.strip(".,;:()'\"") for each in plain.split()) if word]
