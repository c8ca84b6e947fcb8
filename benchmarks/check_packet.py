"""How long ``goodorder check`` takes over a long packet in disorder, beside pypdf's text of the same pages.

Both are whole commands, from their start to their end. The packet has 29 fillable pages of several forms, shuffled,
with pages lost and doubled; the aim is a verdict in under three seconds.
"""

import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter

from tests.cli.test_check_untidy import untidy_packet

NOT_IN_GOOD_ORDER = 1
PEER = "import sys, pypdf; [page.extract_text() for page in pypdf.PdfReader(sys.argv[1]).pages]"


def main(rounds: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        packet = Path(folder) / "untidy.pdf"
        packet.write_bytes(untidy_packet())
        goodorder = str(Path(sys.executable).with_name("goodorder"))
        ours = median(_seconds([goodorder, "check", str(packet)], NOT_IN_GOOD_ORDER) for _ in range(rounds))
        peer = median(_seconds([sys.executable, "-c", PEER, str(packet)], 0) for _ in range(rounds))
    print(f"goodorder check, 29 fillable pages in disorder: median of {rounds} runs {ours:.2f} s (aim: under 3 s)")
    print(f"text of the same pages by pypdf: {peer:.2f} s; ratio {ours / peer:.1f}")


def _seconds(command: list[str], expected: int) -> float:
    started = perf_counter()
    done = subprocess.run(command, capture_output=True, check=False)
    took = perf_counter() - started
    if done.returncode != expected:
        raise RuntimeError(f"{command[0]} ended with {done.returncode}: {done.stderr.decode()}")
    return took


if __name__ == "__main__":
    main(5)
