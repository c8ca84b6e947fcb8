"""Checks the digital signatures of a PDF: which hold, which the document left behind, which are broken.

Nothing is fetched: neither certificates nor revocations. Whether the bytes are those that were signed, and what was
done to the document after it, can be told from the file alone; who stands behind a certificate cannot, and is
reported apart for those who bring trust roots of their own.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from functools import cached_property
from io import BytesIO
from typing import Any

from pypdf import PdfReader

from schemas.application import Seal
from schemas.codes import SealState
from services.intake.reading.acroform import widgets_of
from services.intake.reading.opening import PYPDF_FAULTS

_MOST_SIGNATURES = 32
"""More than any application has signers; what a file holds beyond is not checked."""
_MARK_OF_ONE = b"/ByteRange"
"""Stands in the clear in every signed file: the range says which bytes were signed, so it cannot be compressed."""


@dataclass(frozen=True)
class Checked:
    """One digital signature with what its check says."""

    seal: Seal
    trusted: bool
    """Its certificate leads to one of the trust roots given."""


@dataclass(frozen=True)
class Seals:
    """The digital signatures of one document, checked when first asked for."""

    content: bytes

    @cached_property
    def by_field(self) -> Mapping[str, Checked]:
        """Those of persons, by the field's full name; time stamps are left out."""
        return dict(checked_signatures(self.content)) if _MARK_OF_ONE in self.content else {}

    def of(self, field: str) -> Seal:
        """The signature in a field that holds one."""
        checked = self.by_field.get(field)
        return checked.seal if checked else Seal(state=SealState.UNKNOWN)

    @property
    def document(self) -> Seal | None:
        """What they say of the whole document: the one that does not hold, if there is one."""
        seals = [checked.seal for checked in self.by_field.values()]
        return next((seal for seal in seals if seal.state is not SealState.HOLDS), seals[0] if seals else None)


def checked_signatures(content: bytes, trust_roots: Sequence[Any] = ()) -> Iterator[tuple[str, Checked]]:
    """Every signature with its field's name; none for a file that cannot be followed. ``trust_roots``: asn1crypto's."""
    # Half a second to import, and most documents bear no digital signature.
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.fields import enumerate_sig_fields

    try:
        reader = PdfFileReader(BytesIO(content), strict=False)
        if reader.encrypted:
            reader.decrypt("")
        found = [(name, field) for name, value, field in enumerate_sig_fields(reader) if value is not None]
    except MemoryError:
        raise
    except Exception:
        # The library raises whatever a damaged file makes it stumble over.
        return
    for name, field in found[:_MOST_SIGNATURES]:
        if (checked := _checked(reader, name, field, content, trust_roots)) is not None:
            yield name, checked


def _checked(reader: Any, name: str, field: Any, content: bytes, trust_roots: Sequence[Any]) -> Checked | None:
    """One signature; ``None`` for a time stamp, which is nobody's signature."""
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
    from pyhanko_certvalidator import ValidationContext

    try:
        signature = EmbeddedPdfSignature(reader, field, name)
        if signature.sig_object_type == "/DocTimeStamp":
            return None
    except MemoryError:
        raise
    except Exception:
        return Checked(Seal(state=SealState.BROKEN), trusted=False)
    try:
        status = validate_pdf_signature(
            signature, ValidationContext(trust_roots=list(trust_roots), allow_fetching=False)
        )
    except MemoryError:
        raise
    except Exception:
        return Checked(Seal(state=SealState.UNKNOWN), trusted=False)
    state = _state(status)
    if state is SealState.HOLDS and _answers_changed(content, signature.byte_range):
        state = SealState.CHANGED
    moment = signature.self_reported_timestamp
    seal = Seal(
        state=state,
        signer=_common_name(status.signing_cert),
        claimed_at=moment.astimezone(UTC) if moment is not None and moment.tzinfo else None,
    )
    return Checked(seal, bool(status.trusted))


def _state(status: Any) -> SealState:
    from pyhanko.sign.diff_analysis import ModificationLevel
    from pyhanko.sign.validation.status import SignatureCoverageLevel

    if not (status.intact and status.valid):
        return SealState.BROKEN
    allowed = status.modification_level <= ModificationLevel.FORM_FILLING and status.docmdp_ok
    whole = status.coverage >= SignatureCoverageLevel.ENTIRE_REVISION
    return SealState.HOLDS if allowed and whole else SealState.CHANGED


def _answers_changed(content: bytes, byte_range: Sequence[int]) -> bool:
    """Whether a field that was filled at the signing says something else now, which PDF counts as filling in a form.

    A field that was empty then is none: the agent fills in his part after the client has signed.
    """
    signed_until = int(byte_range[2]) + int(byte_range[3])
    if signed_until >= len(content.rstrip()):
        return False
    try:
        then, now = _answers(content[:signed_until]), _answers(content)
    except PYPDF_FAULTS:
        return True
    return any(now.get(name) != said for name, said in then.items() if said)


def _answers(content: bytes) -> dict[str, str]:
    """What every text field, list and box says; empty where nothing is."""
    reader = PdfReader(BytesIO(content))
    if reader.is_encrypted:
        reader.decrypt("")
    return {
        widget.name: widget.value or "on" * widget.on
        for page in reader.pages
        for widget in widgets_of(page)
        if widget.kind != "/Sig"
    }


def _common_name(certificate: Any) -> str | None:
    name = certificate.subject.native.get("common_name")
    return name if isinstance(name, str) else None
