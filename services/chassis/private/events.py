"""Sealed events: written with their private values sealed, read with them opened."""

from collections.abc import Callable
from typing import Any

from pydantic import BaseModel
from pydantic_core import from_json, to_json

from schemas.envelope import CloudEvent
from schemas.private import SEALED, plan_of, without_private
from services.chassis.private.sealing import Cipher, opened, sealed
from services.chassis.private.vault import Vault

_SEALED = SEALED.encode()


def as_written(event: CloudEvent[Any], reader: str | None, vault: Callable[[], Vault]) -> bytes:
    """An event as it travels: its private values are sealed by its subject's key, or for an outside reader.

    Raises what :class:`services.chassis.private.vault.Vault` raises.
    """
    data: type[BaseModel] = type(event.data)
    if not plan_of(data):
        return event.model_dump_json(exclude_none=True).encode()
    subject, wire = event.subject or "", event.model_dump(mode="json", exclude_none=True)

    def cipher() -> Cipher:
        if reader is None:
            return vault().cipher(subject, create=True)
        own, wrapped = vault().for_reader(subject, reader)
        wire.update(sealedfor=reader, sealedkey=wrapped)
        return own

    wire["data"] = sealed(data, wire["data"], cipher)
    return to_json(wire)


def as_opened(value: bytes, data: type[BaseModel], vault: Callable[[], Vault]) -> bytes:
    """An event's JSON with its private values opened, to be validated; JSON without any as it is.

    Raises ``ValueError`` for what is not JSON or no event, :class:`services.chassis.private.sealing.CannotOpen`, and
    what the vault raises.
    """
    if _SEALED not in value or not plan_of(data):
        return value
    wire = from_json(value)
    if not isinstance(wire, dict) or not isinstance(wire.get("data"), dict):
        return value

    def cipher() -> Cipher:
        subject, reader = str(wire.get("subject")), wire.get("sealedfor")
        return vault().as_reader(subject, str(reader)) if reader else vault().cipher(subject)

    return to_json({**wire, "data": opened(data, wire["data"], cipher)})


def as_masked(value: bytes, data: type[BaseModel]) -> bytes:
    """An event's JSON as it is for those without the key: without its private values. Raises ``ValueError``."""
    wire = from_json(value) if plan_of(data) else None
    if not isinstance(wire, dict) or not isinstance(wire.get("data"), dict):
        return value
    return to_json({**wire, "data": without_private(data, wire["data"])})
