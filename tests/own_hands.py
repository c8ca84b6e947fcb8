"""Reads packets in this process, without the pool of readers: the packets are our own."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from samples.packets import load_shelf
from schemas.application import Application
from services.intake.reading.catalogue import load_catalogue
from services.intake.reading.opening import Limits
from services.intake.reading.page_reading import PageReading, Reading, Refused, Survey
from services.intake.reading.reader import read_packet, scan_document_page, survey_document
from services.intake.reading.templates import Templates


@dataclass
class OwnHands:
    templates: Templates

    def survey(self, content: bytes, document_id: str) -> Survey | Refused:
        return survey_document(content, document_id, self.templates, Limits())

    def scan(self, content: bytes, document_id: str, pages: Iterable[int]) -> Iterator[PageReading | Refused]:
        for page in pages:
            yield scan_document_page(content, document_id, page, self.templates, Limits())


@cache
def _hands() -> OwnHands:
    return OwnHands(Templates(load_catalogue(load_shelf().carriers)))


def read(content: bytes) -> Application:
    """The application in a packet of the sample carriers."""
    hands = _hands()
    reading = read_packet(content, hashlib.sha256(content).hexdigest(), hands.templates.catalogue, hands)
    assert isinstance(reading, Reading)
    return reading.application
