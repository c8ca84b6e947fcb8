"""Operations in a real browser: from the alarm to a dead letter that is put right, without a terminal."""

import re
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, Page, expect

from samples.packets import Packet, build
from schemas.ids import case_id, document_id
from schemas.topics import SERVICES
from services.console.people.roles import Role
from tests.browser.papers import UNREADABLE, drop, unreadable_word, until_shown
from tests.browser.people import DEADLINE_MS, browser, complaints, signed_in
from tests.stack import RunningStack

pytestmark = [pytest.mark.stack, pytest.mark.timeout(300)]

PACKET = build(Packet("word", "quillhaven", uuid.uuid4().int % 10**9, datetime.now(UTC).date()))
CASE = case_id(document_id(PACKET.content))
REASON = "the carrier told us the right date"


@pytest.fixture(scope="module")
def chromium(stack: RunningStack) -> Iterator[Browser]:
    stack.start(*SERVICES, "web")
    with browser() as opened:
        yield opened


def test_ops_goes_from_the_alarm_to_a_record_put_right(chromium: Browser, stack: RunningStack) -> None:
    drop(stack, PACKET.content)
    page = signed_in(chromium, stack.run, Role.OPS)
    until_shown(page, f"/cases/{CASE}", ".case-head")

    page.goto("/operations")
    unreadable_word(stack, CASE)
    # Nobody asks again: the alarm comes by itself.
    alarm = page.locator(".troubles li").filter(has_text="of cases: malformed event")
    expect(alarm).to_be_visible(timeout=DEADLINE_MS)
    assert complaints(page) == []
    alarm.get_by_role("link", name="Open the dead letters").press("Enter")
    page.wait_for_url("**/dead-letters?service=cases&cause=malformed")
    open_own(page)

    assert UNREADABLE not in page.content()
    assert complaints(page) == []
    page.locator("summary").get_by_text("Put the record right").press("Enter")
    page.locator("#edit").get_by_label("Why").fill(REASON)
    page.keyboard.press("Enter")
    record = page.locator("textarea")
    expect(record).to_have_value(re.compile(re.escape(UNREADABLE)))
    record.fill(record.input_value().replace(UNREADABLE, "2026-03-15T12:00:00Z"))
    page.get_by_role("button", name="Show what changes").press("Enter")
    expect(page.locator("ins")).to_have_text("2026-03-15T12:00:00Z")
    assert complaints(page) == []
    page.get_by_role("button", name="Send it to cases").press("Enter")
    page.wait_for_url("**?told=*")
    expect(page.locator(".case-head .state")).to_have_text("Replayed", timeout=DEADLINE_MS)
    expect(page.locator(".timeline").get_by_text("Replayed, it went through")).to_be_visible()

    # The console reads the carriers' word, too: no dead letter of its own, and shown with the case once it is right.
    page.goto(f"/dead-letters?service=console&about={CASE}&state=all")
    expect(page.locator("tr").filter(has_text=CASE)).to_have_count(0)
    page.goto(f"/cases/{CASE}/history")
    expect(page.get_by_text("The carrier says: withdrawn by client")).to_be_visible(timeout=DEADLINE_MS)


def open_own(page: Page) -> None:
    """The dead letter about this test's own case; the list shows it as soon as it is there."""
    row = page.locator("tr").filter(has_text=CASE).first
    row.get_by_role("link").first.press("Enter", timeout=DEADLINE_MS)
    page.wait_for_url("**/dead-letters/*")
