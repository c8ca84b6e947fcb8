"""Upload notifications: whatever envelope they come in, a hint which object to look at, never the truth about it."""

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_plus


class NotANotification(Exception):
    """The message is none of the shapes that tell of uploads; the text says which part is odd."""


@dataclass(frozen=True)
class UploadHint:
    """An object that may have been uploaded."""

    bucket: str
    key: str
    version_id: str | None


def parse(body: str) -> tuple[UploadHint, ...]:
    """The uploads that a queue message tells of; empty for test events and for anything but creations.

    Understood: S3 records 2.x (``{"Records": [...]}`` or a bare list), ``s3:TestEvent``, EventBridge's envelope,
    CloudEvents about an object, Google Cloud Storage's object, and any of them inside an SNS envelope.
    Raises :class:`NotANotification`.
    """
    try:
        message = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise NotANotification("not JSON") from error
    return tuple(_hints(message))


def _hints(message: Any) -> list[UploadHint]:
    match message:
        case {"Type": "Notification", "Message": str(inner)}:
            return list(parse(inner))
        case {"Event": "s3:TestEvent"}:
            return []
        case {
            "detail-type": str(kind),
            "detail": {"bucket": {"name": str(bucket)}, "object": {"key": str(key)} as obj},
        }:
            # EventBridge gives the key as it is, not form-encoded.
            return [UploadHint(bucket, key, obj.get("version-id"))] if kind == "Object Created" else []
        case {"specversion": str(), "type": str(kind), "data": {"bucket": str(bucket)} as data} if _is_object(data):
            made = kind.endswith((".created", ".finalized"))
            return [UploadHint(bucket, data.get("object") or data["name"], None)] if made else []
        case {"kind": "storage#object", "bucket": str(bucket), "name": str(key)}:
            return [UploadHint(bucket, key, None)]
        case {"Records": list(records)}:
            return [hint for record in records for hint in _of_record(record)]
        case list(records):
            return [hint for record in records for hint in _of_record(record)]
    raise NotANotification("no S3 records, no EventBridge detail, no CloudEvent of an object, no test event")


def _is_object(data: dict[str, Any]) -> bool:
    """Whether a CloudEvent's data names an object, as S3's adapters or as Google's storage do."""
    return isinstance(data.get("object") or data.get("name"), str)


def _of_record(record: Any) -> list[UploadHint]:
    match record:
        case {"eventName": str(name), "s3": {"bucket": {"name": str(bucket)}, "object": {"key": str(key)} as obj}}:
            # Some stores prefix the event's name with "s3:".
            created = name.removeprefix("s3:").startswith("ObjectCreated:")
            return [UploadHint(bucket, unquote_plus(key), obj.get("versionId"))] if created else []
    raise NotANotification("a record without an event name, bucket or key")
