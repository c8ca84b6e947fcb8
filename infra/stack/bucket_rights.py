"""Who may do what with the buckets and the queue: one table, and the IAM policies drawn from it.

``python -m infra.stack.bucket_rights`` writes them to ``infra/aws/policies`` for an account of Amazon's; the local
stack with its locks on is held to the same ones. A service that is not named here gets no credentials at all.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from infra.stack.run import ARCHIVE_BUCKET, DROP_BUCKET, DROP_PREFIX, DROP_QUEUE, KEYS_BUCKET, ROOT
from schemas.parties import OPERATIONS

POLICIES = ROOT / "infra" / "aws" / "policies"

_DOCUMENTS = "documents/"
"""Where the archive keeps documents, and pictures of their pages."""


@dataclass(frozen=True)
class Right:
    """Actions on the objects below a prefix of a bucket, and on the list of their names."""

    why: str
    bucket: str
    prefix: str
    objects: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()
    is_told_of_absence: bool = False
    """S3 says that an object is not there only to those who may list the whole bucket; to others, that they may not
    ask."""


_KEYS = "keys/"


def _keys(*actions: str) -> Right:
    """Of who handles private values: a case's key, made where there is none; a missing one has to be told."""
    return Right("HoldsKeys", KEYS_BUCKET, _KEYS, ("s3:GetObject", "s3:PutObject", *actions), (), True)


_READ = ("s3:GetObject", "s3:GetObjectVersion")
_FORGET = ("s3:DeleteObjectVersion",)
_NAMES = ("s3:ListBucket", "s3:ListBucketVersions")

BUCKETS: Mapping[str, tuple[Right, ...]] = {
    "intake": (
        Right("ReadsUploads", DROP_BUCKET, DROP_PREFIX, (*_READ, *_FORGET), ("s3:ListBucketVersions",), True),
        Right(
            "KeepsDocuments",
            ARCHIVE_BUCKET,
            _DOCUMENTS,
            ("s3:GetObject", "s3:PutObject", *_FORGET),
            ("s3:ListBucketVersions",),
            True,
        ),
        _keys(*_FORGET),
        Right("ForgetsKeys", KEYS_BUCKET, _KEYS, (), ("s3:ListBucketVersions",)),
    ),
    "validation": (_keys(),),
    "requirements": (_keys(),),
    "cases": (_keys(),),
    "console": (
        _keys(),
        Right("ShowsDocuments", ARCHIVE_BUCKET, _DOCUMENTS, ("s3:GetObject",)),
        Right("SignsUploadLinks", DROP_BUCKET, DROP_PREFIX, ("s3:PutObject",)),
        Right("ComparesUploads", DROP_BUCKET, DROP_PREFIX, (), ("s3:ListBucketVersions",)),
    ),
    OPERATIONS: (
        _keys(),
        Right("UploadsAndCompares", DROP_BUCKET, DROP_PREFIX, ("s3:PutObject", *_READ), _NAMES),
        Right("ComparesDocuments", ARCHIVE_BUCKET, _DOCUMENTS, _READ, _NAMES),
    ),
}

QUEUES: Mapping[str, tuple[str, ...]] = {
    "intake": (
        "sqs:GetQueueUrl",
        "sqs:ReceiveMessage",
        "sqs:DeleteMessage",
        "sqs:ChangeMessageVisibility",
    ),
}


def policy(account: str) -> dict[str, object]:
    """The IAM policy of an account."""
    statements = [*_of_buckets(BUCKETS.get(account, ()))]
    if actions := QUEUES.get(account):
        queue = f"arn:aws:sqs:*:*:{DROP_QUEUE}"
        statements.append({"Sid": "HearsOfUploads", "Effect": "Allow", "Action": list(actions), "Resource": queue})
    return {"Version": "2012-10-17", "Statement": statements}


def _of_buckets(rights: Iterable[Right]) -> Iterator[dict[str, object]]:
    for right in rights:
        bucket = f"arn:aws:s3:::{right.bucket}"
        if right.objects:
            yield {
                "Sid": right.why,
                "Effect": "Allow",
                "Action": list(right.objects),
                "Resource": f"{bucket}/{right.prefix}*",
            }
        if right.lists:
            yield {
                "Sid": f"{right.why}List",
                "Effect": "Allow",
                "Action": list(right.lists),
                "Resource": bucket,
                "Condition": {"StringLike": {"s3:prefix": f"{right.prefix}*"}},
            }
        if right.is_told_of_absence:
            yield {
                "Sid": f"{right.why}Absence",
                "Effect": "Allow",
                "Action": ["s3:ListBucket"],
                "Resource": bucket,
            }


def accounts() -> tuple[str, ...]:
    """Everybody who has credentials."""
    return tuple(BUCKETS)


def written(account: str) -> str:
    return json.dumps(policy(account), indent=2) + "\n"


def file_of(account: str) -> Path:
    return POLICIES / f"{account}.json"


def main() -> None:
    POLICIES.mkdir(parents=True, exist_ok=True)
    for account in accounts():
        file_of(account).write_text(written(account))


if __name__ == "__main__":
    main()
