"""Starts requirements: ``python -m services.requirements``."""

from services.chassis.shell import main
from services.requirements.worker import build

if __name__ == "__main__":
    main(build)
