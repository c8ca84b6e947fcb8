"""Pictures of the console's main pages, of sample packets only: ``python -m tests.browser.screenshots``."""

import re
import tempfile
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import numpy as np
import pypdfium2
from PIL import Image
from playwright.sync_api import Browser, Page

from samples.degrading import CONDITIONS, degraded
from samples.packets import Packet, build
from samples.packets.excerpts import excerpt
from schemas.ids import case_id, document_id
from schemas.topics import SERVICES
from services.console.people.roles import Role
from tests.browser.papers import drop, unreadable_word, until_shown
from tests.browser.people import DEADLINE_MS, browser, signed_in
from tests.docs.pages import ROOT
from tests.stack import RunningStack, running_stack

IN_SIGHT = "[...document.images].every((i) => i.complete || i.getBoundingClientRect().top > innerHeight)"
FOLDER = ROOT / "docs" / "screenshots"
TODAY = datetime.now(UTC).date()
LACKED = ("ald-tl-101-2026-01", 3)
PACKETS = (
    Packet("clean", "aldermoor", 1, TODAY),
    Packet("unsigned", "aldermoor", 3, TODAY, ("missing-signature",)),
    Packet("shares", "quillhaven", 6, TODAY, ("shares-not-100",)),
    Packet("several", "aldermoor", 8, TODAY, ("missing-signature", "shares-not-100", "missing-beneficiary")),
    Packet("faxed", "aldermoor", 14, TODAY, ("missing-signature",)),
)
WIDE, NARROW = {"width": 1360, "height": 850}, {"width": 390, "height": 844}
STYLES = ROOT / "services" / "console" / "web" / "static" / "console.css"
OWN_COLOURS = sorted(set(re.findall(r"#([0-9a-f]{6})\b", STYLES.read_text("utf-8"))))
SMALL = 1.6
"""The printed page, in pictures of this scale."""


def main() -> None:
    built = [build(packet).content for packet in PACKETS]
    built[-1] = degraded(built[-1], CONDITIONS["standard fax"], 14)
    cases = [f"/cases/{case_id(document_id(content))}" for content in built]
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        running_stack(Path(folder), *SERVICES, "web") as stack,
        browser() as chromium,
    ):
        page = signed_in(chromium, stack.run, Role.CASE_MANAGER, viewport=WIDE)
        _send_all(page, Path(folder), built)
        page.goto("/cases")
        for case in cases:
            page.locator(f"tr:has(a[href='{case}']) .state:text-matches('good order|Submitted')").wait_for()
        _case_manager(page, cases)
        _inbox(page, stack)
        _agent(chromium, stack, cases)
        _operations(chromium, stack, cases[0])


def _send_all(page: Page, folder: Path, built: list[bytes]) -> None:
    page.goto("/upload")
    page.get_by_label("For agent").fill("AG-1042")
    for packet, content in zip(PACKETS, built, strict=True):
        file = folder / f"{packet.name}.pdf"
        file.write_bytes(content)
        page.locator("input[type=file]").set_input_files(str(file))
        page.get_by_text(f"{file.name}: sent").wait_for(timeout=DEADLINE_MS)


def _case_manager(page: Page, cases: list[str]) -> None:
    take(page, "board", "/cases")
    take(page, "case", cases[0])
    take(page, "to-fix", f"{cases[3]}/pages")
    take(page, "values", f"{cases[4]}/values")
    take(page, "confirm", f"{cases[4]}/confirm")
    page.goto(cases[0])
    with pypdfium2.PdfDocument(page.pdf(format="A4")) as printed:
        save("case-on-paper", printed[0].render(scale=SMALL).to_pil())


def _inbox(page: Page, stack: RunningStack) -> None:
    whole = build(Packet("gapped", "aldermoor", 21, TODAY))
    drop(stack, excerpt(whole, [each for each in whole.pages if each != LACKED]), "AG-1077")
    until_shown(page, "/cases?agent=AG-1077", ".state:text('Not in good order')")
    drop(stack, excerpt(whole, [LACKED]), "AG-1077")
    until_shown(page, "/inbox", "[data-key='1']")
    take(page, "inbox", "/inbox")


def _agent(chromium: Browser, stack: RunningStack, cases: list[str]) -> None:
    agent = signed_in(chromium, stack.run, Role.AGENT, "AG-1042", viewport=WIDE)
    take(agent, "my-cases", "/cases")
    take(agent, "send", "/upload")
    phone = signed_in(chromium, stack.run, Role.AGENT, "AG-1042", viewport=NARROW)
    take(phone, "to-fix-phone", f"{cases[1]}/pages")
    dark = signed_in(chromium, stack.run, Role.ADMIN, viewport=WIDE, color_scheme="dark")
    take(dark, "to-fix-dark", f"{cases[3]}/pages")


def _operations(chromium: Browser, stack: RunningStack, case: str) -> None:
    page = signed_in(chromium, stack.run, Role.OPS, viewport=WIDE)
    until_shown(page, "/operations", ".alarm.good ~ .columns dt:text('seen in the bucket')")
    keep(page, "operations")
    unreadable_word(stack, case.removeprefix("/cases/"))
    until_shown(page, "/operations", ".troubles li:has-text('of cases: malformed event')")
    keep(page, "operations-stuck")
    page.goto("/dead-letters?service=cases")
    take(page, "dead-letter", page.locator("tr a[href^='/dead-letters/']").first.get_attribute("href") or "")


def take(page: Page, name: str, place: str) -> None:
    page.goto(place)
    keep(page, name)


def keep(page: Page, name: str) -> None:
    page.wait_for_function(IN_SIGHT)
    save(name, Image.open(BytesIO(page.screenshot())))


def save(name: str, picture: Image.Image) -> None:
    """In 256 colours, a third of the size: the console's own, exactly, and those that come nearest to the rest."""
    whole = picture.convert("RGB")
    own = [part for colour in OWN_COLOURS for part in bytes.fromhex(colour)]
    rest = whole.quantize(256 - len(OWN_COLOURS), dither=Image.Dither.NONE).getpalette() or []
    palette = Image.new("P", (1, 1))
    palette.putpalette([*own, *rest])
    drawn = whole.quantize(palette=palette, dither=Image.Dither.NONE)
    places, pixels = np.array(drawn), np.array(whole)
    # Pillow looks a colour up by its neighbourhood only.
    for place, colour in enumerate(OWN_COLOURS):
        places[(pixels == tuple(bytes.fromhex(colour))).all(axis=2)] = place
    drawn.putdata(places.ravel().tolist())
    drawn.save(FOLDER / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
