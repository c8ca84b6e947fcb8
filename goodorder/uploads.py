"""Compares the drop bucket with intake's records: what was uploaded, and what became of each upload."""

from goodorder.dropping import DropBucket
from goodorder.house import House
from goodorder.records import Records
from services.console.operations.uploads import Found, Stage, is_elsewhere, stage_of
from services.intake.drop import Upload
from services.intake.store import Standing, standings_of

_AT_ONCE = 500


def uploads_found(house: House, most: int) -> tuple[Found, ...]:
    """What lies in the drop bucket, the newest first; at most so many objects are listed."""
    known: dict[str, Standing] = {}
    with Records(house.settings).of("intake") as db:
        listed = DropBucket(house).listed(most)
        for start in range(0, len(listed), _AT_ONCE):
            keys = [upload.key for upload in listed[start : start + _AT_ONCE]]
            # Of an object that was overwritten, its latest version counts.
            known |= {each.key: each for each in standings_of(db, keys)}
    found = [_found(upload, known.get(upload.key)) for upload in listed]
    return tuple(sorted(found, key=lambda each: each.uploaded_at, reverse=True))


def _found(upload: Upload, known: Standing | None) -> Found:
    if is_elsewhere(upload.key):
        return Found(upload.key, upload.size, upload.uploaded_at, Stage.ELSEWHERE)
    if known is None:
        return Found(upload.key, upload.size, upload.uploaded_at, Stage.NOT_TAKEN)
    stage = stage_of(known.status)
    return Found(
        upload.key,
        upload.size,
        upload.uploaded_at,
        stage,
        upload.version_id,
        known.document_id,
        known.case_id,
        known.message if stage is Stage.REFUSED else None,
    )
