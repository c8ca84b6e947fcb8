"""The page ``docs/events.md``: every event with its topic, key, sender and readers, and the rules of change."""

from collections.abc import Callable
from datetime import timedelta

from schemas.base import Contract
from schemas.events import EVENT_TYPES, EventType
from schemas.parties import OUTSIDE, PARTIES, receives, sends
from schemas.publish.json_schema import description_of
from schemas.topics import SERVICES, Topic, kinds

_HEAD = """\
# Events

<!-- Written by `python -m schemas.publish` from the contracts in `schemas/`: change them, not this page. -->

Every event is a [CloudEvent 1.0](https://cloudevents.io) in structured mode: one JSON object with the envelope's
attributes, and the event's own content under `data`. The record's header `content-type` is
`application/cloudevents+json`; the headers `ce_id`, `ce_type` and `traceparent` only repeat what is inside, so a
reader looks at the value alone. (`from_kafka` of the Python package `cloudevents` takes any `ce_` header for binary
mode: use its `from_structured`.)

The whole in one machine-readable file: [asyncapi.yaml](../schemas/asyncapi.yaml) (AsyncAPI 3.0). To publish a
carrier's decision from any language, read [Publish a decision](publish-a-decision.md).

"""

_READING = """\
## What a reader may rely on

- `source` and `id` together are the event's identity. Delivery is at least once: remember them and skip what you have.
- The record's key is the case id from the moment there is a case, so the events of one case come in order.
- `correlationid` is the same for everything that one upload or decision set in motion; `causationid` is the `id` of
  the event that led to this one.
- A value that is not known is left out. Amounts are decimal strings in US dollars (`"500000"`), times are RFC 3339
  in UTC (`2026-03-02T14:30:05Z`), days are ISO dates (`1984-05-17`).
- Inside a version, optional fields and further codes may be added, and nothing else: ignore fields that you do not
  know, and treat a code that you do not know as "something else". A breaking change is a new type (`.v2`) that is
  published beside the old one. `schemas/released/` holds every released schema, and a check compares.
"""


def events_page() -> str:
    parts = [_HEAD, _events(), _topics(), _parties(), _READING]
    return "\n".join(parts)


def _events() -> str:
    lines = ["## Every event", "", "| Event | What it says | Topic | Sent by | Read by |", "|---|---|---|---|---|"]
    lines += [_row(event_type) for event_type in EVENT_TYPES]
    return "\n".join([*lines, ""])


def _row(event_type: EventType) -> str:
    link = f"[`{event_type.type}`](../schemas/json/{event_type.type}.json)"
    says = description_of(event_type.data)
    sent, read = _who(sends, event_type.data), _who(receives, event_type.data)
    return f"| {link} | {says} | `{event_type.topic}` | {sent} | {read} |"


def _who(does: Callable[[str], tuple[type[Contract], ...]], data: type[Contract]) -> str:
    parties = [party for party in PARTIES if data in does(party)]
    if set(SERVICES) <= set(parties):
        parties = ["every service", *(party for party in parties if party not in SERVICES)]
    return ", ".join(parties)


def _topics() -> str:
    lines = ["## Every topic", "", "| Topic | Key | Partitions | Kept |", "|---|---|---|---|"]
    lines += [f"| `{name}` | {topic.key} | {topic.partitions} | {_kept(topic)} |" for name, topic in kinds().items()]
    return "\n".join([*lines, ""])


def _kept(topic: Topic) -> str:
    if topic.config.get("cleanup.policy") == "compact":
        return f"the latest of each key for ever, every one for {_days(topic.config['min.compaction.lag.ms'])}"
    return _days(topic.config["retention.ms"])


def _days(milliseconds: str) -> str:
    return f"{timedelta(milliseconds=int(milliseconds)).days} days"


def _parties() -> str:
    lines = ["## The parties outside", ""]
    lines += [f"- **{party}**: {words}" for party, words in OUTSIDE.items()]
    return "\n".join([*lines, ""])
