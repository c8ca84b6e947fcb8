"""The commands about rules on the real stack: a finding set aside, rules tried, NIGO counted, an agent asked about."""

import json
import shutil
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from goodorder.records import Records
from infra.stack.run import ROOT
from samples.packets import Delivery, Packet, build
from schemas.ids import case_id, document_id
from services.chassis.settings import ServiceSettings
from services.validation import store
from tests.cli.terminal import OnTheStack

pytestmark = [pytest.mark.stack, pytest.mark.timeout(300)]

TODAY = datetime.now(UTC).date()
TRY = ("rules", "try", "--carrier", "quillhaven", "--since", TODAY - timedelta(1))


@pytest.fixture(scope="module")
def nigo(house: OnTheStack, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A case that lacks a beneficiary, which somebody may set aside, and nothing else."""
    seed = uuid.uuid4().int % 10**9
    content = build(Packet("any", "quillhaven", seed, TODAY, ("missing-beneficiary",), Delivery.FILLABLE)).content
    file = tmp_path_factory.mktemp("nigo") / "nigo.pdf"
    file.write_bytes(content)
    assert house("drop", file, "--agent", "AG-1042", "--wait").code == 1
    return case_id(document_id(content))


def test_the_sample_agents_are_on_file_from_the_start(house: OnTheStack, nigo: str) -> None:
    asked = ("can-sell", "AG-1042", "--state", "IA", "--carrier", "quillhaven")
    assert house(*asked).code == 0
    assert house("can-sell", "AG-0000", *asked[2:]).code == 1
    with Records(ServiceSettings(data=house.run.data)).of("validation") as db:
        reached = store.last_verdict(db, nigo)
    assert reached
    assert [finding.rule for finding in reached.findings] == ["V-24"], "nobody is told that the directory is empty"


def test_a_limit_changed_in_data_is_tried_on_the_cases_on_file(house: OnTheStack, nigo: str, tmp_path: Path) -> None:
    same = house(*TRY)
    assert same.code == 0, same.words
    assert "0 verdicts would change" in same.words
    carriers = shutil.copytree(ROOT / "carriers", tmp_path / "carriers")
    file = carriers / "quillhaven" / "carrier.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("hipaa_valid_days: 730", "hipaa_valid_days: 0"), encoding="utf-8")
    tried = json.loads(house(*TRY, "--json", GOODORDER_CARRIERS=str(carriers)).output)
    assert {"V-63"} == {rule for change in tried["changes"] for rule in change["appeared"]}
    assert nigo in {change["case_id"] for change in tried["changes"]}


def test_a_finding_set_aside_lets_the_case_go_on_and_is_on_file(house: OnTheStack, nigo: str) -> None:
    asked = ("override", nigo, "V-24", "--reason", "The carrier takes the estate here.")
    assert "no open finding" in house("override", nigo, "V-23", "--reason", "none").words
    said = house(*asked)
    assert said.code == 0, said.words
    shown = house.until(lambda said: "Our state submitted" in said.words, "case", nigo)
    assert "Set aside (1)" in shown.output
    assert "The carrier takes the estate here." in shown.words
    assert house(*asked).code == 2
    assert "0 verdicts would change" in house(*TRY).words, "what was set aside stays aside when rules are tried"


def test_the_report_counts_the_case_by_rule_and_agent(house: OnTheStack, nigo: str) -> None:
    report = json.loads(house("report", "nigo", "--carrier", "quillhaven", "--json").output)
    assert dict(report["by_rule"])["V-24"] >= 1
    assert any(share["name"] == "AG-1042" and share["nigo"] >= 1 for share in report["by_agent"])
    shown = house("report", "nigo")
    assert shown.code == 0
    assert "not in good order at first" in shown.words
