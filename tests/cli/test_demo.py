"""``make demo``: everything it promises comes true, and nothing is left running."""

import subprocess
import sys
from pathlib import Path

import pytest

from infra.stack import data_lock
from infra.stack.run import path_in
from tests.cli.terminal import goodorder

pytestmark = [pytest.mark.stack, pytest.mark.timeout(420)]


def demo(data: Path) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "goodorder.demo", "--data", str(data)]
    return subprocess.run(command, capture_output=True, text=True, timeout=400, check=False)


def test_the_demonstration_comes_true_and_leaves_its_records(tmp_path: Path) -> None:
    done = demo(tmp_path / "demo")
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr
    assert "expectations came true" in done.stdout
    assert not path_in(tmp_path / "demo").exists()
    assert data_lock.holder(tmp_path / "demo") is None
    listed = goodorder("--data", tmp_path / "demo", "cases")
    assert listed.output.count("GO-") == 6
    assert "placed" in listed.output
    assert "declined" in listed.output


def test_a_folder_that_is_not_a_stacks_is_never_wiped(tmp_path: Path) -> None:
    kept = tmp_path / "mine.txt"
    kept.write_text("do not touch")
    done = demo(tmp_path)
    assert done.returncode == 2
    assert "not ours to wipe" in done.stderr
    assert kept.read_text() == "do not touch"
