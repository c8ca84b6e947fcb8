"""The page on a new carrier, followed to the letter in a folder of its own."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.pages import DOCS, ROOT, Block, page

PAGE = page(DOCS / "add-a-carrier.md")
_MARK = "@@ end of block"


def _follow(steps: list[Block], folder: Path) -> list[str]:
    """What each step prints; they share one shell, as a reader's do."""
    script = "set -euo pipefail\n" + "".join(f"{step.text}echo '{_MARK}'\n" for step in steps)
    done = subprocess.run(
        ["bash", "-c", script],
        cwd=folder,
        # Wide enough that no sentence of a table is broken.
        env={"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "COLUMNS": "220", "LANG": "C.UTF-8"},
        capture_output=True,
        text=True,
        timeout=110,
    )
    assert done.returncode == 0, f"{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
    return done.stdout.split(_MARK)


@pytest.mark.slow
def test_who_follows_the_page_has_a_carrier_whose_packets_are_checked(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "carriers", tmp_path / "carriers")
    on_page = [block for block in PAGE.blocks if block.language in ("sh", "text")]
    printed = iter(_follow([block for block in on_page if block.language == "sh"], tmp_path))
    said = ""
    for block in on_page:
        if block.language == "sh":
            said = " ".join(next(printed).split())
        else:
            for line in block.text.splitlines():
                assert " ".join(line.split()) in said, f"under {block.heading!r} the page promises: {line}\n{said}"


def test_the_page_shows_what_its_steps_print() -> None:
    languages = [block.language for block in PAGE.blocks]
    assert languages.count("sh") >= 8
    assert languages.count("text") >= 7
