"""The logs of the local stack do not grow without end."""

from pathlib import Path

from infra.stack.output import Output


def test_a_log_that_is_large_is_set_aside_while_its_part_goes_on_writing(tmp_path: Path) -> None:
    sink = Output(tmp_path, console=None, largest=1000).sink("kafka")
    for number in range(100):
        sink.write(b"line %04d of one hundred, each fifty bytes in length\n" % number)
    sink.close()
    now, before = tmp_path / "kafka.log", tmp_path / "kafka.log.1"
    assert now.read_text().endswith("line 0099 of one hundred, each fifty bytes in length\n")
    assert now.stat().st_size + before.stat().st_size < 3000
    assert {path.name for path in tmp_path.iterdir()} == {"kafka.log", "kafka.log.1"}
