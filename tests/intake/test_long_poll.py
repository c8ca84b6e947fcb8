"""Waiting for notifications: a worker that is asked to end does not sit out the wait."""

import asyncio
import threading
from typing import Any

import pytest

from services.chassis.errors import Transient
from services.intake.bucket import Buckets
from services.intake.settings import IntakeSettings


class Queue:
    """SQS that answers when it is let."""

    def __init__(self) -> None:
        self.asked, self.answers = threading.Event(), threading.Event()
        self.fault: Exception | None = None

    def get_queue_url(self, **_: Any) -> dict[str, str]:
        return {"QueueUrl": "a queue"}

    def receive_message(self, **_: Any) -> dict[str, Any]:
        self.asked.set()
        self.answers.wait(60)
        if self.fault:
            raise self.fault
        return {"Messages": [{"Body": "told"}]}


@pytest.fixture
def buckets(monkeypatch: pytest.MonkeyPatch) -> Buckets:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    made = Buckets(IntakeSettings())
    made._sqs = Queue()  # type: ignore[assignment]
    return made


async def test_what_the_queue_tells_and_its_faults_arrive(buckets: Buckets) -> None:
    queue: Any = buckets._sqs
    queue.answers.set()
    assert await buckets.messages() == [{"Body": "told"}]
    queue.fault = OSError("gone")
    with pytest.raises(Transient, match="SQS does not answer as it should"):
        await buckets.messages()


async def test_the_wait_is_left_at_once_and_its_thread_keeps_no_process_alive(buckets: Buckets) -> None:
    queue: Any = buckets._sqs
    waiting = asyncio.create_task(buckets.messages())
    assert await asyncio.to_thread(queue.asked.wait, 60)
    (thread,) = (each for each in threading.enumerate() if each.name == "long poll")
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert thread.is_alive()
    assert thread.daemon
    queue.answers.set()
