"""Shows an event without anything personal: every value is masked but a few that are codes by name and by shape.

A name alone is not trusted: what ended in the dead letters may hold anything anywhere.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from schemas import codes, events

MASKED = "•••"

_UUID = r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
_CASE = r"GO(-[0-9A-HJKMNP-TV-Z]{4}){3}"
_SHA256 = r"[0-9a-f]{64}"
_TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)"
_WORDS = frozenset(
    str(member)
    for listed in (
        codes.CarrierDecisionKind,
        codes.CaseState,
        codes.DeliveryOutcome,
        codes.FormKind,
        codes.ReasonCode,
        codes.RefusalCause,
        codes.RequirementKind,
        codes.RequirementStatus,
        codes.ResolutionOutcome,
        codes.Severity,
        codes.VendorStatus,
        codes.Verdict,
    )
    for member in listed
)

Test = Callable[[Any], bool]


def _like(pattern: str) -> Test:
    whole = re.compile(pattern)
    return lambda value: isinstance(value, str) and whole.fullmatch(value) is not None


def _is_word_of_ours(value: Any) -> bool:
    return value in _WORDS if isinstance(value, str) else False


def _is_small_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10_000


_IDENTITY = _like(f"{_UUID}|{_CASE}|{_SHA256}")

_ENVELOPE: Mapping[str, Test] = {
    "specversion": _like(r"\d\.\d"),
    "id": _IDENTITY,
    "source": _like(r"/(goodorder|carriers|vendors)(/[a-z-]{1,40}){0,2}"),
    "type": lambda value: value in events.BY_TYPE if isinstance(value, str) else False,
    "subject": _IDENTITY,
    "time": _like(_TIME),
    "datacontenttype": _like("application/json"),
    "dataschema": _like(r"urn:goodorder:schema:[a-z0-9.-]{1,80}"),
    "correlationid": _IDENTITY,
    "causationid": _IDENTITY,
    "traceparent": _like(r"[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}"),
}

_DATA: Mapping[str, Test] = {
    **dict.fromkeys(
        ("case_id", "document_id", "requirement_id", "submission_id", "notification_id", "dead_letter_id"), _IDENTITY
    ),
    **dict.fromkeys(
        ("from_state", "to_state", "decision", "status", "carrier_status", "verdict", "cause", "severity", "reason",
         "kind", "outcome"),
        _is_word_of_ours,
    ),
    **dict.fromkeys(("version", "application_version", "revision", "rule_version", "page", "outstanding"),
                    _is_small_count),
    **dict.fromkeys(
        ("effective_at", "uploaded_at", "reading_started_at", "read_at", "decided_at", "changed_at", "ordered_at",
         "occurred_at", "submitted_at", "resolved_at"),
        _like(_TIME),
    ),
    "rule": _like(r"V-\d{2,3}"),
    "form_id": _like(r"[a-z]{2,6}(-[a-z0-9]{1,6}){1,6}"),
    "carrier": _like(r"[a-z][a-z-]{1,30}"),
}  # fmt: skip

_CLOSED = frozenset({"application", "party", "evidence"})
"""Below these nothing is shown, not even what looks like a code."""


def masked_payload(value: bytes | None) -> str:
    """A record's value as indented JSON with the personal parts masked, or what can be said of it instead."""
    event = _event(value)
    if isinstance(event, str):
        return event
    shown = {
        _safe_name(name): _masked(part, _DATA)
        if name == "data" and isinstance(part, dict)
        else _leaf(part, _ENVELOPE.get(name))
        for name, part in event.items()
    }
    return json.dumps(shown, ensure_ascii=False, indent=2)


@dataclass(frozen=True)
class Change:
    """One place where two values of a record differ."""

    path: str
    """``data.effective_at``; ``(value)`` where one of them is no event."""
    before: str | None
    """What may be shown of it; ``None`` where it was not there."""
    after: str | None


