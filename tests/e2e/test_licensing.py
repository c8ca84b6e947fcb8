"""A case held back for its agent's licence goes on by itself when the record is corrected."""

import csv
from datetime import UTC, datetime
from pathlib import Path

import pytest

from samples.packets import Packet, build, load_shelf
from samples.packets.building import Shelf
from samples.people import PLACES
from schemas.codes import CaseState
from schemas.events import CaseChanged, ProducerChanged
from schemas.finding_events import VerdictReached
from schemas.ids import case_id, document_id
from schemas.producers import Producer
from tests.cli.terminal import OnTheStack
from tests.desk import Desk

pytestmark = [pytest.mark.stack, pytest.mark.timeout(180)]

JUNO = Producer(code="AG-1171", name="Juno Castellane", email=None, npn="18821140")
"""On file in the samples with a licence that ended in January 2026."""


def write_record(folder: Path) -> None:
    """Juno's record as the licensing desk has it after the renewal."""
    states = " ".join(sorted({place.state for place in PLACES}))
    files = {
        "producers": [("agent_code", "npn", "name"), (JUNO.code, JUNO.npn, JUNO.name)],
        "licenses": [("agent_code", "states", "line", "effective_from"), (JUNO.code, states, "life", "2021-01-01")],
        "appointments": [
            ("agent_code", "carrier", "states", "effective_from"),
            (JUNO.code, "aldermoor", states, "2021-02-01"),
        ],
        "training": [("agent_code", "course", "completed_on"), (JUNO.code, "aml", "2025-05-01")],
        "errors_and_omissions": [("agent_code", "effective_from"), (JUNO.code, "2026-01-01")],
    }
    for name, rows in files.items():
        with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as lines:
            csv.writer(lines).writerows(rows)


def test_a_case_waits_for_the_agents_licence_and_goes_on_when_it_is_on_file(desk: Desk, tmp_path: Path) -> None:
    goodorder = OnTheStack(desk.run)
    question = ("can-sell", JUNO.code, "--state", "IA", "--carrier", "aldermoor")
    shelf = Shelf(load_shelf().carriers, (JUNO,))
    packet = build(Packet("licence-way", "aldermoor", 601, datetime.now(UTC).date()), shelf)
    case = case_id(document_id(packet.content))

    def states() -> list[CaseState]:
        return [change.to_state for change in desk.ledger().of(CaseChanged) if change.case_id == case]

    assert goodorder.until(lambda said: said.code == 1, *question).words.startswith("No: no life licence")
    desk.drop(packet.content, "licence-way.pdf", JUNO.code)
    desk.until("NIGO", lambda: CaseState.NIGO in states())
    (first,) = [reached for reached in desk.ledger().of(VerdictReached) if reached.case_id == case]
    assert "V-51" in {finding.rule for finding in first.findings}

    write_record(tmp_path)
    for _ in range(2):  # done twice it is done once
        assert goodorder("licensing", "import", tmp_path).code == 0
    desk.until("submitted", lambda: CaseState.SUBMITTED in states())
    assert states()[3:] == ["nigo", "scrubbing", "igo", "ready_to_submit", "submitted"]
    assert goodorder(*question).code == 0
    records = [change for change in desk.ledger().of(ProducerChanged) if change.agent_code == JUNO.code]
    assert [change.revision for change in records] == [1, 2]
