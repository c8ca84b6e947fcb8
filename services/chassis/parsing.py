"""What event a record holds: parsed, its private values opened, held to the schema of its type."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from schemas.base import Contract
from schemas.envelope import CloudEvent
from services.chassis.errors import describe
from services.chassis.private.events import as_opened
from services.chassis.private.sealing import CannotOpen
from services.chassis.private.vault import Vault
from services.chassis.record import Record


class Malformed(Exception):
    """A record that holds no event of ours; the message holds no value of it."""


class EnvelopeHead(Contract):
    type: str
    source: str = ""
    id: str = ""


def head_of(value: bytes) -> EnvelopeHead:
    """What an event says of itself, its data unread. Raises :class:`pydantic.ValidationError`."""
    return EnvelopeHead.model_validate_json(value)


class Parser:
    """Knows the types of event that one service handles."""

    def __init__(self, service: str, handled: Mapping[str, type[Contract]], vault: Vault | None) -> None:
        """``handled``: the shape of the data by the type's name."""
        self._service = service
        self._models: dict[str, type[CloudEvent[Any]]] = {
            name: CloudEvent[data]  # type: ignore[valid-type]
            for name, data in handled.items()
        }
        self._data = {model: handled[name] for name, model in self._models.items()}
        self._vault = vault

    def parse(self, record: Record) -> CloudEvent[Any] | None:
        """The event, opened, or ``None`` when its type is not ours to handle.

        Raises :class:`Malformed`, and what the vault raises.
        """
        if record.value is None:
            raise Malformed("The record has no value. Its sender must publish the event again.")
        # A header names the type, so that the value is parsed once; what the value says counts.
        hint = next((value.decode("latin-1") for name, value in record.headers if name == "ce_type"), "")
        hinted = self._models.get(hint)
        if hinted is not None:
            try:
                event = self._validated(hinted, record.value)
            except (ValidationError, CannotOpen):
                pass  # looked at closely below
            else:
                if self._models.get(event.type) is hinted:
                    return event
        return self._parsed_closely(record.value)

    def _parsed_closely(self, value: bytes) -> CloudEvent[Any] | None:
        try:
            event_type = head_of(value).type
        except ValidationError as error:
            raise Malformed(
                f"Not a CloudEvent in JSON ({describe(error)}). Its sender must publish it again, corrected."
            ) from error
        model = self._models.get(event_type)
        try:
            return None if model is None else self._validated(model, value)
        except CannotOpen as error:
            raise Malformed(
                f"{error} Its sender must seal it as docs/private-data.md says, and publish it again."
            ) from error
        except ValidationError as error:
            raise Malformed(
                f"The data breaks the schema of {event_type}: {describe(error)}. Correct it and publish it again."
            ) from error

    def _validated(self, model: type[CloudEvent[Any]], value: bytes) -> CloudEvent[Any]:
        return model.model_validate_json(as_opened(value, self._data[model], self._the_vault))

    def _the_vault(self) -> Vault:
        if self._vault is None:
            raise LookupError(f"{self._service} was started without the vault and cannot open private values")
        return self._vault
