"""Reads the pinned requirements: every package with its version and the hashes that it is installed by."""

import re
from dataclasses import dataclass
from pathlib import Path

from infra.stack.run import ROOT

RUN = ROOT / "requirements" / "run.txt"
"""What a running house needs, the local stack with it."""
DEV = ROOT / "requirements" / "dev.txt"
"""That, and what developers need."""

_PIN = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)(?:\[[^\]]*\])?==(?P<version>[^\s;\\]+)")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


@dataclass(frozen=True)
class Pin:
    name: str
    version: str
    sha256: tuple[str, ...]
    """One for each file that may be installed."""


def pins(file: Path) -> tuple[Pin, ...]:
    """The packages of a file, in its order. Raises ``ValueError`` for one without a hash."""
    found: list[Pin] = []
    for line in file.read_text("utf-8").splitlines():
        if begun := _PIN.match(line):
            found.append(Pin(begun["name"], begun["version"], ()))
        elif found and (digest := _HASH.search(line)):
            last = found[-1]
            found[-1] = Pin(last.name, last.version, (*last.sha256, digest[1]))
    if bare := [pin.name for pin in found if not pin.sha256]:
        raise ValueError(f"{file.name}: without a hash: {', '.join(bare)}. Run `make requirements`.")
    return tuple(found)
