"""The commands of a documentation page, by the heading that they stand under, and a shell to run them in."""

import os
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

_BLOCK = re.compile(r"^```(?P<language>\w+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(page: Path, language: str) -> dict[str, str]:
    """The one block of a language under each heading; the headings that have none are left out."""
    found: dict[str, str] = {}
    for section in re.split(r"^#+ ", page.read_text("utf-8"), flags=re.MULTILINE)[1:]:
        heading, _, text = section.partition("\n")
        for block in _BLOCK.finditer(text):
            if block["language"] == language:
                assert heading not in found, f"two {language} blocks under {heading!r} of {page.name}"
                found[heading] = block["text"]
    return found


def run(command: str, folder: Path, settings: Mapping[str, str]) -> str:
    """What a reader sees who pastes the command; a command that fails may only have found nothing."""
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env={"PATH": os.environ["PATH"], **settings},
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert done.stderr == "", done.stderr
    return done.stdout
