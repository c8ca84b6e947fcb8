"""The page on a new form, followed to the letter in a folder of its own."""

import shutil
from pathlib import Path

import pytest

from tests.docs.following import follow
from tests.docs.pages import DOCS, ROOT, page

PAGE = page(DOCS / "add-a-form.md")


@pytest.mark.slow
def test_who_follows_the_page_has_an_application_read_by_a_new_form(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "carriers", tmp_path / "carriers")
    follow(PAGE, tmp_path)
    assert (tmp_path / "pictures" / "qm-4410-2026-02-page-1.png").stat().st_size > 10_000


def test_the_page_shows_what_its_steps_print() -> None:
    languages = [block.language for block in PAGE.blocks]
    assert languages.count("sh") >= 7
    assert languages.count("text") >= 6
