"""Starts cases: ``python -m services.cases``."""

from services.cases.worker import build
from services.chassis.shell import main

if __name__ == "__main__":
    main(build)
