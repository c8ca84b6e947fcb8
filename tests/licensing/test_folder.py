"""Producers from CSV: what a line may say, and that a mistake is named with its file and line."""

from datetime import date
from pathlib import Path

import pytest

from samples.packets.building import HOUSE
from schemas.codes import LineOfAuthority
from schemas.licensing import License, Training
from schemas.producers import load_producers
from services.licensing.folder import LicensingFileError, read_folder

PRODUCERS = "agent_code,npn,name\nA-1,100,Robin Vale\nA-2,200,Kim Other\n"


def folder(path: Path, **files: str) -> Path:
    for name, text in {"producers": PRODUCERS, **files}.items():
        (path / f"{name}.csv").write_text(text, encoding="utf-8")
    return path


def test_a_record_is_gathered_from_all_files(tmp_path: Path) -> None:
    robin, kim = read_folder(
        folder(
            tmp_path,
            licenses="agent_code,states,line,number,effective_from,effective_to\nA-1,IA OH,life,L1,2024-02-29,\n",
            appointments="agent_code,carrier,states,effective_from,effective_to\nA-1,aldermoor,IA,2024-03-01,2026-03-01\n",
            training="agent_code,course,completed_on,expires_on\nA-1,aml,2025-01-31,\n",
            errors_and_omissions="agent_code,insurer,effective_from,effective_to\nA-1,,2026-01-01,2026-12-31\n",
        )
    )
    life = LineOfAuthority.LIFE
    assert robin.licenses == tuple(
        License(state=state, line=life, number="L1", effective_from=date(2024, 2, 29)) for state in ("IA", "OH")
    )
    assert robin.training == (Training(course="aml", completed_on=date(2025, 1, 31)),)
    assert (robin.appointments[0].carrier, robin.appointments[0].effective_to) == ("aldermoor", date(2026, 3, 1))
    assert robin.errors_and_omissions[0].insurer is None
    assert (kim.agent_code, kim.licenses, kim.training) == ("A-2", (), ())


def test_the_order_of_lines_and_a_byte_order_mark_make_no_difference(tmp_path: Path) -> None:
    head, lines = "agent_code,course,completed_on,expires_on\n", ["A-1,aml,2025-01-01,\n", "A-1,qm,2025-01-02,\n"]
    one, other = tmp_path / "one", tmp_path / "other"
    one.mkdir()
    other.mkdir()
    folder(one, training=head + "".join(lines))
    folder(other, training="\ufeff" + head + "".join(reversed(lines)))
    assert read_folder(one) == read_folder(other)


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"producers": "agent_code,npn,name\nA-1,12x,Robin\n"}, r"producers\.csv, line 2, npn"),
        ({"producers": f"{PRODUCERS}A-1,300,Twin\n"}, r"producers\.csv, line 4: A-1 is there already"),
        (
            {"licenses": "agent_code,states,line,effective_from\nA-9,IA,life,2024-01-01\n"},
            "line 2: agent A-9 is not in",
        ),
        (
            {"licenses": "agent_code,states,line,effective_from\nA-1,Iowa,life,2024-01-01\n"},
            "line 2: states needs codes",
        ),
        ({"licenses": "agent_code,states,line,effective_from\nA-1,,life,2024-01-01\n"}, "line 2: states needs codes"),
        ({"licenses": "agent_code,states,line,effective_from\nA-1,IA,boats,2024-01-01\n"}, "line 2, line: "),
        ({"licenses": "agent_code,states,line,effective_from\nA-1,IA,life,2025-02-29\n"}, "line 2, effective_from"),
        ({"training": "agent_code,course,completed_on\nA-1,aml,2025-01-01\nA-1,aml,2025-01-01\n"}, "line 3: the same"),
    ],
)
def test_a_mistake_is_named_with_its_line(tmp_path: Path, files: dict[str, str], words: str) -> None:
    with pytest.raises(LicensingFileError, match=words):
        read_folder(folder(tmp_path, **files))


def test_a_folder_without_producers_says_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(LicensingFileError, match=r"producers\.csv is missing"):
        read_folder(tmp_path)


def test_every_agent_of_the_samples_is_on_file_with_the_same_npn() -> None:
    on_file = {record.agent_code: record for record in read_folder(HOUSE / "samples" / "licensing")}
    agents = load_producers(HOUSE / "samples" / "producers.csv")
    assert {code: (agent.name, agent.npn) for code, agent in agents.items()} == {
        code: (on_file[code].name, on_file[code].npn) for code in agents
    }
