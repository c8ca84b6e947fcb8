"""``goodorder check`` on files in files: each is checked, and what is remarkable about it is said."""

import json
from datetime import date
from pathlib import Path

import pytest

from goodorder.file_kind import remarks
from samples.packets import named_packet
from schemas.codes import SealState, VirusScan
from schemas.file_events import DocumentSeen
from tests.cli.terminal import goodorder
from tests.intake.reading.packed import zipped

TODAY = date(2026, 11, 20)


@pytest.mark.slow
def test_each_file_of_a_zip_is_checked_and_a_repaired_one_is_named(tmp_path: Path) -> None:
    packet = named_packet("clean-aldermoor", TODAY).content
    without_its_table = packet[: packet.rindex(b"startxref")]
    packed = tmp_path / "packets.zip"
    packed.write_bytes(zipped({"torn.pdf": without_its_table, "inner.zip": zipped({"packet.pdf": packet})}))
    said = goodorder("check", "--received", TODAY, packed)
    assert said.code == 2
    assert "torn.pdf" in said.output
    assert "The file: damaged, and repaired to be read" in " ".join(said.output.split())
    assert "IN GOOD ORDER" in said.output
    assert "holds a ZIP file or PDF portfolio within another" in " ".join(said.output.split())
    told = json.loads(goodorder("check", "--json", "--received", TODAY, packed).output)["packets"]
    assert [(Path(each["file"]).name, each["verdict"]) for each in told] == [("torn.pdf", "igo"), ("inner.zip", None)]
    assert told[0]["seen"]["repaired"] is True


def test_remarks_are_what_a_person_should_know_and_a_plain_file_has_none() -> None:
    assert remarks(None) == remarks(DocumentSeen(pages=7, fields=3, virus_scan=VirusScan.CLEAN)) == ""
    odd = DocumentSeen(
        pages=1, unlocked=True, javascript=True, embedded_files=1, xfa=True, seals=(SealState.CHANGED,),
        virus_scan=VirusScan.NOT_SCANNED,
    )  # fmt: skip
    assert remarks(odd) == (
        "encrypted, and opened without a password; holds JavaScript, which is never run; 1 attached file not read; "
        "holds XFA, which is not read; changed after it was digitally signed; not scanned for viruses"
    )
