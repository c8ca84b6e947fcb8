"""Outside readers, carriers and vendors: a key of a case made for each, wrapped by the reader's own public key."""

import base64
from functools import cache
from pathlib import Path

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from schemas.codes import DeadLetterCause
from services.chassis.errors import Permanent

_OAEP = padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), None)


class ReaderKeys:
    """The public keys on file: ``<folder>/<reader>.pem``, e.g. ``carriers/aldermoor.pem``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._of = cache(self._load)

    def wrap(self, key: bytes, reader: str) -> str:
        """RSA-OAEP with SHA-256, as base64. Raises :class:`Permanent` for a reader whose key is not on file."""
        return base64.b64encode(self._of(reader).encrypt(key, _OAEP)).decode()

    def _load(self, reader: str) -> rsa.RSAPublicKey:
        file = self._folder / f"{reader}.pem"
        try:
            key = serialization.load_pem_public_key(file.read_bytes())
        except (OSError, ValueError) as error:
            raise Permanent(
                DeadLetterCause.MISSING_REFERENCE_DATA,
                f"{reader} is to be sent private values, and its public key is not in {file}. Put it there, then"
                " replay.",
            ) from error
        if not isinstance(key, rsa.RSAPublicKey):
            raise Permanent(
                DeadLetterCause.MISSING_REFERENCE_DATA,
                f"The public key in {file} is no RSA key. Ask {reader} for one, then replay.",
            )
        return key


def key_for(reader: str, key: bytes) -> bytes:
    """The key by which a reader is sent values of a case: it opens nothing else of the case."""
    return HKDF(hashes.SHA256(), 32, None, f"goodorder reader {reader}".encode()).derive(key)


def make_reader_keys(public: Path, private: Path) -> bool:
    """A pair of keys for an outside party of the local stack; ``False`` when there is one already."""
    if public.exists():
        return False
    made = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    private.touch(mode=0o600)
    private.write_bytes(
        made.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    public.parent.mkdir(parents=True, exist_ok=True)
    public.write_bytes(
        made.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    )
    return True


def unwrapped(wrapped: str, private: Path) -> bytes:
    """What a reader does with the wrapped key in an event."""
    key = serialization.load_pem_private_key(private.read_bytes(), None)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise ValueError(f"{private} is no RSA key")
    return key.decrypt(base64.b64decode(wrapped), _OAEP)
