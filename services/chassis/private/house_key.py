"""The house's key, which wraps the keys of cases: in a local file, or in AWS KMS by a setting."""

import base64
import hashlib
import json
import os
from pathlib import Path
from typing import Any, Protocol

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from services.chassis.errors import Transient

KEY_BYTES = 32
_NONCE = 12


class HouseKey(Protocol):
    """Wraps a key for one subject and unwraps it for that subject only."""

    def wrap(self, key: bytes, subject: str) -> bytes: ...

    def unwrap(self, wrapped: bytes, subject: str) -> bytes:
        """Raises ``Transient`` while it cannot: the key is not at hand, or KMS does not answer."""
        ...


class FileKey:
    """Keys in a file, base64, one a line: the first wraps, all unwrap, so that the house's key can be changed."""

    def __init__(self, file: Path) -> None:
        """Raises ``ValueError`` for a file that is missing, holds no keys, or may be read by others."""
        try:
            lines = file.read_text("ascii").split()
        except FileNotFoundError:
            raise ValueError(
                f"The key file {file} is not there. `make up` makes one; GOODORDER_KEY_FILE names it."
            ) from None
        if file.stat().st_mode & 0o077:
            raise ValueError(f"The key file {file} may be read by others. Say: chmod 600 {file}")
        keys = [_decoded(line, file) for line in lines]
        if not keys:
            raise ValueError(f"The key file {file} holds no key.")
        self._first = _name_of(keys[0])
        self._by_name = {_name_of(key): AESGCM(key) for key in keys}
        self._file = file

    def wrap(self, key: bytes, subject: str) -> bytes:
        nonce = os.urandom(_NONCE)
        closed = nonce + self._by_name[self._first].encrypt(nonce, key, subject.encode())
        return _record({"by": f"file:{self._first}", "key": base64.b64encode(closed).decode()})

    def unwrap(self, wrapped: bytes, subject: str) -> bytes:
        said = json.loads(wrapped)
        name, closed = said["by"].removeprefix("file:"), base64.b64decode(said["key"])
        if name not in self._by_name:
            raise Transient(
                f"The key of {subject} is wrapped by {said['by']}, which is not in {self._file}: add it there"
            )
        try:
            return self._by_name[name].decrypt(closed[:_NONCE], closed[_NONCE:], subject.encode())
        except InvalidTag:
            raise Transient(f"The wrapped key of {subject} is not the one that was put there: restore it") from None


class KmsKey:
    """A key that never leaves AWS KMS; the subject is its encryption context."""

    def __init__(self, key_id: str, client: Any = None) -> None:
        """``key_id``: id, ARN or alias. Raises ``ValueError`` without one."""
        if not key_id:
            raise ValueError("GOODORDER_KMS_KEY names no key.")
        config = Config(connect_timeout=3, read_timeout=10, retries={"max_attempts": 2, "mode": "standard"})
        self._kms = client or boto3.client("kms", config=config)
        self._key_id = key_id

    def wrap(self, key: bytes, subject: str) -> bytes:
        try:
            said = self._kms.encrypt(KeyId=self._key_id, Plaintext=key, EncryptionContext={"goodorder": subject})
        except (ClientError, BotoCoreError) as error:
            raise _kms_waits(error) from error
        return _record({"by": f"kms:{said['KeyId']}", "key": base64.b64encode(said["CiphertextBlob"]).decode()})

    def unwrap(self, wrapped: bytes, subject: str) -> bytes:
        said = json.loads(wrapped)
        if not said["by"].startswith("kms:"):
            raise Transient(f"The key of {subject} is wrapped by {said['by']}, and this house's key is in KMS")
        try:
            answer = self._kms.decrypt(
                CiphertextBlob=base64.b64decode(said["key"]), EncryptionContext={"goodorder": subject}
            )
        except (ClientError, BotoCoreError) as error:
            raise _kms_waits(error) from error
        plain: bytes = answer["Plaintext"]
        return plain


def make_key_file(file: Path) -> bool:
    """A new key in a file that only its owner can read; ``False`` when there is a file already."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        made = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return False
    with os.fdopen(made, "wb") as written:
        written.write(base64.b64encode(os.urandom(KEY_BYTES)) + b"\n")
    return True


def _decoded(line: str, file: Path) -> bytes:
    key = base64.b64decode(line, validate=True)
    if len(key) != KEY_BYTES:
        raise ValueError(f"A key in {file} has {len(key)} bytes instead of {KEY_BYTES}.")
    return key


def _name_of(key: bytes) -> str:
    return hashlib.sha256(b"name of a key|" + key).hexdigest()[:12]


def _record(said: dict[str, str]) -> bytes:
    return json.dumps({"v": 1, **said}).encode()


def _kms_waits(error: Exception) -> Transient:
    return Transient(f"KMS does not do what it is asked ({type(error).__name__}); waiting for it")
