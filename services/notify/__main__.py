"""Starts notify: ``python -m services.notify``."""

from services.chassis.shell import main
from services.notify.worker import build

if __name__ == "__main__":
    main(build)
