"""Starts the console's worker, which fills its tables: ``python -m services.console``."""

from services.chassis.shell import main
from services.console.worker import build

if __name__ == "__main__":
    main(build)
