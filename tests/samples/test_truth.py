"""What a packet's truth promises is what reading and checking it gives: each defect by its own rule and no other."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache

import pytest

from samples.packets import BuiltPacket, Delivery, Packet, build, load_shelf, random_packet
from samples.packets.building import HOUSE
from samples.packets.defects import DEFECTS
from schemas.application import Application
from services.intake.reading.catalogue import load_catalogue
from services.intake.reading.opening import Limits
from services.intake.reading.page_reading import PageReading, Reading, Refused, Survey
from services.intake.reading.reader import read_packet, scan_document_page, survey_document
from services.intake.reading.templates import Templates
from services.licensing.folder import read_folder
from services.validation.can_sell import Standing
from services.validation.good_order import check

pytestmark = pytest.mark.slow

TODAY = date(2026, 6, 15)
_STANDING = Standing(is_loaded=True, producers=read_folder(HOUSE / "samples" / "licensing"))
CASES = [(name, carrier) for name, defect in DEFECTS.items() for carrier in defect.carriers]


@dataclass
class OwnHands:
    """Reads in this process: the packets are our own."""

    templates: Templates

    def survey(self, content: bytes, document_id: str) -> Survey | Refused:
        return survey_document(content, document_id, self.templates, Limits())

    def scan(self, content: bytes, document_id: str, pages: Iterable[int]) -> Iterator[PageReading | Refused]:
        for page in pages:
            yield scan_document_page(content, document_id, page, self.templates, Limits())


@cache
def _hands() -> OwnHands:
    return OwnHands(Templates(load_catalogue(load_shelf().carriers)))


def _read(built: BuiltPacket) -> Application:
    hands = _hands()
    document_id = hashlib.sha256(built.content).hexdigest()
    reading = read_packet(built.content, document_id, hands.templates.catalogue, hands)
    assert isinstance(reading, Reading)
    return reading.application


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
    application = _read(built)
    read = {path: _at(application, path) for path in built.truth.values}
    assert read == built.truth.values
    assert tuple(form.form_id for form in application.forms) == built.truth.forms
    findings = check(application, load_shelf().carriers[built.truth.carrier], TODAY, standing=_STANDING)
    assert {finding.rule for finding in findings} == built.truth.rules, [finding.message for finding in findings]


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
