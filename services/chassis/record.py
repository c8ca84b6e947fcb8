"""A record as it lies on a topic: bytes, headers and coordinates, independent of any Kafka client."""

from dataclasses import dataclass

Headers = tuple[tuple[str, bytes], ...]


@dataclass(frozen=True)
class Record:
    topic: str
    partition: int
    offset: int
    timestamp_ms: int
    key: bytes | None
    value: bytes | None
    headers: Headers = ()

    @property
    def coordinates(self) -> str:
        return f"{self.topic}[{self.partition}]@{self.offset}"

    @property
    def lane(self) -> str:
        """Topic and key: what must keep its order."""
        return lane_of(self.topic, self.key)


def lane_of(topic: str, key: bytes | None) -> str:
    """The name under which the order of a topic's key is kept."""
    return f"{topic}|{key.hex() if key is not None else '-'}"
