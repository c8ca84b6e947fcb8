"""A real Chromium with people in it: who signs in, what they see, and what axe says of each page."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from infra.stack.run import RunInfo
from services.console.database import Database
from services.console.people import accounts
from services.console.people.roles import Role

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text("utf-8")
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_ASK = """async (rules) => (await axe.run(document, {runOnly: rules})).violations.map(
    (found) => `${found.id}: ${found.nodes.slice(0, 3).map((node) => node.target.join(" ")).join(" | ")}`)"""
DEADLINE_MS = 90_000
_NAMES = {Role.CASE_MANAGER: "rowan", Role.AGENT: "harriet", Role.ADMIN: "morgan", Role.OPS: "keiko"}


def chromium() -> str:
    """The system's Chromium; the tests are skipped loudly where there is none."""
    names = ("chromium", "chromium-browser", "google-chrome")
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    if found is None:
        pytest.skip("NO BROWSER: the console was not tried in one. `make setup` installs Chromium.")
    return found


@contextmanager
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        yield opened
        opened.close()


def somebody(run: RunInfo, name: str, role: Role, agent: str | None = None) -> str:
    """A user of the running stack's console; returns the password."""
    database = Database(f"sqlite:///{run.data / 'db' / 'console.db'}", None)
    try:
        with database.write() as db:
            return accounts.add(db, name, role, agent, datetime.now(UTC))
    finally:
        database.close()


def signed_in(chromium: Browser, run: RunInfo, role: Role, agent: str | None = None, **how: object) -> Page:
    """A page of somebody with this role, in a window of their own."""
    name = _NAMES[role]
    password = somebody(run, name, role, agent)
    # axe comes into the page as script of ours, which the page's own policy forbids.
    page = chromium.new_context(base_url=run.console_url, bypass_csp=True, **how).new_page()  # type: ignore[arg-type]
    page.set_default_timeout(DEADLINE_MS)
    page.goto("/sign-in")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(password)
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Sign out").wait_for()
    return page


def complaints(page: Page) -> list[str]:
    """What axe finds wrong with the page as it is."""
    page.evaluate(f"{AXE};0")
    found: list[str] = page.evaluate(_ASK, _RULES)
    return found
