"""Finds the house this terminal speaks to: the running local stack, or the one that ``GOODORDER_*`` names."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from goodorder.faults import Fault
from infra.stack.errors import StackError
from infra.stack.run import ROOT, RunInfo, load
from schemas.carrier import Carriers, load_carriers
from schemas.producers import Producers, load_producers
from services.chassis.kafka_access import access_of
from services.chassis.settings import ServiceSettings

if TYPE_CHECKING:
    from goodorder.broker import Broker
    from services.chassis.private.vault import Vault


@dataclass(frozen=True)
class House:
    data: Path
    environment: Mapping[str, str]
    """``GOODORDER_*`` and ``AWS_*``: what is set explicitly, else what the running local stack says."""
    stack: RunInfo | None
    """The local stack, when it runs."""
    why_no_stack: str = ""

    @property
    def settings(self) -> ServiceSettings:
        """The settings that every service of this house shares."""
        return ServiceSettings(data=self.data)

    def broker(self, speaker: str | None = None) -> "Broker":
        """Kafka, under an account of one's own or, on the local stack, ``speaker``'s. Raises :class:`Fault` when no
        stack runs and no broker is named."""
        from goodorder.broker import Broker  # only what a command needs is loaded: `--help` must not take seconds

        servers = self.need("GOODORDER_KAFKA")
        said = self.stack.environment() | self.stack.account(speaker) if self.stack and speaker else self.environment
        try:
            return Broker(servers, access_of(said).kafka_client(), self.vault)
        except ValueError as error:
            raise Fault(
                f"Kafka cannot be spoken to as it is set: {error}.", "docs/run-it.md tells each setting."
            ) from error

    def vault(self) -> "Vault":
        """What opens private values; whoever uses it for a person's eyes has to tell of it
        (:mod:`goodorder.access`). Raises :class:`Fault` where the house's key or its S3 is not known."""
        from goodorder.dropping import connect_to_s3
        from services.chassis.private.vault import open_vault

        said = self.environment
        key_file, reader_keys = said.get("GOODORDER_KEY_FILE"), said.get("GOODORDER_READER_KEYS")
        settings = ServiceSettings(
            data=self.data,
            key_file=Path(key_file) if key_file else None,
            kms_key=said.get("GOODORDER_KMS_KEY"),
            keys_bucket=said.get("GOODORDER_KEYS_BUCKET", "goodorder-keys"),
            reader_keys=Path(reader_keys) if reader_keys else None,
        )
        try:
            return open_vault(settings, "goodorder", at_once=True, s3=connect_to_s3(self))
        except ValueError as error:
            raise Fault(str(error)) from error

    def carriers(self) -> Carriers:
        """The carriers on file. Raises :class:`schemas.carrier.CarrierDataError`."""
        return load_carriers(self.carriers_folder)

    @property
    def carriers_folder(self) -> Path:
        return self._on_file("GOODORDER_CARRIERS", "carriers")

    def producers(self) -> Producers:
        """The agents on file. Raises :class:`schemas.producers.ProducerDirectoryError`."""
        return load_producers(self._on_file("GOODORDER_PRODUCERS", "samples/producers.csv"))

    def need(self, name: str) -> str:
        """A value that only a running stack or the environment can give."""
        value = self.environment.get(name)
        if not value:
            raise Fault(
                self.why_no_stack or f"{name} is not set.",
                f"Start the stack in another terminal with `make up`; for another installation set {name}.",
            )
        return value

    def _on_file(self, name: str, usual: str) -> Path:
        return Path(self.environment.get(name) or (usual if Path(usual).exists() else ROOT / usual))


def find_house(data: Path) -> House:
    """The house whose data folder this is; what the environment says wins over the local stack's word."""
    stack, why_not = None, ""
    try:
        stack = load(data)
    except StackError as error:
        why_not = str(error).partition(". ")[0] + "."
    said = stack.environment() if stack else {}
    explicit = {name: value for name, value in os.environ.items() if name.startswith(("GOODORDER_", "AWS_"))}
    return House(data, {**said, **explicit}, stack, why_not)
