"""A vault of the tests' own: keys in memory, a house's key made for the session, readers' keys made when asked for."""

import json
import shutil
import tempfile
from collections.abc import Callable
from datetime import datetime
from functools import cache
from pathlib import Path
from time import monotonic

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from services.chassis.errors import Transient
from services.chassis.private.house_key import FileKey, make_key_file
from services.chassis.private.key_store import mark_of_forgetting
from services.chassis.private.readers import ReaderKeys, make_reader_keys
from services.chassis.private.vault import Vault


class KeysInMemory:
    """The bucket of keys as a dictionary; ``down`` makes it an outage."""

    def __init__(self) -> None:
        self.held: dict[str, bytes] = {}
        self.down = False
        self.asked = 0

    def get(self, subject: str) -> bytes | None:
        self._count()
        return self.held.get(subject)

    def put_first(self, subject: str, wrapped: bytes) -> bytes:
        self._count()
        return self.held.setdefault(subject, wrapped)

    def forget(self, subject: str, at: datetime) -> None:
        self._count()
        self.held[subject] = mark_of_forgetting(at)

    def _count(self) -> None:
        self.asked += 1
        if self.down:
            raise Transient("the keys are down")


@cache
def folder() -> Path:
    """Key files of this test process."""
    made = Path(tempfile.mkdtemp(prefix="goodorder-keys-"))
    make_key_file(made / "house.key")
    return made


class AnyReader(ReaderKeys):
    """Every carrier and vendor has a key on file; in the tests it is one and the same."""

    def __init__(self) -> None:
        super().__init__(folder())

    def wrap(self, key: bytes, reader: str) -> str:
        make_reader_keys(folder() / "reader.pem", folder() / "private" / "reader.pem")
        return super().wrap(key, "reader")


def readers_private_key() -> rsa.RSAPrivateKey:
    key = load_pem_private_key((folder() / "private" / "reader.pem").read_bytes(), None)
    assert isinstance(key, rsa.RSAPrivateKey)
    return key


def vault(
    store: KeysInMemory | None = None, at_once: bool = False, life: float = 600, clock: Callable[[], float] = monotonic
) -> Vault:
    return Vault(store or KeysInMemory(), FileKey(folder() / "house.key"), AnyReader(), life, at_once, clock)


KEYS = KeysInMemory()
"""Of the test process: workers on one database share its keys, as in a house."""

VAULT = vault(KEYS, at_once=True)
"""For looking into a database from a test."""


def handed_over() -> str:
    """The keys of this test process, for another one that works on the same database."""
    return json.dumps({"folder": str(folder()), "held": {name: key.hex() for name, key in KEYS.held.items()}})


def take_over(text: str) -> None:
    """Go on with the keys that another process handed over."""
    said = json.loads(text)
    shutil.copytree(said["folder"], folder(), dirs_exist_ok=True)
    KEYS.held.update({name: bytes.fromhex(key) for name, key in said["held"].items()})
