"""Whether a page is fit for all: what axe says of it wide and narrow, light and dark; its width; the keyboard."""

from playwright.sync_api import Page

from tests.browser.people import complaints

_WIDE, _NARROW = {"width": 1280, "height": 900}, {"width": 360, "height": 780}
_CONTROLS = """() => {
    const kinds = "a[href], button, input:not([type=hidden]), select, textarea, summary, iframe";
    const controls = [...document.querySelectorAll(kinds)].filter((each) => !each.disabled && each.checkVisibility());
    window.unreached = new Set(controls);
    window.unseen = [];
    document.addEventListener("focusin", ({target}) => {
        if (!window.unreached.delete(target)) return;
        const drawn = getComputedStyle(target.closest("svg") ? target.querySelector("rect") : target);
        const has = target.closest("svg") ? parseFloat(drawn.strokeWidth) >= 3
            : drawn.outlineStyle !== "none" && parseFloat(drawn.outlineWidth) >= 1;
        if (!has || !target.matches(":focus-visible")) window.unseen.push(target.outerHTML.slice(0, 120));
    });
    document.activeElement?.blur();
    return controls.length;
}"""
_LEFT = "() => [...window.unreached].map((each) => each.outerHTML.slice(0, 120))"
STILL = "window.EventSource = class { addEventListener() {} }"
"""A script that lets no news change a page while it is looked at."""


def faults(page: Page) -> list[str]:
    """What is wrong with the page that is open; it is left narrow and dark."""
    page.set_viewport_size(_WIDE)
    # Without motion: colours on their way from light to dark are nobody's contrast.
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    found = [f"wide, {each}" for each in complaints(page)]
    found += unreachable(page)
    page.set_viewport_size(_NARROW)
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    found += [f"narrow and dark, {each}" for each in complaints(page)]
    if not page.evaluate("document.documentElement.scrollWidth <= innerWidth"):
        found.append("it is wider than the narrow window")
    return found


def unreachable(page: Page) -> list[str]:
    """Controls that the Tab key never comes to, and those that do not show that they have the focus."""
    number: int = page.evaluate(_CONTROLS)
    # What scrolls is a stop of its own in Chromium.
    for _ in range(number + 10):
        page.keyboard.press("Tab")
    left, unseen = page.evaluate(_LEFT), page.evaluate("window.unseen")
    return [*(f"Tab never reaches {each}" for each in left), *(f"no focus is seen on {each}" for each in unseen)]
