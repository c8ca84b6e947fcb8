"""The frozen pydantic base that every contract model stands on, and the values they all share."""

from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, PlainSerializer


class Contract(BaseModel):
    """A frozen value; unknown fields are ignored, so that a newer producer never breaks an older consumer."""

    model_config = ConfigDict(frozen=True, extra="ignore", use_attribute_docstrings=True)


UtcDatetime = Annotated[
    AwareDatetime,
    PlainSerializer(lambda moment: moment.isoformat().replace("+00:00", "Z"), return_type=str, when_used="json"),
]
"""An aware point in time, written as RFC 3339 (``2026-03-01T12:00:00Z``)."""

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
"""A document's identity: the SHA-256 of its bytes, in hex."""

CaseId = Annotated[str, Field(pattern=r"^GO(-[0-9A-HJKMNP-TV-Z]{4}){3}$")]
"""A case's identity, e.g. ``GO-7K3M-9QXT-2B4F`` (Crockford base32: no I, L, O, U)."""


class StoredObject(Contract):
    """Where bytes are kept; no document travels through Kafka."""

    bucket: str
    key: str
    version_id: str | None = None
