"""What a packet's truth promises is what reading and checking it gives: each defect by its own rule and no other."""

from datetime import date

import pytest

from samples.packets import BuiltPacket, Delivery, Packet, build, load_shelf, random_packet
from samples.packets.building import HOUSE
from samples.packets.defects import DEFECTS
from schemas.application import Application
from services.licensing.folder import read_folder
from services.validation.can_sell import Standing
from services.validation.good_order import check
from tests.own_hands import read

pytestmark = pytest.mark.slow

TODAY = date(2026, 6, 15)
_STANDING = Standing(is_loaded=True, producers=read_folder(HOUSE / "samples" / "licensing"))
CASES = [(name, carrier) for name, defect in DEFECTS.items() for carrier in defect.carriers]


def _at(application: Application, path: str) -> object:
    held: object = application
    for part in path.split("."):
        if isinstance(held, dict):
            held = held.get(part)
        elif isinstance(held, tuple):
            held = held[int(part)] if int(part) < len(held) else None
        else:
            held = getattr(held, part)
    return held


def _judge(built: BuiltPacket) -> None:
    application = read(built.content)
    values = {path: _at(application, path) for path in built.truth.values}
    assert values == built.truth.values
    assert tuple(form.form_id for form in application.forms) == built.truth.forms
    findings = check(application, load_shelf().carriers[built.truth.carrier], TODAY, standing=_STANDING)
    assert {finding.rule for finding in findings} == built.truth.rules | built.truth.told, [
        finding.message for finding in findings
    ]


@pytest.mark.parametrize(("defect", "carrier"), CASES)
def test_a_defect_is_found_by_its_rule_and_by_no_other(defect: str, carrier: str) -> None:
    _judge(build(Packet("defect", carrier, 4, TODAY, (defect,))))


@pytest.mark.parametrize("carrier", ["aldermoor", "quillhaven"])
@pytest.mark.parametrize("delivery", [Delivery.FILLABLE, Delivery.FLATTENED])
def test_clean_packets_are_in_good_order(carrier: str, delivery: Delivery) -> None:
    for seed in range(100, 103):
        _judge(build(Packet("clean", carrier, seed, TODAY, delivery=delivery)))


def test_random_packets_hold_what_their_truth_says() -> None:
    for seed in range(500, 510):
        _judge(random_packet(seed, TODAY))
