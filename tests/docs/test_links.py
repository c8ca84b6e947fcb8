"""No reader is sent to a place that is not there."""

import re

import pytest

from tests.docs.pages import DOCS, ROOT, Page, every_page, page

_LINK = re.compile(r"!?\[[^\]]*\]\((?P<target>[^)\s]+)\)")
_ELSEWHERE = ("http://", "https://", "mailto:")

each_page = pytest.mark.parametrize("read", every_page(), ids=lambda read: str(read.path.relative_to(ROOT)))


def _anchor(heading: str) -> str:
    """As GitHub makes it from a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


@each_page
def test_every_link_within_the_repository_leads_somewhere(read: Page) -> None:
    for match in _LINK.finditer(read.text):
        target = match["target"]
        if target.startswith(_ELSEWHERE):
            continue
        name, _, anchor = target.partition("#")
        place = (read.path.parent / name).resolve() if name else read.path
        assert place.exists(), f"{target} is not there"
        assert place.is_relative_to(ROOT), f"{target} leads out of the repository"
        if anchor:
            assert anchor in map(_anchor, page(place).sections), f"{target}: no such heading"


def test_the_index_names_every_page_of_the_docs() -> None:
    index = (DOCS / "README.md").read_text("utf-8")
    for path in DOCS.glob("*.md"):
        assert path.name == "README.md" or f"({path.name})" in index


def test_the_first_page_leads_to_every_page_of_the_docs() -> None:
    first = (ROOT / "README.md").read_text("utf-8")
    for path in DOCS.glob("*.md"):
        assert path.name == "README.md" or f"(docs/{path.name})" in first


def test_a_broken_link_would_be_noticed() -> None:
    found = [match["target"] for match in _LINK.finditer("[a](b.md) ![c](d/e.svg) [f](https://example.com)")]
    assert found == ["b.md", "d/e.svg", "https://example.com"]
