"""Starts validation: ``python -m services.validation``."""

from services.chassis.shell import main
from services.validation.worker import build

if __name__ == "__main__":
    main(build)
