"""Whether a value that a person corrected may take the place of the one that failed."""

import json
import re
from typing import Any

from pydantic import ValidationError

from schemas.envelope import CloudEvent
from schemas.events import BY_TYPE, EventType
from schemas.parties import receives
from schemas.private import changed, plan_of
from schemas.topics import Topic, kinds
from services.chassis.private.events import as_masked
from services.chassis.private.sealing import is_sealed
from services.console.letters.desk import Refused
from services.console.letters.evidence import Failure
from services.console.letters.masking import Change, changes

LARGEST = 400_000
"""Characters: a command carries the value inside a record of its own."""

_KEPT = ("id", "source", "type")


def to_edit(failure: Failure) -> str:
    """The value that failed, as a person edits it: indented where it is JSON; it is not masked."""
    text = (failure.record.value or b"").decode("utf-8", "replace")
    try:
        return json.dumps(json.loads(text), ensure_ascii=False, indent=2) + "\n"
    except (ValueError, RecursionError):
        return text


def check(failure: Failure, corrected: str) -> tuple[str, tuple[Change, ...]]:
    """The value to send and what it changes, masked. Raises :class:`Refused`, naming every place to put right.

    The event keeps its identity, so that it is known again should its sender publish it, corrected, once more. On a
    topic whose order counts it stays with its case, since the record's key does.
    """
    if len(corrected) > LARGEST:
        raise Refused(f"The value has {len(corrected):,} characters.", f"At most {LARGEST:,} can be sent.")
    event = _parsed(corrected)
    kind, topic = _kind(failure, event)
    problems = [*_broken(kind, event), *_unkept(failure, event, topic), *_laid_open(failure, kind, event)]
    if problems:
        raise Refused("The corrected value cannot be taken:\n" + "\n".join(f"  {each}" for each in problems))
    value = json.dumps(event, ensure_ascii=False, separators=(",", ":"))
    told = changes(failure.record.value, value.encode())
    if not told:
        raise Refused("Nothing is changed.", "To try the same value again: goodorder dead-letters replay")
    return value, told


def _parsed(corrected: str) -> dict[str, Any]:
    try:
        event = json.loads(corrected)
    except (ValueError, RecursionError) as error:
        place = f" in line {error.lineno}, column {error.colno}" if isinstance(error, json.JSONDecodeError) else ""
        raise Refused(f"The corrected value is no JSON{place}.") from None
    if not isinstance(event, dict):
        raise Refused("The corrected value is no event.", "It begins with { and holds id, source, type and data.")
    return event


def _kind(failure: Failure, event: dict[str, Any]) -> tuple[EventType, Topic]:
    """The event's type and the kind of topic it came on: both must be the failed service's business."""
    kind = BY_TYPE.get(str(event.get("type")))
    if kind is None or kind.data not in receives(failure.service):
        raise Refused(f"{failure.service} takes no events of that type.", "docs/events.md names those it takes.")
    if not _is_of(kind.topic, failure.original_topic or ""):
        raise Refused(
            f"{kind.type} travels on {kind.topic}, and this record came on {failure.original_topic}.",
            "Discard it, and have its sender publish it where it belongs.",
        )
    return kind, kinds()[kind.topic]


def _is_of(kind: str, topic: str) -> bool:
    pattern = re.sub(r"\\\{[a-z]+\\\}", "[a-z0-9-]+", re.escape(kind))
    return re.fullmatch(pattern, topic) is not None


def _broken(kind: EventType, event: dict[str, Any]) -> list[str]:
    """Where it breaks the schema of its type."""
    try:
        # What is sealed in it cannot be looked at here; the service that opens it does.
        shown = as_masked(json.dumps(event).encode(), kind.data)
        CloudEvent[kind.data].model_validate_json(shown)  # type: ignore[name-defined]
    except ValidationError as error:
        return [
            f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}"
            for fault in error.errors(include_url=False, include_context=False, include_input=False)
        ]
    return []


def _laid_open(failure: Failure, kind: EventType, event: dict[str, Any]) -> list[str]:
    """Private values that a person typed: they would travel and rest open. What came open from outside may stay."""
    before = _private_of(kind, _event_in(failure))
    return [
        f"data.{path}: a private value cannot be typed here; leave what is sealed as it is, or take the field out"
        for path, value in _private_of(kind, event).items()
        if not is_sealed(value) and before.get(path) != value
    ]


def _private_of(kind: EventType, event: dict[str, Any]) -> dict[str, Any]:
    """What stands at each private place of an event's data."""
    found: dict[str, Any] = {}

    def note(value: Any, path: str) -> Any:
        found[path] = value
        return value

    changed(plan_of(kind.data), event.get("data"), note)
    return found


def _event_in(failure: Failure) -> dict[str, Any]:
    """The event that failed; empty where its bytes were none."""
    try:
        before = json.loads(failure.record.value or b"")
    except (ValueError, RecursionError):
        return {}
    return before if isinstance(before, dict) else {}


def _unkept(failure: Failure, event: dict[str, Any], topic: Topic) -> list[str]:
    """What must stay as it was, and did not."""
    known = _event_in(failure)
    others = [name for name in _KEPT if known.get(name) and known[name] != event.get(name)]
    problems = [f"{name}: must stay as it was, so that the event is known again" for name in others]
    key = (failure.record.key or b"").decode("utf-8", "replace")
    if topic.ordered and event.get("subject") != key:
        problems.append(f"subject: must stay {key}, the record's key: events of a case keep their order")
    return problems
