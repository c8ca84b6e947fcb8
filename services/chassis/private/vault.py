"""The vault: keys of cases at hand for a short while, what is sealed by them, and what no longer can be opened.

Inside a transaction nothing is fetched: a key that is not at hand raises :class:`KeysWanted`, the transaction is
given up, the key is fetched, and the transaction is run again (:meth:`services.chassis.commit.GroupCommit.run`).
"""

import hashlib
import hmac
import os
from collections import OrderedDict
from collections.abc import Callable, Iterable
from datetime import datetime
from threading import Lock
from time import monotonic
from typing import Any, TypeVar

from pydantic import BaseModel
from sqlalchemy.engine import Connection

from schemas.codes import DeadLetterCause
from schemas.private import without_private
from services.chassis.errors import Permanent
from services.chassis.private.house_key import KEY_BYTES, FileKey, HouseKey, KmsKey
from services.chassis.private.key_store import BucketOfKeys, KeyStore, when_marked
from services.chassis.private.readers import ReaderKeys, key_for
from services.chassis.private.sealing import CannotOpen, Cipher, Json, opened, sealed
from services.chassis.settings import ServiceSettings

Model = TypeVar("Model", bound=BaseModel)

_BLIND_INDEX = "house/blind-index"
_MOST = 50_000
"""Keys at hand at once, at most."""


class Forgotten(Exception):
    """The key of a case is deleted: what was sealed by it is forgotten, and nothing is added to it."""

    def __init__(self, subject: str, at: datetime | None = None) -> None:
        when = f" on {at:%Y-%m-%d}" if at else ""
        super().__init__(f"{subject} was forgotten{when}: its key was deleted on purpose, and nobody can read it now.")
        self.subject = subject
        self.at = at


class KeysWanted(Exception):
    """Keys that are not at hand; :meth:`fetch` them outside of the transaction and try again."""

    def __init__(self, fetch: Callable[[], None], subjects: Iterable[str]) -> None:
        super().__init__(f"keys of {', '.join(subjects)}")
        self.fetch = fetch


