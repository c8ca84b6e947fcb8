"""Deterministic identities: the same cause always gives the same id, so a replay is recognised everywhere."""

import hashlib
import uuid

_EVENTS = uuid.UUID("5b0f6f0e-54c7-5d5b-9a1c-9d6f4f5a7a10")
_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def document_id(content: bytes) -> str:
    """SHA-256 of the bytes, in hex."""
    return hashlib.sha256(content).hexdigest()


def derived_id(cause: str, what: str, index: int = 0) -> str:
    """UUIDv5 of a cause and of what it leads to; ``index`` tells several of the same kind apart."""
    return str(uuid.uuid5(_EVENTS, f"{cause}|{what}|{index}"))


def case_id(first_document_id: str, place: int = 1) -> str:
    """The case that a first document opens: 60 bits of its identity, in groups a person can read out.

    ``place``: which of the document's applications, from 1, where it holds several.
    """
    said = f"case|{first_document_id}" if place == 1 else f"case|{first_document_id}|{place}"
    number = int.from_bytes(hashlib.sha256(said.encode()).digest()[:8], "big") >> 4
    letters = "".join(_CROCKFORD[(number >> shift) & 31] for shift in range(55, -1, -5))
    return f"GO-{letters[:4]}-{letters[4:8]}-{letters[8:]}"
