"""MiniStack as the stack runs it: the bytes of objects lie on the disk, and nowhere else.

By itself it drops an object's bytes from memory once they are written, but keeps those of every version of it for as
long as it runs: 0.3 MB a packet here. It reads a version from the disk when it has no bytes of it, as after a restart,
so they need not be kept.
"""

from typing import Any


def serve() -> None:
    """Serve until told to end; settings come from the environment (:func:`infra.stack.objects.environment`)."""
    from ministack import app
    from ministack.services import s3

    entry_of = s3._version_entry_from_record

    def entry_without_bytes(record: dict[str, Any], version_id: str, data: bytes | None) -> Any:
        return entry_of(record, version_id, None)

    s3._version_entry_from_record = entry_without_bytes
    app.main()


if __name__ == "__main__":
    serve()
