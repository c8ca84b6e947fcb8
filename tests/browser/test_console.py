"""The console in a real browser on the running stack: an agent's way and a case manager's, and every page for axe."""

import base64
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from samples.degrading import CONDITIONS, degraded
from samples.packets import Packet, build
from samples.packets.excerpts import excerpt
from schemas.ids import case_id, document_id
from schemas.topics import SERVICES
from services.console.people.roles import Role
from tests.browser.papers import drop, until_shown, write
from tests.browser.people import DEADLINE_MS, browser, complaints, signed_in
from tests.stack import RunningStack

pytestmark = [pytest.mark.stack, pytest.mark.timeout(300)]

TODAY = datetime.now(UTC).date()
UNSIGNED = build(Packet("unsigned", "aldermoor", 9701, TODAY, ("missing-signature",)))
SIGNED = build(Packet("signed", "aldermoor", 9701, TODAY))
TO_FAX = build(Packet("faxed", "aldermoor", 14, TODAY, ("missing-signature",)))
CASE = case_id(document_id(UNSIGNED.content))
WHOLE = build(Packet("gapped", "aldermoor", 9702, TODAY))
PAGE = ("ald-tl-101-2026-01", 3)
GAPPED = excerpt(WHOLE, [page for page in WHOLE.pages if page != PAGE])
LACKED = excerpt(WHOLE, [PAGE])


@pytest.fixture(scope="module")
def chromium(stack: RunningStack) -> Iterator[Browser]:
    stack.start(*SERVICES, "web")
    with browser() as opened:
        yield opened


_DRAG = """([name, content]) => {
    const dragged = new DataTransfer();
    const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
    dragged.items.add(new File([bytes], name, {type: "application/pdf"}));
    return dragged;
}"""
_WATCH = """() => {
    window.progress = [];
    new MutationObserver(() => window.progress.push(document.querySelector("#sending progress")?.value))
        .observe(document.getElementById("sending"), {subtree: true, childList: true, attributeFilter: ["value"]});
}"""


PLACES_SHOWN = """() => {
    const places = [...document.querySelectorAll(".confirm img")];
    return places.length && places.every((place) => place.naturalWidth);
}"""


def send(page: Page, file: str) -> None:
    page.locator("input[type=file]").set_input_files(file)
    expect(page.get_by_text("sent. The desk reads it now.")).to_be_visible(timeout=DEADLINE_MS)


def let_fall(page: Page, name: str, content: bytes) -> bool:
    """A file dropped on the page as from a folder; whether the bar was seen on its way and at its end."""
    page.evaluate(_WATCH)
    dragged = page.evaluate_handle(_DRAG, [name, base64.b64encode(content).decode()])
    for kind in ("dragenter", "dragover", "drop"):
        page.dispatch_event("#drop", kind, {"dataTransfer": dragged})
    expect(page.get_by_text(f"{name}: sent. The desk reads it now.")).to_be_visible(timeout=DEADLINE_MS)
    shown = page.evaluate("window.progress")
    return bool(shown) and shown[0] == 0 and shown[-1] == 1


def test_an_agent_sends_a_packet_sees_what_is_missing_and_sends_the_page(
    chromium: Browser, stack: RunningStack, tmp_path: Path
) -> None:
    page = signed_in(chromium, stack.run, Role.AGENT, "AG-1042")
    page.goto("/upload")
    assert let_fall(page, "packet.pdf", UNSIGNED.content)
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
    faxed = degraded(TO_FAX.content, CONDITIONS["standard fax"], 14)
    send(page, write(tmp_path, "faxed.pdf", faxed))
    page.goto("/cases")
    case = f"/cases/{case_id(document_id(faxed))}"
    page.locator(f"a[href='{case}']").wait_for(timeout=DEADLINE_MS)
    page.goto(f"{case}/values")
    page.get_by_role("link", name="Confirm them one after another").click()
    page.wait_for_url("**/confirm")
    assert complaints(page) == []
    # Public ones stand beside private ones, which one reason opens; what is typed before is typed still.
    values, private = page.locator("[data-value]"), page.locator(".confirm > li:not([data-value])")
    public, covered = values.count(), private.count()
    assert public > 1
    assert covered > 0
    why = page.locator("[name=why]")
    expect(why).to_be_focused()
    typed = values.locator("input[maxlength]").first.get_attribute("name")
    page.locator(f"[name='{typed}']").fill("Seen by a person")
    why.focus()
    page.keyboard.type("to confirm what was faxed")
    page.keyboard.press("Enter")
    page.wait_for_url("**/confirm/open")
    assert complaints(page) == []
    expect(values).to_have_count(public + covered)
    expect(private).to_have_count(0)
    expect(page.locator(f"[name='{typed}']")).to_have_value("Seen by a person")
    entries = values.locator("input[maxlength], select")
    entries.first.focus()
    for place in range(public + covered):
        expect(entries.nth(place)).to_be_focused()
        page.keyboard.press("Enter")
    # Every place that was kept as a picture is shown, those of private values to who has opened them.
    page.wait_for_function(PLACES_SHOWN)
    expect(page.locator("#send")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/values?told=*")
    expect(page.get_by_text("Version 2:")).to_be_visible(timeout=DEADLINE_MS)
    page.goto(f"{case}/versions")
    expect(page.locator("main tbody th").first).to_be_visible()
    assert complaints(page) == []


def test_a_page_that_no_case_has_is_filed_by_its_key(chromium: Browser, stack: RunningStack) -> None:
    page = signed_in(chromium, stack.run, Role.CASE_MANAGER)
    drop(stack, GAPPED, "AG-1077")
    case = case_id(document_id(GAPPED))
    until_shown(page, f"/cases/{case}", ".case-head .state:text('not in good order')")
    name = drop(stack, LACKED, "AG-1077")
    until_shown(page, "/inbox", f"section h2:text-is('{name}')")
    mine = page.locator("section.card").filter(has_text=name)
    expect(mine.locator("[data-key='1']")).to_contain_text("File to ")
    assert complaints(page) == []
    # Other documents may wait for longer: a key files the one that has the focus.
    mine.get_by_role("link", name=case).focus()
    page.keyboard.press("1")
    page.wait_for_url("**/inbox?told=yes*")
    until_shown(page, f"/cases/{case}/history", f"text={name} was filed to this case")
