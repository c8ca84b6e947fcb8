"""Keys of the local stack: the house's own, and a pair for each carrier and vendor that is played here."""

from pathlib import Path

import yaml

from schemas.parties import carrier_reader, vendor_reader
from services.chassis.private.house_key import make_key_file
from services.chassis.private.readers import make_reader_keys


def house_key(data: Path) -> Path:
    return data / "keys" / "house.key"


def reader_keys(data: Path) -> Path:
    """The folder of the public keys, as the services are told."""
    return data / "reader-keys"


def private_key(data: Path, reader: str) -> Path:
    """Where an outside party of the local stack has its own half."""
    return data / "secrets" / "readers" / f"{reader}.pem"


def make_keys(data: Path, carriers: Path) -> None:
    """Every key that is not there yet, in files that only their owner can read."""
    make_key_file(house_key(data))
    for reader in readers_in(carriers):
        make_reader_keys(reader_keys(data) / f"{reader}.pem", private_key(data, reader))


def readers_in(carriers: Path) -> tuple[str, ...]:
    """The carriers of a folder, and the vendors that they name."""
    found = set()
    for file in sorted(carriers.glob("*/carrier.yaml")):
        found.add(carrier_reader(file.parent.name))
        rules = (yaml.safe_load(file.read_text("utf-8")) or {}).get("requirements") or {}
        vendors = {rule.get("vendor") for rule in rules.values() if isinstance(rule, dict)}
        found |= {vendor_reader(vendor) for vendor in vendors if vendor}
    return tuple(sorted(found))
