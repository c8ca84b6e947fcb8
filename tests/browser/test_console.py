"""The console in a real browser on the running stack: an agent's way and a case manager's, and every page for axe."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from samples.packets import Delivery, Packet, build
from samples.packets.excerpts import excerpt
from schemas.ids import case_id, document_id
from schemas.topics import SERVICES
from services.console.people.roles import Role
from tests.browser.people import DEADLINE_MS, browser, complaints, signed_in
from tests.stack import RunningStack

pytestmark = [pytest.mark.stack, pytest.mark.timeout(300)]

TODAY = datetime.now(UTC).date()
UNSIGNED = build(Packet("unsigned", "aldermoor", 9701, TODAY, ("missing-signature",)))
SIGNED = build(Packet("signed", "aldermoor", 9701, TODAY))
SCANNED = build(Packet("scanned", "aldermoor", 14, TODAY, ("missing-signature",), Delivery.SCANNED))
CASE = case_id(document_id(UNSIGNED.content))
TABS = ("", "/pages", "/values", "/requirements", "/documents", "/history")


@pytest.fixture(scope="module")
def chromium(stack: RunningStack) -> Iterator[Browser]:
    stack.start(*SERVICES, "web")
    with browser() as opened:
        yield opened


def write(folder: Path, name: str, content: bytes) -> str:
    (folder / name).write_bytes(content)
    return str(folder / name)


def send(page: Page, file: str) -> None:
    page.locator("input[type=file]").set_input_files(file)
    expect(page.get_by_text("sent. The desk reads it now.")).to_be_visible(timeout=DEADLINE_MS)


def test_an_agent_sends_a_packet_sees_what_is_missing_and_sends_the_page(
    chromium: Browser, stack: RunningStack, tmp_path: Path
) -> None:
    page = signed_in(chromium, stack.run, Role.AGENT, "AG-1042")
    page.goto("/upload")
    send(page, write(tmp_path, "packet.pdf", UNSIGNED.content))
    # Nobody asks again: the page itself tells what became of it.
    page.get_by_role("link", name="not in good order: 1 thing to fix").first.click(timeout=DEADLINE_MS)
    page.wait_for_url(f"**/cases/{CASE}/pages")
    expect(page.locator("a.fix rect")).to_have_count(1)
    expect(page.locator(".paper img")).to_have_js_property("complete", True)
    page.get_by_role("link", name="Send the corrected page").click()
    send(page, write(tmp_path, "page-5.pdf", excerpt(SIGNED, [("ald-tl-101-2026-01", 5)])))
    page.goto(f"/cases/{CASE}")
    expect(page.locator(".case-head .state")).to_have_text("Submitted", timeout=DEADLINE_MS)
    assert complaints(page) == []


def test_a_case_manager_confirms_unsure_values_by_keyboard(
    chromium: Browser, stack: RunningStack, tmp_path: Path
) -> None:
    page = signed_in(chromium, stack.run, Role.CASE_MANAGER)
    page.goto("/upload")
    page.get_by_label("For agent").fill("AG-1042")
    send(page, write(tmp_path, "scanned.pdf", SCANNED.content))
    page.goto("/cases")
    case = f"/cases/{case_id(document_id(SCANNED.content))}"
    page.locator(f"a[href='{case}']").wait_for(timeout=DEADLINE_MS)
    page.goto(f"{case}/values")
    page.get_by_role("link", name="Confirm them one after another").click()
    page.wait_for_url("**/confirm")
    assert complaints(page) == []
    values = page.locator("[data-value]")
    unsure = values.count()
    assert unsure
    values.locator("input[maxlength]").first.fill("Seen by a person")
    values.locator("input[maxlength], select").first.focus()
    for _ in range(unsure + 1):
        page.keyboard.press("Enter")
    page.wait_for_url("**/values?told=*")
    expect(page.get_by_text("Version 2:")).to_be_visible(timeout=DEADLINE_MS)
    page.goto(f"{case}/versions")
    expect(page.locator("main tbody th").first).to_be_visible()
    assert complaints(page) == []


def test_every_page_is_fit_for_all_on_a_wide_and_on_a_narrow_dark_screen(
    chromium: Browser, stack: RunningStack
) -> None:
    dark = {"color_scheme": "dark", "viewport": {"width": 360, "height": 780}}
    wide, narrow = (
        signed_in(chromium, stack.run, Role.CASE_MANAGER),
        signed_in(chromium, stack.run, Role.ADMIN, **dark),
    )
    desk = ("/people", "/audit", "/operations", "/dead-letters?state=all")
    places = ("/cases", "/inbox", "/upload", "/check", *(f"/cases/{CASE}{tab}" for tab in TABS))
    for page, more in ((wide, ()), (narrow, desk)):
        for place in (*places, *more):
            page.goto(place)
            assert complaints(page) == [], place
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{place} is too wide"
