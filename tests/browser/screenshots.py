"""Pictures of the console's main pages, of sample packets only: ``python -m tests.browser.screenshots``."""

import tempfile
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page

from samples.packets import Delivery, Packet, build
from schemas.ids import case_id, document_id
from schemas.topics import SERVICES
from services.console.people.roles import Role
from tests.browser.people import DEADLINE_MS, browser, signed_in
from tests.docs.pages import ROOT
from tests.stack import running_stack

IN_SIGHT = "[...document.images].every((i) => i.complete || i.getBoundingClientRect().top > innerHeight)"
FOLDER = ROOT / "docs" / "screenshots"
TODAY = datetime.now(UTC).date()
PACKETS = (
    Packet("clean", "aldermoor", 1, TODAY),
    Packet("unsigned", "aldermoor", 3, TODAY, ("missing-signature",)),
    Packet("shares", "quillhaven", 6, TODAY, ("shares-not-100",)),
    Packet("several", "aldermoor", 8, TODAY, ("missing-signature", "shares-not-100", "missing-beneficiary")),
    Packet("scanned", "aldermoor", 14, TODAY, ("missing-signature",), Delivery.SCANNED),
)
WIDE, NARROW = {"width": 1360, "height": 850}, {"width": 390, "height": 844}


def main() -> None:
    built = [build(packet) for packet in PACKETS]
    cases = [f"/cases/{case_id(document_id(packet.content))}" for packet in built]
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        running_stack(Path(folder), *SERVICES, "web") as stack,
        browser() as chromium,
    ):
        page = signed_in(chromium, stack.run, Role.CASE_MANAGER, viewport=WIDE)
        page.goto("/upload")
        page.get_by_label("For agent").fill("AG-1042")
        for packet, content in zip(PACKETS, built, strict=True):
            file = Path(folder) / f"{packet.name}.pdf"
            file.write_bytes(content.content)
            page.locator("input[type=file]").set_input_files(str(file))
            page.get_by_text(f"{file.name}: sent").wait_for(timeout=DEADLINE_MS)
        page.goto("/cases")
        for case in cases:
            page.locator(f"tr:has(a[href='{case}']) .state:text-matches('good order|Submitted')").wait_for()
        taken = {
            "board": "/cases",
            "case": cases[0],
            "to-fix": f"{cases[3]}/pages",
            "values": f"{cases[4]}/values",
            "confirm": f"{cases[4]}/confirm",
        }
        for name, place in taken.items():
            take(page, name, place)
        dark = signed_in(chromium, stack.run, Role.ADMIN, viewport=WIDE, color_scheme="dark")
        take(dark, "to-fix-dark", f"{cases[3]}/pages")
        agent = signed_in(chromium, stack.run, Role.AGENT, "AG-1042", viewport=WIDE)
        take(agent, "my-cases", "/cases")
        take(agent, "send", "/upload")
        phone = signed_in(chromium, stack.run, Role.AGENT, "AG-1042", viewport=NARROW)
        take(phone, "to-fix-phone", f"{cases[1]}/pages")


def take(page: Page, name: str, place: str) -> None:
    page.goto(place)
    page.wait_for_function(IN_SIGHT)
    picture = Image.open(BytesIO(page.screenshot()))
    # A page has few colours: this is a third of the size, and looks the same.
    picture.convert("RGB").quantize(256, dither=Image.Dither.NONE).save(FOLDER / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
