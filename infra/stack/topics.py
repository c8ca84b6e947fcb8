"""Creates the topics of the registry on a broker, and sets right the settings of those that are there."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from kafka.admin import ConfigResource, ConfigResourceType, KafkaAdminClient

from infra.stack.errors import StackError
from schemas.topics import Topic, registry

_ANSWER_MS = 20_000
_AS_THE_BROKERS_SAY = -1
"""``default.replication.factor`` of the cluster: how many copies there are is its owner's choice."""
_SET_ON_TOPIC = "DYNAMIC_TOPIC_CONFIG"
"""Unlike what a topic takes from the broker's own settings."""


def carriers_in(folder: Path) -> tuple[str, ...]:
    """The ids of the carriers: the folders that hold a ``carrier.yaml``."""
    return tuple(sorted(path.parent.name for path in folder.glob("*/carrier.yaml")))


def topics_for(carriers: Path) -> tuple[Topic, ...]:
    return registry(carriers_in(carriers))


def ensure(bootstrap: str, topics: Iterable[Topic], **account: Any) -> tuple[str, ...]:
    """Create what is missing, alter settings that differ; returns what was done, a line each. ``account`` is what
    kafka-python is told where Kafka asks who speaks.

    Raises ``StackError`` when a topic has another number of partitions: that can't be changed without
    breaking the order within a case.
    """
    wanted = {topic.name: topic for topic in topics}
    admin = KafkaAdminClient(bootstrap_servers=bootstrap, request_timeout_ms=_ANSWER_MS, **account)
    try:
        found = {name for name in admin.list_topics() if name in wanted}
        missing = [topic for name, topic in wanted.items() if name not in found]
        _require_partitions(admin, wanted, found)
        altered = _alter(admin, wanted, found)
        if missing:
            admin.create_topics({topic.name: _creation(topic) for topic in missing}, wait_for_metadata=True)
    finally:
        admin.close()
    return (*(f"created {topic.name}" for topic in missing), *altered)


def _creation(topic: Topic) -> dict[str, Any]:
    return {
        "num_partitions": topic.partitions,
        "replication_factor": _AS_THE_BROKERS_SAY,
        "configs": dict(topic.config),
    }


def _require_partitions(admin: Any, wanted: dict[str, Topic], found: set[str]) -> None:
    if not found:
        return
    wrong = [
        f"  {row['name']} has {len(row['partitions'])} partitions, {wanted[row['name']].partitions} are needed"
        for row in admin.describe_topics(sorted(found))
        if len(row["partitions"]) != wanted[row["name"]].partitions
    ]
    if wrong:
        raise StackError(
            "\n".join(("Topics have another number of partitions:", *wrong)) + "\n"
            "Changing it would break the order within a case. If the data may go, run `make reset`."
        )


def _alter(admin: Any, wanted: dict[str, Topic], found: set[str]) -> tuple[str, ...]:
    """Set what differs; a setting that the registry no longer names returns to the broker's default."""
    if not found:
        return ()
    resources = [ConfigResource(ConfigResourceType.TOPIC, name) for name in sorted(found)]
    present = admin.describe_configs(resources, config_filter="modified")
    changes: dict[str, dict[str, Any]] = {}
    for name, settings in present["topic"].items():
        now = {key: entry["value"] for key, entry in settings.items() if entry["config_source"] == _SET_ON_TOPIC}
        change: dict[str, Any] = {
            key: ("SET", value) for key, value in wanted[name].config.items() if now.get(key) != value
        }
        change |= {key: ("DELETE", None) for key in now if key not in wanted[name].config}
        if change:
            changes[name] = change
    if changes:
        admin.alter_configs(
            [ConfigResource(ConfigResourceType.TOPIC, name, change) for name, change in changes.items()]
        )
    return tuple(f"altered {name}: {', '.join(sorted(change))}" for name, change in changes.items())
