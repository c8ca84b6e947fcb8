"""A long scan whose worker is killed: it goes on where it was, and its pictures are kept once."""

import http.client
import re
from datetime import UTC, datetime

import pytest

from infra.stack.run import LOOPBACK
from samples.degrading import CONDITIONS, degraded
from samples.packets import Delivery, Packet, build
from schemas.events import ApplicationRead
from schemas.finding_events import VerdictReached
from schemas.ids import document_id
from services.intake.drop import archive_key
from tests.desk import Desk

pytestmark = [pytest.mark.stack, pytest.mark.timeout(240)]

_PAGES = re.compile(r'^intake_pages_total\{method="picture",outcome="(\w+)"\} ([\d.]+)', re.MULTILINE)


def pages_of(desk: Desk) -> dict[str, int]:
    """Scanned pages by what came of them since the worker's start; nothing while it is away."""
    asked = http.client.HTTPConnection(LOOPBACK, desk.run.ports.services["intake"], timeout=10)
    try:
        asked.request("GET", "/metrics")
        said = asked.getresponse().read().decode()
    except (OSError, http.client.HTTPException):
        return {}
    finally:
        asked.close()
    return {outcome: int(float(number)) for outcome, number in _PAGES.findall(said)}


def test_a_scan_goes_on_where_a_killed_worker_left_it_and_every_picture_is_kept_once(desk: Desk) -> None:
    packet = build(Packet("long-scan", "aldermoor", 571, datetime.now(UTC).date(), (), Delivery.FLATTENED))
    content = degraded(packet.content, CONDITIONS["fine fax"], 571)
    identity = document_id(content)
    # Pages that other tests of the session had scanned do not count.
    already = pages_of(desk).get("read", 0)
    desk.drop(content, "long-scan.pdf", packet.truth.agent_code)
    before = desk.until("three pages read", lambda: read_since(desk, already, 3), seconds=90, every=0.05)
    desk.stack.kill("intake")
    desk.stack.until_ready("intake")
    read = desk.until(
        "the application",
        lambda: next((one for one in desk.ledger().of(ApplicationRead) if is_of(one, identity)), None),
        seconds=120,
    )
    after = pages_of(desk)
    # The page that was being put on the shelf at that moment has to be read again.
    assert after["cached"] >= before - 1
    assert after["cached"] + after["read"] == len(packet.pages)
    assert {form.form_id for form in read.application.forms} == set(packet.truth.forms)

    verdict = desk.until(
        "the verdict",
        lambda: next((one for one in desk.ledger().of(VerdictReached) if one.case_id == read.case_id), None),
    )
    named = {evidence.crop.key for evidence in read.application.evidence.values() if evidence.crop}
    named |= {page.picture.key for page in read.documents[0].pictures or ()}
    assert {finding.crop.key for finding in verdict.findings if finding.crop} <= named
    versions = desk.s3.list_object_versions(
        Bucket=desk.run.environment()["GOODORDER_ARCHIVE_BUCKET"], Prefix=f"{archive_key(identity)}.pictures/"
    )["Versions"]
    kept = [version["Key"] for version in versions]
    assert named
    assert set(kept) >= named
    assert len(kept) == len(set(kept))


def read_since(desk: Desk, already: int, at_least: int) -> int | None:
    read = pages_of(desk).get("read", 0) - already
    return read if read >= at_least else None


def is_of(read: ApplicationRead, document: str) -> bool:
    return any(filed.document_id == document for filed in read.documents)