class Vault:
    """Thread-safe."""

    def __init__(
        self,
        store: KeyStore,
        house: HouseKey,
        readers: ReaderKeys,
        life: float = 600.0,
        at_once: bool = False,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        """``life``: seconds for which a key stays at hand; ``at_once``: fetch where a key is missing, for tools."""
        self._store = store
        self._house = house
        self._readers = readers
        self._life = life
        self._at_once = at_once
        self._clock = clock
        self._held: OrderedDict[str, tuple[float, bytes | datetime]] = OrderedDict()
        self._lock = Lock()

    def seal(self, subject: str, value: BaseModel, **how: Any) -> Json:
        """A model as JSON for a table, sealed; ``how`` as of ``model_dump``. The subject's first is its key's making.

        Raises :class:`KeysWanted`, :class:`Forgotten`.
        """
        return sealed(type(value), value.model_dump(mode="json", **how), lambda: self.cipher(subject, create=True))

    def open(self, subject: str, model: type[Model], value: Json) -> Model:
        """The model that was sealed. Raises :class:`KeysWanted`, :class:`Forgotten`, :class:`Permanent`."""
        try:
            return model.model_validate(opened(model, value, lambda: self.cipher(subject)))
        except CannotOpen as error:
            raise Permanent(
                DeadLetterCause.MISSING_REFERENCE_DATA, f"{error} Restore the key or the record, then replay."
            ) from error

    def cipher(self, subject: str, create: bool = False) -> Cipher:
        """The subject's key at work. Raises :class:`KeysWanted`, :class:`Forgotten`."""
        return Cipher(subject, self._key(subject, create))

    def for_reader(self, subject: str, reader: str) -> tuple[Cipher, str]:
        """A key for an outside reader at work, and that key wrapped for the reader."""
        key = key_for(reader, self._key(subject, create=True))
        return Cipher(subject, key), self._readers.wrap(key, reader)

    def as_reader(self, subject: str, reader: str) -> Cipher:
        """To open what was sealed for an outside reader."""
        return Cipher(subject, key_for(reader, self._key(subject, create=False)))

    def blind(self, value: str) -> str:
        """A keyed digest, the same for the same value in this house: to find by what must not be read."""
        return hmac.new(self._key(_BLIND_INDEX, create=True), value.encode(), hashlib.sha256).hexdigest()

    def require(self, subjects: Iterable[str]) -> None:
        """Say at once which keys a transaction is going to need. Raises :class:`KeysWanted` for those not at hand."""
        missing = [subject for subject in subjects if self._at_hand(subject) is None]
        if missing:
            self._want(dict.fromkeys(missing, False))

    def drop(self, subject: str) -> None:
        """Have it no longer at hand: somebody says that the case or the document is forgotten."""
        with self._lock:
            for key in keys_about(subject):
                self._held.pop(key, None)

    def forget(self, subject: str, at: datetime) -> None:
        """Delete the subject's key for ever. Blocks; raises ``Transient`` while that cannot be."""
        self._store.forget(subject, at)
        self.drop(subject)

    def fetch(self, subject: str, create: bool = False) -> None:
        """Have a key at hand, or know that it is forgotten. Blocks; raises ``Transient`` while that cannot be.

        Raises :class:`Permanent` for a key that is neither there nor forgotten, unless it may be made.
        """
        held = self._store.get(subject)
        if held is None:
            if not create:
                raise Permanent(
                    DeadLetterCause.MISSING_REFERENCE_DATA,
                    f"There is no key of {subject}, and nobody forgot it: was the bucket of keys emptied or changed?"
                    " Restore it, then replay.",
                )
            held = self._store.put_first(subject, self._house.wrap(os.urandom(KEY_BYTES), subject))
        key = at if (at := when_marked(held)) else self._house.unwrap(held, subject)
        with self._lock:
            self._held[subject] = (self._clock() + self._life, key)
            self._held.move_to_end(subject)
            while len(self._held) > _MOST:
                self._held.popitem(last=False)

    def _key(self, subject: str, create: bool) -> bytes:
        held = self._at_hand(subject)
        if held is None:
            self._want({subject: create})
            held = self._at_hand(subject)
        key = held[1] if held else None
        if not isinstance(key, bytes):
            raise Forgotten(subject, key)
        return key

    def _at_hand(self, subject: str) -> tuple[float, bytes | datetime] | None:
        with self._lock:
            held = self._held.get(subject)
            return held if held is not None and held[0] > self._clock() else None

    def _want(self, subjects: dict[str, bool]) -> None:
        def fetch() -> None:
            for subject, create in subjects.items():
                self.fetch(subject, create)

        if not self._at_once:
            raise KeysWanted(fetch, subjects)
        fetch()


def keys_about(subject: str) -> tuple[str, str]:
    """Whose keys seal what is said of a case or a document: its own, and a document's until it belongs to a case."""
    return subject, f"documents/{subject}"


def vault_of(db: Connection) -> Vault:
    """The vault by which this connection's records are sealed."""
    vault: Vault | None = db.get_execution_options().get("vault")
    if vault is None:
        raise LookupError("This database was opened without the vault: nothing private can be kept in it.")
    return vault


def read_record(db: Connection, subject: str, model: type[Model], held: Json) -> Model:
    """A model from a table, opened; without its private values where the database was opened without the vault.

    Raises what :meth:`Vault.open` raises.
    """
    vault: Vault | None = db.get_execution_options().get("vault")
    return model.model_validate(without_private(model, held)) if vault is None else vault.open(subject, model, held)


def open_vault(settings: ServiceSettings, service: str, at_once: bool = False, s3: Any = None) -> Vault:
    """The vault that the settings name. Raises ``ValueError`` when the house's key is not there."""
    house: HouseKey = KmsKey(settings.kms_key) if settings.kms_key else FileKey(settings.key_file_path)
    store = BucketOfKeys(settings.keys_bucket, service, s3)
    return Vault(store, house, ReaderKeys(settings.reader_keys_folder), settings.key_life, at_once)
