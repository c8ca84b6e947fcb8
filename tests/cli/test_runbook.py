"""From an alarm to a replayed message by the runbook alone: every step on the page is taken as it stands."""

import json
import shlex
import subprocess
import uuid
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from goodorder.house import find_house
from goodorder.mailbox import Delivered, delivered
from samples.packets import Delivery, Packet, build
from schemas.ids import case_id, document_id
from tests.chassis.house import eventually
from tests.cli.terminal import OnTheStack
from tests.docs.pages import DOCS, page
from tests.malformed import TOPIC, malformed_word

pytestmark = [pytest.mark.stack, pytest.mark.timeout(400)]

RUNBOOK = page(DOCS / "runbook.md")
SECRET = "Jordan, 801-22-3333"


class Newcomer:
    """Somebody who types what the page says, with the ids that they see instead of the page's."""

    def __init__(self, house: OnTheStack, folder: Path) -> None:
        self.house = house
        self.folder = folder
        self.typed: set[str] = set()
        """What need not be typed again to know that it works."""

    def follow(self, heading: str, letter: str = "", case: str = "") -> str:
        """Take every step under a heading; returns what was printed. No step may end with a usage error."""
        said = []
        for block in RUNBOOK.blocks:
            if block.heading == heading and block.language == "sh":
                for line in block.text.splitlines():
                    if line.startswith("ID="):
                        assert letter, "the page says to take an id"
                    else:
                        said.append(self.type(line, letter, case))
        assert said, f"nothing to type under {heading!r}"
        return "\n".join(said)

    def type(self, line: str, letter: str = "", case: str = "") -> str:
        line = line.replace("$ID", letter[:8]).replace("GO-7K3M-9QXT-2B4F", case)
        if line in self.typed:
            return ""
        self.typed.add(line)
        if line.startswith("goodorder "):
            said = self.house(*shlex.split(line)[1:])
            assert said.code in (0, 1), f"{line}\n{said.words}"
            return said.output
        environment = {"GOODORDER_DATA": str(self.house.run.data), "PATH": "/usr/bin:/bin"}
        done = subprocess.run(["bash", "-c", line], cwd=self.folder, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, f"{line}\n{done.stderr}"
        return done.stdout


@pytest.fixture
def newcomer(house: OnTheStack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Newcomer:
    monkeypatch.chdir(tmp_path)
    return Newcomer(house, tmp_path)


def test_a_newcomer_goes_from_an_alarm_to_a_replayed_message(newcomer: Newcomer, tmp_path: Path) -> None:
    house = newcomer.house
    house("dead-letters", "discard", "--all", "--reason", "left by other tests", "--wait", 90)
    assert open_letters(house) == []
    file, case = packet(tmp_path)
    assert house("decide", case, "withdrawn_by_client", "--carrier", "quillhaven").code == 0

    mail = the_alarm(house, case)
    told = [line for line in mail.text.splitlines() if line.strip().startswith("goodorder ")]
    letter = open_letters(house, "cases")[0]["id"]
    assert told[0].split() == ["goodorder", "dead-letters", "show", letter[:8]]
    assert "unknown case" in newcomer.type(told[0].strip())
    assert "docs/runbook.md#a-dead-letter" in mail.text

    first = newcomer.follow("Runbook")
    assert "1. 1 dead letter of cases: unknown case" in " ".join(first.split())
    assert "docs/runbook.md: A dead letter" in first
    assert house("drop", file, "--wait").code == 0
    before = house_ends(house)
    newcomer.typed.clear()
    said = newcomer.follow("A dead letter", letter)
    for words in ("nothing was done", "replayed, it went through", "the packet is here now", "Nothing is lost"):
        assert words in " ".join(said.split()), words
    assert house_ends(house) == before, "a replay is published to the old topic again"
    assert "withdrawn by client" in house("case", case).words
    assert "no open dead letter is meant" in newcomer.follow("Many at once")

    broken = broken_word(house, case)
    said = newcomer.follow("Put a record right", broken, case)
    assert "data.effective_at: ••• → 2026-03-15T12:00:00Z" in said
    assert "replayed, it went through" in said
    assert "discarded" in newcomer.follow("Give one up", broken_word(house, case))
    history = house("dead-letters", "history", broken).words
    for words in ("looked at unmasked", "correction asked", "with a corrected value", "data.effective_at"):
        assert words in history
    assert SECRET not in said + history


def test_every_other_step_of_the_runbook_can_be_taken(newcomer: Newcomer) -> None:
    case = json.loads(newcomer.house("cases", "--json").output)[0]["case_id"]
    taken = ("Runbook", "A dead letter", "Many at once", "Put a record right", "Give one up")
    headings = dict.fromkeys(block.heading for block in RUNBOOK.blocks if block.heading not in taken)
    said = {heading: newcomer.follow(heading, case=case) for heading in headings}
    assert "notify is ready again" in said["Restart a part"]
    assert case in said["A case is parked"]
    assert "AG-1042" in "".join(said["An upload is missing"].split())
    assert "on hold from now on" in said["A case must be kept, or is gone"]
    for reason in ("Subpoena of May 4.", "letter of June 1."):
        eventually(partial(audited, newcomer.house, reason), f"{reason} is on record", 90)


def audited(house: OnTheStack, reason: str) -> bool:
    return reason in house("audit", "--json").output


def packet(folder: Path) -> tuple[Path, str]:
    seed = uuid.uuid4().int % 10**9
    built = build(Packet("any", "quillhaven", seed, datetime.now(UTC).date(), (), Delivery.FILLABLE))
    file = folder / f"quillhaven-{seed}.pdf"
    file.write_bytes(built.content)
    return file, case_id(document_id(built.content))


def open_letters(house: OnTheStack, *services: str) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = json.loads(house("dead-letters", "list", "--json").output)
    return [each for each in listed if not services or each["service"] in services]


def the_alarm(house: OnTheStack, words: str) -> Delivered:
    """The mail that ops got, and no second one."""

    def found() -> list[Delivered]:
        mails = [mail for mail in delivered(house.run.mail) if "ops@example.com" in mail.recipient]
        return [mail for mail in mails if words in " ".join(mail.text.split())]

    (mail,) = eventually(found, "a mail to ops")
    assert mail.subject == "Dead letters in cases: an unknown case"
    return mail


def broken_word(house: OnTheStack, case: str) -> str:
    """A carrier writes a date as people do: one dead letter, whoever else reads the carriers' words."""
    malformed_word(house.run, case, "15.03.2026", "acknowledged", note=SECRET)
    about_it = eventually(lambda: [each for each in open_letters(house) if each["about"] == case], "it was given up")
    assert [each["service"] for each in about_it] == ["cases"]
    letter: str = about_it[0]["id"]
    return letter


def house_ends(house: OnTheStack) -> dict[tuple[str, int], int]:
    return find_house(house.run.data).broker().ends([TOPIC])
