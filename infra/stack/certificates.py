"""The local stack's own certificate authority: made once, vouches for the servers of this machine and nobody else.

Everything lies below ``secrets/tls`` of the data folder, readable by its owner alone. ``make reset`` forgets it.
"""

import ipaddress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from infra.stack.private_files import write_private
from infra.stack.run import LOOPBACK

_CA_YEARS, _YEAR = 10, timedelta(days=365)
_RENEWED_BEFORE = timedelta(days=30)


@dataclass(frozen=True)
class Authority:
    """A certificate authority in a folder."""

    folder: Path

    @property
    def certificate(self) -> Path:
        """What clients trust (PEM)."""
        return self.folder / "ca.pem"

    def vouched(self, name: str) -> Path:
        """Key and certificate of somebody on this machine, in one PEM file; as server and as client."""
        return self.folder / f"{name}.pem"

    def issue(self, *names: str, now: datetime | None = None) -> None:
        """Make the authority unless it is there, and certificates that are missing or soon out of date."""
        moment = now or datetime.now(UTC)
        if not self.certificate.exists():
            self._found(moment)
        for name in names:
            if not _is_good(self.vouched(name), moment):
                self._vouch(name, moment)

    @property
    def _key(self) -> Path:
        return self.folder / "ca.key"

    def _found(self, now: datetime) -> None:
        key, name = ec.generate_private_key(ec.SECP256R1()), _named("Goodorder local stack")
        certificate = (
            _begun(name, name, key.public_key(), now, now + _CA_YEARS * _YEAR)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_usage(signs=True), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .sign(key, hashes.SHA256())
        )
        write_private(self._key, _pem_key(key))
        write_private(self.certificate, certificate.public_bytes(serialization.Encoding.PEM))

    def _vouch(self, name: str, now: datetime) -> None:
        issuer = x509.load_pem_x509_certificate(self.certificate.read_bytes())
        signer = serialization.load_pem_private_key(self._key.read_bytes(), password=None)
        assert isinstance(signer, ec.EllipticCurvePrivateKey)  # noqa: S101
        key = ec.generate_private_key(ec.SECP256R1())
        places = x509.SubjectAlternativeName(
            [x509.IPAddress(ipaddress.ip_address(LOOPBACK)), x509.DNSName("localhost")]
        )
        certificate = (
            _begun(_named(name), issuer.subject, key.public_key(), now, now + 2 * _YEAR)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(signs=False), critical=True)
            .add_extension(
                x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]),
                critical=False,
            )
            .add_extension(places, critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
            .sign(signer, hashes.SHA256())
        )
        write_private(self.vouched(name), _pem_key(key) + certificate.public_bytes(serialization.Encoding.PEM))


def authority(data: Path) -> Authority:
    """The authority of the stack on a data folder."""
    return Authority(data / "secrets" / "tls")


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _begun(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, now: datetime, end: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        # Clocks of one machine differ by nothing, but they may have been set back.
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(end)
    )


def _usage(*, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs,
        key_cert_sign=signs,
        crl_sign=signs,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _pem_key(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _is_good(file: Path, now: datetime) -> bool:
    if not file.exists():
        return False
    certificate = x509.load_pem_x509_certificate(file.read_bytes())
    return certificate.not_valid_after_utc - now > _RENEWED_BEFORE
