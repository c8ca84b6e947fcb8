"""Every page of the console's route table in a real browser, with things on it, and a case on paper."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO

import pytest
from fastapi.routing import APIRoute
from playwright.sync_api import Browser, Page
from pypdf import PdfReader

from samples.packets import Packet, build
from schemas.ids import case_id, document_id
from schemas.topics import SERVICES
from services.console.people.roles import Role
from services.console.web.app import ROUTERS
from tests.browser.fitness import STILL, faults
from tests.browser.papers import drop, unreadable_word, until_shown
from tests.browser.people import browser, signed_in
from tests.stack import RunningStack

pytestmark = [pytest.mark.stack, pytest.mark.timeout(300)]

PACKET = build(Packet("unsigned", "quillhaven", 9703, datetime.now(UTC).date(), ("missing-signature",)))
DOCUMENT = document_id(PACKET.content)
CASE = case_id(DOCUMENT)
NO_PAGES = {
    "/",
    "/readyz",
    "/live",
    "/operations/live",
    "/sign-in/provider",
    "/sign-in/back",
    "/inbox/{document_id}/picture/{number}",
    "/cases/{case_id}/picture/{document_id}/{number}",
    "/cases/{case_id}/crop",
}
"""What answers with something else: a picture, a stream, another place."""
SIGNED_OUT = "/sign-in"
PAGES = {
    route.path
    for router in ROUTERS
    for route in router.routes
    if isinstance(route, APIRoute) and "GET" in route.methods and route.path not in NO_PAGES
}


@dataclass(frozen=True)
class Known:
    """A case of this test's own, with a mail about it and a dead letter."""

    page: Page
    """Of an admin, who may open every page."""
    parts: dict[str, object]


@pytest.fixture(scope="module")
def known(stack: RunningStack) -> Iterator[Known]:
    stack.start(*SERVICES, "web")
    with browser() as chromium:
        page = signed_in(chromium, stack.run, Role.ADMIN)
        page.add_init_script(STILL)
        drop(stack, PACKET.content)
        mails = f"a[href^='/cases/{CASE}/mails/']"
        until_shown(page, f"/cases/{CASE}/documents", mails)
        mail = page.locator(mails).first.get_attribute("href") or ""
        unreadable_word(stack, CASE)
        letters = "tr a[href^='/dead-letters/']"
        until_shown(page, f"/dead-letters?about={CASE}", letters)
        letter = page.locator(letters).first.get_attribute("href") or ""
        parts: dict[str, object] = {
            "case_id": CASE,
            "document_id": DOCUMENT,
            "number": 1,
            "notification_id": mail.rpartition("/")[2],
            "letter_id": letter.rpartition("/")[2],
        }
        yield Known(page, parts)
        # The stack is everybody's: nothing of this stays open on it.
        page.goto(letter)
        page.locator("summary").get_by_text("Give it up").click()
        page.locator("#discard").get_by_label("Why").fill("it was sent to be looked at")
        page.keyboard.press("Enter")
        page.wait_for_url("**?told=*")


@pytest.mark.parametrize("path", sorted(PAGES - {SIGNED_OUT}))
def test_a_page_is_fit_for_all(known: Known, path: str) -> None:
    answer = known.page.goto(path.format(**known.parts))
    assert answer
    assert answer.status == 200
    assert faults(known.page) == []


@pytest.mark.parametrize("place", ["/cases", f"/cases/{CASE}/pages"])
def test_an_agents_own_pages_are_fit_for_all(known: Known, stack: RunningStack, place: str) -> None:
    chromium: Browser | None = known.page.context.browser
    assert chromium
    page = signed_in(chromium, stack.run, Role.AGENT, "AG-1042")
    page.add_init_script(STILL)
    page.goto(place)
    assert faults(page) == []


def test_signing_in_is_fit_for_all(known: Known, stack: RunningStack) -> None:
    chromium = known.page.context.browser
    assert chromium
    page = chromium.new_context(base_url=stack.run.console_url, bypass_csp=True).new_page()
    page.goto(SIGNED_OUT)
    assert faults(page) == []


def test_a_case_on_paper_is_whole_and_has_nothing_to_press(known: Known) -> None:
    known.page.goto(f"/cases/{CASE}")
    name = known.page.locator("h1").inner_text()
    printed = PdfReader(BytesIO(known.page.pdf(format="A4")))
    text = " ".join(" ".join(sheet.extract_text() for sheet in printed.pages).split())
    for part in (name, CASE, "Not in good order", "Who owes what", "To fix", "Requirements", "History", "printed "):
        assert part in text, part
    for control in ("Sign out", "Dead letters", "Overview", "Ask something of this case", "Skip to the content"):
        assert control not in text, control
