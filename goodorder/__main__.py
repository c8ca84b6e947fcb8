"""The command by its module: ``python -m goodorder``."""

from goodorder.cli import main

if __name__ == "__main__":
    main()
