"""Logs: one JSON object a line with service, case and event ids, and nothing personal."""

import json
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

from services.chassis.errors import describe, stack_of

_event: ContextVar[dict[str, str]] = ContextVar("_event", default={})  # noqa: B039 - never mutated

_QUIET = (
    "faust",
    "mode",
    "aiokafka",
    "kafka",
    "asyncio",
    "botocore",
    "boto3",
    "s3transfer",
    "urllib3",
    "alembic",
    "aiohttp",
)


@contextmanager
def about(**ids: str | None) -> Iterator[None]:
    """Every log line inside names these ids (``case_id``, ``event_id``, ...)."""
    token = _event.set({**_event.get(), **{name: value for name, value in ids.items() if value}})
    try:
        yield
    finally:
        _event.reset(token)


def _message(record: logging.LogRecord) -> str:
    """The message without what an exception in it says; libraries like to print whole ones."""
    if isinstance(record.msg, BaseException):
        return describe(record.msg)
    if isinstance(record.args, tuple):
        safe = tuple(describe(part) if isinstance(part, BaseException) else part for part in record.args)
        message = str(record.msg) % safe if safe else str(record.msg)
    else:
        message = record.getMessage()
    # asyncio adds the repr of the failed task and of its exception, a line each.
    return message.split("\n", 1)[0] if record.name == "asyncio" else message


class _Formatter(logging.Formatter):
    def __init__(self, service: str, worker: str) -> None:
        super().__init__()
        self._fixed = {"service": service, "worker": worker}

    def fields(self, record: logging.LogRecord) -> dict[str, str]:
        moment = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        fields = {
            "time": moment,
            "level": record.levelname.lower(),
            **self._fixed,
            "message": _message(record),
        }
        fields |= _event.get()
        if record.exc_info and record.exc_info[1] is not None:
            fields |= {"error": describe(record.exc_info[1]), "stack": stack_of(record.exc_info[1])}
        return fields


class JsonFormatter(_Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return json.dumps(self.fields(record), ensure_ascii=False)


class TextFormatter(_Formatter):
    def format(self, record: logging.LogRecord) -> str:
        fields = self.fields(record)
        rest = " ".join(f"{k}={v}" for k, v in fields.items() if k in ("case_id", "document_id", "event_id", "error"))
        return f"{fields['time'][11:23]} {fields['level']:<7} {fields['message']} {rest}".rstrip()


def set_up(service: str, worker: str, level: str, style: str) -> None:
    """Log to standard output; other libraries only from warnings up."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter((JsonFormatter if style == "json" else TextFormatter)(service, worker))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
