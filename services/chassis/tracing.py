"""W3C Trace Context carried from event to event, so that one upload is one trace."""

import hashlib


def child_of(parent: str | None, event_id: str) -> str:
    """A ``traceparent`` in the parent's trace, or in a new one; the span id is derived from the event id."""
    digest = hashlib.sha256(event_id.encode()).hexdigest()
    parts = (parent or "").split("-")
    trace = parts[1] if len(parts) == 4 and len(parts[1]) == 32 else digest[:32]
    return f"00-{trace}-{digest[32:48]}-01"
