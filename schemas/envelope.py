"""The envelope of every event: CloudEvents 1.0 in structured mode, as JSON."""

from typing import Generic, TypeVar

from pydantic import Field

from schemas.base import Contract, UtcDatetime
from schemas.events import BY_DATA
from schemas.ids import derived_id

Data = TypeVar("Data", bound=Contract)

CONTENT_TYPE = "application/cloudevents+json"


class CloudEvent(Contract, Generic[Data]):
    """One event; ``source`` and ``id`` together are its identity."""

    specversion: str = Field(default="1.0", pattern=r"^1\.0$")
    id: str = Field(min_length=1)
    source: str = Field(min_length=1)
    """Who says it: ``/goodorder/intake``, ``/carriers/aldermoor``."""
    type: str = Field(min_length=1)
    subject: str | None = None
    """The case id, or the document id before there is a case; the agent code for a producer's record."""
    time: UtcDatetime
    datacontenttype: str = "application/json"
    dataschema: str | None = None
    correlationid: str | None = None
    """The same for everything that one upload or decision set in motion."""
    causationid: str | None = None
    """The id of the event that led to this one."""
    traceparent: str | None = None
    """W3C Trace Context."""
    sealedfor: str | None = None
    """The outside party that the private values are sealed for, e.g. ``carriers/aldermoor``; absent = for the house."""
    sealedkey: str | None = None
    """With ``sealedfor``: the key that opens them, wrapped by that party's public key (RSA-OAEP, SHA-256), base64."""
    data: Data


class Cause(Contract):
    """What an event leads back to; all that is needed to derive the ids of what follows from it."""

    source: str
    id: str
    correlationid: str
    traceparent: str | None = None


def cause_of(event: CloudEvent[Data]) -> Cause:
    """What follows from an event refers back to it."""
    return Cause(
        source=event.source,
        id=event.id,
        correlationid=event.correlationid or event.id,
        traceparent=event.traceparent,
    )


def dataschema_of(event_type: str) -> str:
    """The committed JSON Schema's own ``$id``."""
    return f"urn:goodorder:schema:{event_type}"


def caused_id(cause: Cause, data: type[Contract], index: int = 0) -> str:
    """The id of the event with this data that follows from a cause, whoever publishes it; ``index``: in its turn."""
    return derived_id(f"{cause.source}|{cause.id}", BY_DATA[data].type, index)


def caused_event(
    service: str, data: Data, subject: str, time: UtcDatetime, cause: Cause, index: int
) -> CloudEvent[Data]:
    """An event that ``service`` publishes because of ``cause``; the same cause and index give the same id."""
    event_type = BY_DATA[type(data)].type
    return CloudEvent[Data](
        id=caused_id(cause, type(data), index),
        source=f"/goodorder/{service}",
        type=event_type,
        subject=subject,
        time=time,
        dataschema=dataschema_of(event_type),
        correlationid=cause.correlationid,
        causationid=cause.id,
        traceparent=cause.traceparent,
        data=data,
    )
