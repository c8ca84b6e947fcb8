"""Signs PDFs digitally with a certificate made for the test, and changes them afterwards."""

from datetime import UTC, datetime, timedelta
from functools import cache
from io import BytesIO
from typing import Any

from asn1crypto import keys, x509
from cryptography import x509 as certificates
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko_certvalidator.registry import SimpleCertificateStore
from pypdf import PdfReader, PdfWriter
from pypdf.generic import NameObject, TextStringObject

SIGNER = "Jordan Lee Pruitt"


def signed(content: bytes, field: str) -> bytes:
    """The document with a digital signature in that field, added to its end."""
    out = BytesIO()
    signers.sign_pdf(
        IncrementalPdfFileWriter(BytesIO(content), strict=False),
        signers.PdfSignatureMetadata(field_name=field),
        signer=_signer(),
        output=out,
    )
    return out.getvalue()


def bent(content: bytes) -> bytes:
    """One bit of the signed bytes turned over, where it changes no structure: in the first page's drawing."""
    place = content.index(b"stream", content.index(b"/Contents") if b"/Contents" in content else 0) + 40
    return content[:place] + bytes((content[place] ^ 1,)) + content[place + 1 :]


def erased(content: bytes) -> bytes:
    """The signature itself overwritten with zeros."""
    start = content.rindex(b"/Contents <") + len(b"/Contents <")
    end = content.index(b">", start)
    return content[:start] + b"0" * (end - start) + content[end:]


def changed(content: bytes, page: int, **values: str) -> bytes:
    """The document with those fields filled or filled anew, added to its end as a viewer does."""
    writer = PdfWriter(BytesIO(content), incremental=True)
    for reference in writer.pages[page]["/Annots"]:
        widget = reference.get_object()
        if (name := str(widget.get("/T", ""))) in values:
            widget[NameObject("/V")] = TextStringObject(values[name])
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def drawn_upon(content: bytes) -> bytes:
    """The document with another page, added to its end: nothing that signing allows."""
    writer = PdfWriter(BytesIO(content), incremental=True)
    writer.add_blank_page()
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def field_page(content: bytes, field: str) -> int:
    """Which page, from 0, a field is on."""
    for number, page in enumerate(PdfReader(BytesIO(content)).pages):
        if any(reference.get_object().get("/T") == field for reference in page.get("/Annots", ())):
            return number
    raise LookupError(field)


def trust_root() -> Any:
    return _signer().signing_cert


@cache
def _signer() -> signers.SimpleSigner:
    key = ec.generate_private_key(ec.SECP256R1())
    name = certificates.Name([certificates.NameAttribute(certificates.NameOID.COMMON_NAME, SIGNER)])
    now = datetime.now(UTC)
    made = (
        certificates.CertificateBuilder(name, name, key.public_key(), certificates.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(certificates.KeyUsage(True, True, *(False,) * 7), critical=True)
        .sign(key, hashes.SHA256())
    )
    encoding = serialization.Encoding.DER
    secret = key.private_bytes(encoding, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return signers.SimpleSigner(
        signing_cert=x509.Certificate.load(made.public_bytes(encoding)),
        signing_key=keys.PrivateKeyInfo.load(secret),
        cert_registry=SimpleCertificateStore(),
    )
