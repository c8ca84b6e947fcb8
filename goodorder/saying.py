"""The events with which something begins: what a person at the terminal says, or somebody outside of the house."""

import uuid
from datetime import datetime
from typing import TypeVar

from schemas.base import Contract
from schemas.envelope import CloudEvent, dataschema_of
from schemas.events import BY_DATA

HERE = "/goodorder/cli"
"""The source of what is said at the terminal."""

Said = TypeVar("Said", bound=Contract)


def said(data: Said, subject: str, now: datetime, source: str = HERE, identity: str | None = None) -> CloudEvent[Said]:
    """What nothing before it caused. ``identity``: where the data already holds the event's id; else a new one."""
    event_type = BY_DATA[type(data)].type
    identity = identity or str(uuid.uuid4())
    return CloudEvent[Said](
        id=identity,
        source=source,
        type=event_type,
        subject=subject,
        time=now,
        dataschema=dataschema_of(event_type),
        correlationid=identity,
        data=data,
    )