def changes(before: bytes | None, after: bytes | None) -> tuple[Change, ...]:
    """Where two values of a record differ, in the order of the later one; both sides masked."""
    old, new = _event(before), _event(after)
    if isinstance(old, str) or isinstance(new, str):
        return () if before == after else (Change("(value)", _in_short(old), _in_short(new)),)
    was, is_now = dict(_leaves(old)), dict(_leaves(new))
    paths = [*is_now, *(path for path in was if path not in is_now)]
    return tuple(
        Change(path, _shown(was.get(path)), _shown(is_now.get(path)))
        for path in paths
        if (path in was) != (path in is_now) or was[path].raw != is_now[path].raw
    )


@dataclass(frozen=True)
class _Value:
    raw: Any
    shown: Any


def _event(value: bytes | None) -> dict[str, Any] | str:
    """The record's value as an object, or what can be said of it instead."""
    if value is None:
        return "(no value: a tombstone)"
    try:
        event = json.loads(value)
    except (ValueError, RecursionError):
        return f"({len(value):,} bytes that are not JSON)"
    return event if isinstance(event, dict) else f"({len(value):,} bytes of JSON that are not an event)"


def _in_short(event: dict[str, Any] | str) -> str:
    return event if isinstance(event, str) else "(an event)"


def _shown(value: _Value | None) -> str | None:
    return None if value is None else str(value.shown)


def _leaves(event: dict[str, Any]) -> Iterator[tuple[str, _Value]]:
    for name, part in event.items():
        if name == "data" and isinstance(part, dict):
            yield from _leaves_below(part, "data", is_closed=False)
        else:
            yield _safe_name(name), _Value(part, _leaf(part, _ENVELOPE.get(name)))


def _leaves_below(part: Any, path: str, is_closed: bool, test: Test | None = None) -> Iterator[tuple[str, _Value]]:
    if isinstance(part, dict):
        for name, inner in part.items():
            below = is_closed or name in _CLOSED
            yield from _leaves_below(inner, f"{path}.{_safe_name(name)}", below, None if below else _DATA.get(name))
    elif isinstance(part, list):
        for number, inner in enumerate(part, 1):
            yield from _leaves_below(inner, f"{path}[{number}]", is_closed)
    else:
        yield path, _Value(part, MASKED if is_closed else _leaf(part, test))


def masked_header(name: str, value: bytes) -> str:
    """A header that came with the original record: codes by shape only."""
    text = value.decode("utf-8", "replace")
    test = _ENVELOPE.get(name.removeprefix("ce_").removeprefix("ce-"))
    known = name == "content-type" and re.fullmatch(r"application/[a-z+]{1,30}", text)
    return text if known or (test is not None and test(text)) else MASKED


def masked_key(key: bytes | None) -> str:
    if key is None:
        return "(none)"
    text = key.decode("utf-8", "replace")
    return text if _IDENTITY(text) else MASKED


def _masked(part: Any, allowed: Mapping[str, Test]) -> Any:
    if isinstance(part, dict):
        return {
            _safe_name(name): _leaves_masked(inner)
            if name in _CLOSED
            else _masked(inner, allowed)
            if isinstance(inner, dict | list)
            else _leaf(inner, allowed.get(name))
            for name, inner in part.items()
        }
    return [_masked(inner, allowed) if isinstance(inner, dict | list) else _leaf(inner, None) for inner in part]


def _leaves_masked(part: Any) -> Any:
    """The outline of what is closed: how many values there are, and none of them."""
    return f"({_leaf_count(part)} values masked)" if isinstance(part, dict | list) else _leaf(part, None)


def _leaf_count(part: Any) -> int:
    if isinstance(part, dict):
        return sum(map(_leaf_count, part.values()))
    return sum(map(_leaf_count, part)) if isinstance(part, list) else 1


def _leaf(value: Any, test: Test | None) -> Any:
    if value is None or value == "" or (test is not None and not isinstance(value, dict | list) and test(value)):
        return value
    return MASKED


def _safe_name(name: str) -> str:
    """A sender's mistake can put a value where a name belongs."""
    return name if re.fullmatch(r"[a-z][a-z_]{0,40}", name) else MASKED
