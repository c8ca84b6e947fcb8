"""A carrier's word that no service can read: it says when as people do."""

import json
import uuid

from kafka import KafkaProducer

from infra.stack.run import RunInfo
from schemas.topics import decisions

TOPIC = decisions("quillhaven").name


def malformed_word(run: RunInfo, case: str, when: str, decision: str, **more: str) -> None:
    """One of Quillhaven's on a case; on Kafka when this returns."""
    event = {
        "specversion": "1.0",
        "id": str(uuid.uuid4()),
        "source": "/carriers/quillhaven",
        "type": "goodorder.carriers.decided.v1",
        "subject": case,
        "time": "2026-03-15T12:00:00Z",
        "data": {"case_id": case, "decision": decision, "effective_at": when, **more},
    }
    producer = KafkaProducer(bootstrap_servers=run.kafka)
    producer.send(TOPIC, key=case.encode(), value=json.dumps(event).encode()).get(60)
    producer.close()
