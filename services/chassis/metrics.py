"""The metrics of every service, by name, in one place."""

from prometheus_client import Counter, Gauge, Histogram

EVENTS = Counter("goodorder_events_total", "Events dealt with", ["service", "topic", "outcome"])
"""Outcome: done, duplicate, ignored, parked, dead_letter, forgotten, left (to the service whose dead letter it is)."""
RETRIES = Counter("goodorder_retries_total", "Attempts that failed and were tried again", ["service", "reason"])
HANDLING = Histogram(
    "goodorder_handling_seconds",
    "From a record's arrival to its last published event",
    ["service", "topic"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300),
)
DEAD_LETTERS = Counter("goodorder_dead_letters_total", "Records that left their stream", ["service", "cause"])
PUBLISHED = Counter("goodorder_published_total", "Events published", ["service", "topic"])
OUTBOX_OLDEST = Gauge("goodorder_outbox_oldest_seconds", "Age of the oldest unpublished event", ["service"])
WAITING = Gauge("goodorder_waiting", "1 while a dependency is down and work waits for it", ["service", "dependency"])
STOPPED = Gauge("goodorder_consumer_stopped", "1 after a flood of failures stopped the consumer", ["service"])
PARKED = Gauge("goodorder_parked", "Events that wait behind a dead letter of their case", ["service"])
PARKED_CASES = Gauge("goodorder_parked_cases", "Of how many cases events wait behind a dead letter", ["service"])
LAST_PROGRESS = Gauge("goodorder_last_progress_timestamp_seconds", "When the last event was finished", ["service"])
