"""Dead letters at the terminal: what lies there, why, and what a person does about it."""

from goodorder.dead_letters.commands import app

__all__ = ["app"]
