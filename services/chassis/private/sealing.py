"""Seals and opens private values: AES-256-GCM by one subject's key, each value bound to its subject and path."""

import base64
import json
import os
from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pydantic import BaseModel

from schemas.private import SEALED, changed, plan_of

Model = TypeVar("Model", bound=BaseModel)
Json = dict[str, Any]

_NONCE = 12


class CannotOpen(Exception):
    """A sealed value is not what was sealed there: altered, moved, or sealed by another key."""


class Cipher:
    """One subject's key at work."""

    def __init__(self, subject: str, key: bytes) -> None:
        self.subject = subject
        self._aes = AESGCM(key)

    def seal(self, value: Any, path: str) -> str:
        """The sealed form of any JSON value."""
        nonce = os.urandom(_NONCE)
        plain = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
        closed = self._aes.encrypt(nonce, plain, self._bound_to(path))
        return SEALED + base64.urlsafe_b64encode(nonce + closed).rstrip(b"=").decode()

    def open(self, value: str, path: str) -> Any:
        """The value that was sealed at this path. Raises :class:`CannotOpen`."""
        try:
            said = value.removeprefix(SEALED)
            closed = base64.urlsafe_b64decode(said + "=" * (-len(said) % 4))
            return json.loads(self._aes.decrypt(closed[:_NONCE], closed[_NONCE:], self._bound_to(path)))
        except (InvalidTag, ValueError) as error:
            raise CannotOpen(f"What is sealed at {path} of {self.subject} cannot be opened by its key.") from error

    def _bound_to(self, path: str) -> bytes:
        return f"{self.subject}|{path}".encode()


def sealed(model: type[BaseModel], value: Json, cipher: Callable[[], Cipher]) -> Json:
    """A model's JSON with its private values sealed; ``cipher`` is asked for only when there are any."""
    once = cache(cipher)
    closed: Json = changed(plan_of(model), value, lambda plain, path: once().seal(plain, path))
    return closed


def opened(model: type[BaseModel], value: Json, cipher: Callable[[], Cipher]) -> Json:
    """A model's JSON with its sealed values opened. Raises :class:`CannotOpen`."""
    once = cache(cipher)

    def open_one(held: Any, path: str) -> Any:
        return once().open(held, path) if is_sealed(held) else held

    plain: Json = changed(plan_of(model), value, open_one)
    return plain


def is_sealed(value: Any) -> bool:
    return isinstance(value, str) and value.startswith(SEALED)
