"""Takes the steps of a page as they stand, and compares what they print with what the page promises."""

import os
import subprocess
import sys
from pathlib import Path

from tests.docs.pages import Block, Page

_MARK = "@@ end of block"


def follow(page: Page, folder: Path) -> None:
    """Runs every ``sh`` block in one shell, as a reader's would; each ``text`` block says what its step prints."""
    on_page = [block for block in page.blocks if block.language in ("sh", "text")]
    printed = iter(_printed([block for block in on_page if block.language == "sh"], folder))
    said = ""
    for block in on_page:
        if block.language == "sh":
            said = " ".join(next(printed).split())
        else:
            for line in block.text.splitlines():
                assert " ".join(line.split()) in said, f"under {block.heading!r} the page promises: {line}\n{said}"


def _printed(steps: list[Block], folder: Path) -> list[str]:
    script = "set -euo pipefail\n" + "".join(f"{step.text}echo '{_MARK}'\n" for step in steps)
    done = subprocess.run(
        ["bash", "-c", script],
        cwd=folder,
        # Wide enough that no sentence of a table is broken.
        env={"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "COLUMNS": "220", "LANG": "C.UTF-8"},
        capture_output=True,
        text=True,
        timeout=280,
    )
    assert done.returncode == 0, f"{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
    return done.stdout.split(_MARK)
