"""Asks whether anything is known against the pinned packages (pip-audit, from the OSV database).

``python -m infra.supply.audit [--must]``: ends with 0 if nothing is known, 1 if something is. Without the network
nothing can be checked: it says so, and ends with 0, or with 3 where it ``--must`` be.
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from infra.supply.pins import DEV

KNOWN, NOT_CHECKED = 1, 3


def command(requirements: Path) -> tuple[str, ...]:
    return (
        sys.executable, "-m", "pip_audit", "--requirement", str(requirements), "--require-hashes", "--disable-pip",
        "--no-deps", "--vulnerability-service", "osv", "--format", "json", "--progress-spinner", "off",
    )  # fmt: skip


def audit(asks: Sequence[str], must: bool) -> tuple[str, int]:
    """What there is to say, and the exit code."""
    done = subprocess.run(asks, capture_output=True, text=True, check=False)
    try:
        checked = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError):
        why = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        words = f"NOT CHECKED: whether anything is known against the packages could not be asked.\n  {why[:300]}"
        return words, NOT_CHECKED if must else 0
    known = [
        f"{package['name']} {package['version']}: {fault['id']}, mended in {', '.join(fault['fix_versions']) or 'none'}"
        for package in checked
        for fault in package.get("vulns", ())
    ]
    skipped = [
        f"{package['name']}: not checked, {package['skip_reason']}" for package in checked if "skip_reason" in package
    ]
    if known or skipped:
        return "\n".join((*known, *skipped)), KNOWN if known else (NOT_CHECKED if must else 0)
    return f"Nothing is known against the {len(checked)} pinned packages.", 0


def main() -> None:
    words, code = audit(command(DEV), "--must" in sys.argv[1:])
    sys.stdout.write(f"{words}\n")
    sys.exit(code)


if __name__ == "__main__":
    main()
