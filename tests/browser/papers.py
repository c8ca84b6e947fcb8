"""What the browser's tests send to the desk past the console: packets into the bucket, a word that nobody can read."""

from pathlib import Path

from playwright.sync_api import Page
from playwright.sync_api import TimeoutError as TooLate

from infra.stack import objects
from infra.stack.run import DROP_BUCKET
from schemas.ids import document_id
from tests.browser.people import DEADLINE_MS
from tests.malformed import malformed_word
from tests.stack import RunningStack

UNREADABLE = "15.03.2026, says Jordan"
"""When something is, as people say it and no service can read; personal, too."""


def write(folder: Path, name: str, content: bytes) -> str:
    """A file to choose in a page."""
    (folder / name).write_bytes(content)
    return str(folder / name)


def drop(stack: RunningStack, content: bytes, agent: str = "AG-1042") -> str:
    """A packet into an agent's folder; returns its file name there."""
    s3, _ = objects.clients(stack.run)
    name = f"{document_id(content)[:12]}.pdf"
    s3.put_object(Bucket=DROP_BUCKET, Key=f"drop/{agent}/{name}", Body=content)
    return name


def unreadable_word(stack: RunningStack, case: str) -> None:
    """Of the case's carrier."""
    malformed_word(stack.run, case, UNREADABLE, "withdrawn_by_client")


def until_shown(page: Page, place: str, what: str) -> None:
    """Open a page again until something stands on it."""
    found = page.locator(what).first
    for _ in range(DEADLINE_MS // 1000):
        page.goto(place)
        try:
            found.wait_for(timeout=1000)
        except TooLate:
            continue
        return
    raise AssertionError(f"{place} never showed {what}")
