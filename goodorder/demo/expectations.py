"""What has to come true in the demonstration, and whether it did."""

from rich.console import Console
from rich.table import Table
from rich.text import Text

from goodorder.screen import readable


class Expectations:
    """Says each expectation as it is met or missed; the demonstration succeeds when none was missed."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self.met = 0
        self.missed: list[str] = []

    def expect(self, came_true: bool, words: str) -> None:
        if came_true:
            self.met += 1
            self._say(Text("✓", style="green"), readable(words))
        else:
            self.missed.append(words)
            self._say(Text("✗", style="bold red"), readable(f"NOT so: {words}"))

    def _say(self, mark: Text, words: Text) -> None:
        line = Table.grid(padding=(0, 1))
        line.add_row(" ", mark, words)
        self._console.print(line)
