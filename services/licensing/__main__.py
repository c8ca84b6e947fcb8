"""Starts licensing: ``python -m services.licensing``."""

from services.chassis.shell import main
from services.licensing.worker import build

if __name__ == "__main__":
    main(build)
