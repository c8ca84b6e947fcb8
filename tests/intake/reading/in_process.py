"""Hands that read in this process: quick, and a fault shows its own traceback."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from schemas.ids import document_id
from services.intake.reading.opening import Limits
from services.intake.reading.page_reading import PageReading, Reading, Refused, Survey
from services.intake.reading.reader import read_packet, scan_document_page, survey_document
from services.intake.reading.templates import Templates


@dataclass(frozen=True)
class InProcess:
    templates: Templates
    limits: Limits = field(default_factory=Limits)

    def survey(self, content: bytes, document_id: str) -> Survey | Refused:
        return survey_document(content, document_id, self.templates, self.limits)

    def scan(self, content: bytes, document_id: str, pages: Iterable[int]) -> Iterator[PageReading | Refused]:
        for page in pages:
            yield scan_document_page(content, document_id, page, self.templates, self.limits)

    def read(self, content: bytes) -> Reading | Refused:
        return read_packet(content, document_id(content), self.templates.catalogue, self)
