"""How a carrier or a vendor reads what is sealed for it, in as few lines as it takes: any language can do the same."""

import base64
import json
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM


def opened(event: dict[str, Any], private_key: PrivateKeyTypes) -> dict[str, Any]:
    """The event with every sealed value in its data opened by the party's own private key.

    Raises ``ValueError`` for another's key, ``cryptography.exceptions.InvalidTag`` for what was altered.
    """
    if not isinstance(private_key, rsa.RSAPrivateKey):
        raise ValueError("the private key is no RSA key")
    oaep = padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), None)
    aes = AESGCM(private_key.decrypt(base64.b64decode(event["sealedkey"]), oaep))

    def unsealed(value: Any, path: str) -> Any:
        if isinstance(value, dict):
            return {name: unsealed(below, f"{path}.{name}".lstrip(".")) for name, below in value.items()}
        if isinstance(value, list):
            return [unsealed(below, f"{path}.{place}") for place, below in enumerate(value)]
        if not (isinstance(value, str) and value.startswith("sealed:1:")):
            return value
        closed = base64.urlsafe_b64decode(value.removeprefix("sealed:1:") + "==")
        return json.loads(aes.decrypt(closed[:12], closed[12:], f"{event['subject']}|{path}".encode()))

    return {**event, "data": unsealed(event["data"], "")}
