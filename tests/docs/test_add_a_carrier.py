"""The page on a new carrier, followed to the letter in a folder of its own."""

import shutil
from pathlib import Path

import pytest

from tests.docs.following import follow
from tests.docs.pages import DOCS, ROOT, page

PAGE = page(DOCS / "add-a-carrier.md")


@pytest.mark.slow
def test_who_follows_the_page_has_a_carrier_whose_packets_are_checked(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "carriers", tmp_path / "carriers")
    follow(PAGE, tmp_path)


def test_the_page_shows_what_its_steps_print() -> None:
    languages = [block.language for block in PAGE.blocks]
    assert languages.count("sh") >= 8
    assert languages.count("text") >= 7
