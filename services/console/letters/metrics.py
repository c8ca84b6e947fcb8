"""The metrics of the desk of dead letters, by name."""

from prometheus_client import Gauge

OPEN = Gauge("goodorder_dead_letters_open", "Dead letters that wait for a person", ["service", "cause"])
OLDEST = Gauge(
    "goodorder_dead_letters_oldest_age_seconds", "Since when the oldest open one fails", ["service", "cause"]
)
BEHIND = Gauge("goodorder_dead_letters_index_behind", "Records of dead letters that the index does not have yet")
