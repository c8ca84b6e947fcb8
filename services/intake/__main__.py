"""Starts intake: ``python -m services.intake``."""

from services.chassis.shell import main
from services.intake.worker import build

if __name__ == "__main__":
    main(build)
