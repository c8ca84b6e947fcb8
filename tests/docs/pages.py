"""The pages that people read, and the code in them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"

_SPAN = re.compile(r"`([^`\n]+)`")
_NOT_OURS = {"out", "build", "my-carriers"}


@dataclass(frozen=True)
class Block:
    """A fenced block of code or output."""

    heading: str
    language: str
    text: str


@dataclass(frozen=True)
class Page:
    path: Path
    blocks: tuple[Block, ...]
    sections: dict[str, str]
    """What stands under each heading, blocks left out."""

    @property
    def text(self) -> str:
        """Everything but headings and blocks."""
        return "\n".join(self.sections.values())

    @property
    def code_lines(self) -> Iterator[str]:
        """Each line of code that the page shows, in blocks and in the text."""
        for block in self.blocks:
            yield from block.text.splitlines()
        yield from _SPAN.findall(self.text)

    def rows(self, heading: str) -> list[tuple[str, ...]]:
        """The cells of the table under a heading, without the table's head."""
        lines = [line for line in self.sections[heading].splitlines() if line.startswith("|")]
        assert lines, f"{self.path.name}: no table under {heading!r}"
        return [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in lines[2:]]


def page(path: Path) -> Page:
    """Read a page; a line that begins with ``#`` inside a block is no heading."""
    heading, language = "", None
    blocks: list[Block] = []
    sections: dict[str, str] = {"": ""}
    held: list[str] = []
    for line in path.read_text("utf-8").splitlines():
        if line.startswith("```"):
            if language is None:
                language, held = line.removeprefix("```"), []
            else:
                blocks.append(Block(heading, language, "".join(f"{kept}\n" for kept in held)))
                language = None
        elif language is not None:
            held.append(line)
        elif re.match(r"#+ ", line):
            heading = line.lstrip("#").strip()
            assert heading not in sections, f"{path.name}: two headings are called {heading!r}"
            sections[heading] = ""
        else:
            sections[heading] += f"{line}\n"
    return Page(path, tuple(blocks), sections)


def every_page() -> list[Page]:
    """All Markdown pages of the repository; what is installed or generated is left out."""
    paths = [*ROOT.glob("*.md"), *ROOT.glob("[!.]*/**/*.md")]
    return [page(path) for path in sorted(paths) if not _NOT_OURS & set(path.relative_to(ROOT).parts)]
