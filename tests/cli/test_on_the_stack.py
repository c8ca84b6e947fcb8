"""The commands on the real stack: packets, cases, the outside world's words, dead letters, status."""

import json
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from samples.packets import Delivery, Packet, build
from schemas.ids import case_id, document_id
from tests.cli.terminal import OnTheStack, Said, goodorder

pytestmark = [pytest.mark.stack, pytest.mark.timeout(300)]

SSN_LIKE = "801-22-3333"


def packet(folder: Path, carrier: str, *defects: str) -> tuple[Path, str, str]:
    """A packet nobody dropped before: its file, its case, and the insured's SSN."""
    seed = uuid.uuid4().int % 10**9
    built = build(Packet("any", carrier, seed, datetime.now(UTC).date(), defects, Delivery.FILLABLE))
    file = folder / f"{carrier}-{seed}.pdf"
    file.write_bytes(built.content)
    return file, case_id(document_id(built.content)), str(built.truth.values["insured.ssn"])


@pytest.fixture(scope="module")
def submitted(house: OnTheStack, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """A case in good order, dropped through the command line, and its insured's SSN."""
    file, case, ssn = packet(tmp_path_factory.mktemp("clean"), "aldermoor")
    said = house("drop", file, "--wait", "--agent", "AG-1042")
    assert said.code == 0, said.words
    for words in (f"case {case}", "in good order", "mail to agent AG-1042: submitted, sent"):
        assert words in said.words
    return case, ssn


def test_a_dropped_packet_is_followed_to_the_mail_and_then_known_by_any_beginning(
    house: OnTheStack, submitted: tuple[str, str]
) -> None:
    case, ssn = submitted
    assert case in house("cases").output
    shown = house("case", case[3:12].lower().replace("-", ""))
    assert shown.code == 0
    for words in (case, "submitted", "Requirements (0 of", "Timeline (UTC)", "Mails (1)"):
        assert words in shown.words
    everything = shown.output + house("case", case, "--json").output + house("cases", "--json").output
    assert ssn not in everything
    assert json.loads(house("case", case, "--json").output)["state"] == "submitted"


def test_a_packet_not_in_good_order_ends_with_1_and_its_case_says_what_to_fix(
    house: OnTheStack, tmp_path: Path
) -> None:
    file, case, _ = packet(tmp_path, "quillhaven", "missing-beneficiary")
    said = house("drop", file, "--wait")
    assert said.code == 1
    assert "NOT in good order: 1 thing to fix" in said.words
    assert "V-24" in house("case", case).output
    assert case in house("cases", "--state", "nigo").output


def test_a_file_that_cannot_be_read_ends_with_2_and_says_why(house: OnTheStack, tmp_path: Path) -> None:
    file = tmp_path / "letter.pdf"
    file.write_bytes(f"Dear agent, {uuid.uuid4()}".encode())
    said = house("drop", file, "--wait")
    assert said.code == 2
    assert "refused: The file is neither a PDF nor a scan" in said.words
    assert "refused document, sent" in said.words


def test_an_unknown_agent_is_not_dropped_for(house: OnTheStack, tmp_path: Path) -> None:
    file, _, _ = packet(tmp_path, "aldermoor")
    said = house("drop", file, "--agent", "AG-0000")
    assert said.code == 2
    assert "No agent AG-0000 is on file" in said.words


def test_a_vendor_and_a_carrier_move_the_case(house: OnTheStack, submitted: tuple[str, str]) -> None:
    case, _ = submitted
    assert house("decide", case, "acknowledged", "--reference", "ALD-1").code == 0
    house.until(lambda said: "awaiting requirements" in said.words, "case", case)
    for requirement in json.loads(house("case", case, "--json").output)["requirements"]:
        said = house("vendor", case[:9], requirement["kind"], "results_out")
        assert said.code == 0, said.words
    house.until(lambda said: "underwriting" in said.words, "case", case)
    assert house("decide", case, "approved", "--note", "As applied for", "--face", "$250,000").code == 0
    shown = house.until(lambda said: "Our state approved" in said.words, "case", case)
    assert "ALD-1" in shown.output
    assert "As applied for" in shown.output
    assert "$250,000" in shown.words
    house.until(lambda said: "Mails (3)" in said.words, "case", case)


def test_mistakes_in_what_is_said_are_explained(house: OnTheStack, submitted: tuple[str, str]) -> None:
    case, _ = submitted
    assert "It has: " in house("vendor", case, "tele_interview", "scheduled").words
    assert "No carrier nobody is on file" in house("decide", case, "approved", "--carrier", "nobody").words
    assert "is no amount" in house("decide", case, "approved", "--face", "a lot").words
    assert "There is no case GO-ZZZZ" in house("case", "GO-ZZZZ").words


@pytest.fixture
def misdirected(house: OnTheStack, submitted: tuple[str, str]) -> Iterator[str]:
    """The id of a dead letter: another carrier spoke of the case, with something personal in its note."""
    case, _ = submitted
    before = {letter["id"] for letter in json.loads(house("dead-letters", "list", "--json").output)}
    house("decide", case, "declined", "--carrier", "quillhaven", "--note", f"Jordan, {SSN_LIKE}")

    def new(said: Said) -> list[dict[str, str]]:
        letters = json.loads(said.output)
        return [each for each in letters if each["id"] not in before and each["about"] == case]

    (letter,) = new(house.until(lambda said: bool(new(said)), "dead-letters", "list", "--json"))
    yield letter["id"]
    house("dead-letters", "discard", letter["id"], "--reason", "end of the test")


def test_a_dead_letter_is_shown_without_what_is_personal_tried_in_vain_and_discarded(
    house: OnTheStack, submitted: tuple[str, str], misdirected: str
) -> None:
    listed = house("dead-letters", "list", "--cause", "wrong_carrier", "--case", submitted[0])
    assert misdirected[:8] in listed.output
    shown = house("dead-letters", "show", misdirected[:12])
    for words in (misdirected, submitted[0], "/carriers/quillhaven", '"decision": "declined"', "•••"):
        assert words in shown.output
    for secret in (SSN_LIKE, "Jordan"):
        assert secret not in shown.output + listed.output
    assert house("status").code == 1
    again = house("dead-letters", "replay", misdirected, "--reason", "try again")
    assert again.code == 1
    assert "failed again, it stays open" in again.words
    done = house("dead-letters", "discard", misdirected[:8], "--reason", "the carrier mixed up its cases")
    assert done.code == 0
    assert misdirected[:8] not in house("dead-letters", "list").output
    assert misdirected[:8] in house("dead-letters", "list", "--all").output
    late = house("dead-letters", "discard", misdirected, "--reason", "twice")
    assert late.code == 2
    assert "was discarded already" in late.words
    from_kafka = house("dead-letters", "history", misdirected, "--from-kafka")
    assert from_kafka.output == house("dead-letters", "history", misdirected).output
    for words in ("failed again", "try again", "discarded", "mixed up its cases"):
        assert words in from_kafka.words


def test_status_shows_every_part_ready(house: OnTheStack) -> None:
    said = house("status", "--json")
    parts = {part["name"]: part for part in json.loads(said.output)["parts"]}
    assert set(parts) >= {"kafka", "ministack", "mail", "intake", "validation", "requirements", "cases", "notify"}
    assert all(part["is_ready"] for part in parts.values()), said.output
    assert "Mails" in house("status").output


def test_without_a_stack_the_remedy_is_said(tmp_path: Path) -> None:
    file = tmp_path / "any.pdf"
    file.write_bytes(b"%PDF-1.7")
    for arguments in (("drop", file), ("status",), ("dead-letters", "list")):
        said = goodorder("--data", tmp_path, *arguments)
        assert said.code == 2
        assert "No stack runs on" in said.words
        assert "`make up`" in said.words
    said = goodorder("--data", tmp_path, "cases")
    assert said.code == 2
    assert "nothing has run there yet" in said.words
    assert not (tmp_path / "db").exists()
