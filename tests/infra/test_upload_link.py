"""What a presigned upload lets in, on the S3 that ``make up`` runs: one folder, one kind, one size, for a while."""

import base64
import json
import shutil
import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import boto3
import pytest

from infra.stack import objects
from infra.stack.run import DROP_BUCKET
from services.chassis.upload_link import NoSuchLink, UploadLink, folder_of, media_type_of, upload_link
from tests.cli.terminal import goodorder
from tests.stack import RunningStack

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
CASE = "GO-7K3M-9PQR-2XYZ"
FOLDER = folder_of("AG-1042", None, NOW)


@pytest.fixture
def unanswered() -> "S3Client":
    """A client with keys and nobody to speak to: signing asks no server."""
    return boto3.client("s3", region_name="us-east-1", aws_access_key_id="a-key", aws_secret_access_key="a-secret")


def test_the_folder_is_the_agents_of_the_day_or_the_cases_below_it() -> None:
    assert FOLDER == "drop/AG-1042/2026/03/02/"
    assert folder_of("AG-1042", CASE, NOW) == f"drop/AG-1042/{CASE}/"


@pytest.mark.parametrize("name", ["", "..", "AG/1042", "../AG-1043", "AG 1042", "${filename}", ".hidden", "a\n"])
def test_a_name_that_is_no_one_folder_gets_no_link(name: str) -> None:
    with pytest.raises(NoSuchLink):
        folder_of(name, None, NOW)
    with pytest.raises(NoSuchLink):
        folder_of("AG-1042", name, NOW)


def test_the_policy_says_folder_kind_size_and_end_and_nothing_else_is_free(unanswered: "S3Client") -> None:
    link = upload_link(
        unanswered, "drop", FOLDER, NOW, media_type="image/tiff", largest=2_000, valid=timedelta(minutes=5)
    )
    policy = json.loads(base64.b64decode(link.fields["policy"]))
    conditions = [condition for condition in policy["conditions"] if not _is_signature(condition)]
    assert conditions == [
        {"Content-Type": "image/tiff"},
        {"success_action_status": "201"},
        ["content-length-range", 1, 2_000],
        {"bucket": "drop"},
        ["starts-with", "$key", FOLDER],
    ]
    assert link.expires_at == NOW + timedelta(minutes=5)
    left = datetime.fromisoformat(policy["expiration"]) - datetime.now(UTC)
    assert timedelta(minutes=4) < left <= timedelta(minutes=5)


def _is_signature(condition: Any) -> bool:
    return isinstance(condition, dict) and next(iter(condition)).startswith("x-amz-")


@pytest.mark.parametrize(
    "asked", [{"valid": timedelta(days=8)}, {"valid": timedelta()}, {"largest": 0}, {"media_type": "text/html"}]
)
def test_no_link_is_made_that_lets_in_too_much(unanswered: "S3Client", asked: Mapping[str, Any]) -> None:
    with pytest.raises(NoSuchLink):
        upload_link(unanswered, "drop", FOLDER, NOW, **asked)


def test_only_kinds_that_intake_may_read_get_a_link() -> None:
    assert media_type_of("Packet (signed).PDF") == "application/pdf"
    with pytest.raises(NoSuchLink, match="none of the kinds"):
        media_type_of("packet.pdf.exe")


def post(link: UploadLink, content: bytes, name: str = "packet.pdf", **changed: str) -> tuple[int, str]:
    """Post a file as a browser does; S3's status and its word."""
    fields = {**link.fields, **changed}
    edge = "----of-the-form"
    body = b"".join(
        f'--{edge}\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n{value}\r\n'.encode()
        for field, value in fields.items()
    )
    body += f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'.encode()
    body += content + f"\r\n--{edge}--\r\n".encode()
    form = Request(link.url, body, {"Content-Type": f"multipart/form-data; boundary={edge}"})  # noqa: S310
    try:
        with urlopen(form) as answer:  # noqa: S310
            return answer.status, answer.read().decode()
    except HTTPError as refused:
        return refused.code, refused.read().decode()


@pytest.mark.stack
def test_s3_takes_what_the_link_is_for_and_refuses_everything_else(stack: RunningStack) -> None:
    s3, _ = objects.clients(stack.run)
    now = datetime.now(UTC)
    folder = folder_of("AG-1042", CASE, now)
    link = upload_link(s3, DROP_BUCKET, folder, now, largest=100)

    assert post(link, b"one page", "late page.pdf")[0] == 201
    taken = s3.get_object(Bucket=DROP_BUCKET, Key=f"{folder}late page.pdf")
    assert (taken["Body"].read(), taken["ContentType"]) == (b"one page", "application/pdf")

    for why, refused in {
        "EntityTooLarge": post(link, b"x" * 101),
        "EntityTooSmall": post(link, b""),
        "starts-with": post(link, b"x", key="drop/AG-1043/2026/03/02/packet.pdf"),
        "Content-Type": post(link, b"x", **{"Content-Type": "text/html"}),
        "Extra input fields": post(link, b"x", acl="public-read"),
        "InvalidPolicyDocument": post(link, b"x", policy="e30="),
    }.items():
        assert refused[0] in (400, 403), why
        assert why in refused[1]
    assert [found["Key"] for found in s3.list_objects_v2(Bucket=DROP_BUCKET, Prefix=folder)["Contents"]] == [
        f"{folder}late page.pdf"
    ]


@pytest.mark.stack
def test_a_page_of_ours_may_post_to_the_drop_and_read_nothing(stack: RunningStack) -> None:
    s3, _ = objects.clients(stack.run)
    (rule,) = s3.get_bucket_cors(Bucket=DROP_BUCKET)["CORSRules"]
    assert rule["AllowedMethods"] == ["POST"]
    assert all(origin.startswith(("http://127.0.0.1:", "http://localhost:")) for origin in rule["AllowedOrigins"])


@pytest.mark.stack
@pytest.mark.skipif(not shutil.which("curl"), reason="the printed command is curl's")
def test_the_command_that_is_printed_uploads_a_file(stack: RunningStack, tmp_path: Path) -> None:
    file = tmp_path / "packet.pdf"
    file.write_bytes(b"no packet")
    environment = {"GOODORDER_DATA": str(stack.run.data)}
    said = goodorder("upload-link", "AG-1042", "--case", CASE, "--max-mb", 0.001, "--json", **environment)
    made = json.loads(said.output)
    assert (made["largest"], made["folder"]) == (1_000, f"drop/AG-1042/{CASE}/")
    subprocess.run(made["curl"], shell=True, cwd=tmp_path, check=True, capture_output=True)  # noqa: S602
    s3, _ = objects.clients(stack.run)
    assert s3.get_object(Bucket=DROP_BUCKET, Key=f"drop/AG-1042/{CASE}/packet.pdf")["Body"].read() == b"no packet"
    said = goodorder("upload-link", "AG-1042", "--valid", "2h", **environment)
    assert "curl --fail-with-body" in said.output
    assert goodorder("upload-link", "AG-0000", **environment).code == 2
    assert goodorder("upload-link", "AG-1042", "--valid", "8d", **environment).code == 2
