"""MiniStack with its doors shut: every request is signed by an account that is known, and held to its policy.

MiniStack forgets accounts when it is killed, and would give them new keys; so they are put in before it serves, with
the keys that the stack keeps in files. It takes the root's keys from its environment, which is set here: what a
process was started with can be read from outside, what it sets itself cannot.
"""

import json
import os
import secrets
import string
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from infra.stack.bucket_rights import accounts, policy
from infra.stack.object_server import serve
from infra.stack.private_files import write_private

ROOT_ACCOUNT = "root"
"""The stack's own, by which it sets buckets and queues up."""


def keys_file(folder: Path) -> Path:
    return folder / "keys.json"


def credentials_file(folder: Path, account: str) -> Path:
    """An account's keys as every program of AWS reads them (``AWS_SHARED_CREDENTIALS_FILE``)."""
    return folder / f"{account}.credentials"


def make_keys(folder: Path) -> None:
    """Keys for every account that has none yet, each also in a file of its own."""
    file = keys_file(folder)
    keys: dict[str, dict[str, str]] = json.loads(file.read_text()) if file.exists() else {}
    for account in (ROOT_ACCOUNT, *accounts()):
        if account not in keys:
            keys[account] = {"id": _key_id(), "secret": secrets.token_urlsafe(30)}
        said = keys[account]
        write_private(
            credentials_file(folder, account),
            f"[default]\naws_access_key_id = {said['id']}\naws_secret_access_key = {said['secret']}\n",
        )
    write_private(file, json.dumps(keys, indent=2))


def keys_of(folder: Path, account: str) -> tuple[str, str]:
    """Id and secret of an account's key."""
    said = json.loads(keys_file(folder).read_text())[account]
    return said["id"], said["secret"]


def _key_id() -> str:
    """Twenty capitals and digits, as Amazon's are."""
    return "AKIA" + "".join(secrets.choice(string.ascii_uppercase + "234567") for _ in range(16))


def main() -> None:
    folder = Path(sys.argv[1])
    os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_SECRET_ACCESS_KEY"] = keys_of(folder, ROOT_ACCOUNT)
    # What an earlier life kept of accounts would come back over ours.
    for kept in Path(os.environ["STATE_DIR"]).glob("iam*"):
        kept.unlink()
    from ministack.services import iam

    for account in accounts():
        _let_in(iam, account, *keys_of(folder, account))
    sys.argv[1:] = []
    serve()


def _let_in(iam: Any, account: str, key: str, secret: str) -> None:
    iam._create_user({"UserName": [account]})
    status, _, answer = iam._put_user_policy(
        {"UserName": [account], "PolicyName": ["goodorder"], "PolicyDocument": [json.dumps(policy(account))]}
    )
    if status != 200:
        raise SystemExit(f"MiniStack refuses the policy of {account}: {answer!r}")
    iam._access_keys[key] = {
        "UserName": account,
        "AccessKeyId": key,
        "SecretAccessKey": secret,
        "Status": "Active",
        "CreateDate": datetime.now(UTC).isoformat(),
    }


if __name__ == "__main__":
    main()
