"""Applications as intake reads them, from the sample packets' own builder, without drawing and reading any PDF."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property

from samples.packets.building import FilledPacket, Packet, Shelf, filled_in, load_shelf
from samples.packets.defects import Draft
from schemas.ages import age_on
from schemas.application import Application
from schemas.base import StoredObject
from schemas.codes import ReadingMethod, SignatureKind
from schemas.document_events import DocumentFiled
from schemas.events import ApplicationRead
from schemas.ids import document_id
from services.intake.reading.assembly import packet_from
from services.intake.reading.catalogue import Catalogue, load_catalogue
from services.intake.reading.page_reading import PageReading, ZoneReading

_READING_TAKES = timedelta(seconds=4)


@dataclass(frozen=True)
class Desk:
    """The forms and agents that applications are made of."""

    shelf: Shelf

    @classmethod
    def loaded(cls) -> "Desk":
        return cls(load_shelf())

    @cached_property
    def catalogue(self) -> Catalogue:
        return load_catalogue(self.shelf.carriers)

    def read(
        self,
        case_id: str,
        version: int,
        packet: Packet,
        uploaded_at: datetime,
        change: Callable[[Draft], None] = lambda draft: None,
    ) -> ApplicationRead:
        """What intake publishes of this packet: a form filled in on a screen, signed in ink, read without a doubt."""
        filled = filled_in(packet, self.shelf, change)
        document = document_id(f"{case_id} {version}".encode())
        archive = StoredObject(bucket="goodorder-archive", key=f"sha256/{document}", version_id="1")
        return ApplicationRead(
            case_id=case_id,
            version=version,
            agent_code=filled.truth.agent_code,
            documents=(DocumentFiled(document_id=document, archive=archive, file_name=f"{packet.name}.pdf"),),
            uploaded_at=uploaded_at,
            reading_started_at=uploaded_at + timedelta(seconds=1),
            read_at=uploaded_at + _READING_TAKES,
            application=self._application(filled, document),
        )

    def face_amounts(self, read: ApplicationRead) -> tuple[Decimal, Decimal] | None:
        """The lowest and the highest that the product applied for is issued for at the insured's age."""
        carrier, born = read.application.carrier, read.application.insured.date_of_birth
        product = self.shelf.carriers[carrier].product(read.application.coverage.product) if carrier else None
        if product is None or born is None:
            return None
        return product.face_amounts(age_on(product.age_basis, born, read.uploaded_at.date()))

    def _application(self, filled: FilledPacket, document: str) -> Application:
        numbered = enumerate(((held.form.id, page) for held, sent in filled.forms for page in sent), start=1)
        pages = [self._page(filled, document, number, *place) for number, place in numbered]
        return packet_from(pages, self.catalogue)

    def _page(self, filled: FilledPacket, document: str, number: int, form_id: str, page: int) -> PageReading:
        said = filled.written
        zones = tuple(
            ZoneReading(
                zone=zone.name,
                raw=said.texts.get(zone.name, ""),
                marked=zone.name in said.ticks or zone.name in said.signed,
                kind=SignatureKind.INK if zone.name in said.signed else None,
                method=ReadingMethod.MARK if zone.name in said.signed else ReadingMethod.ACROFORM,
                confidence=1,
            )
            for zone in self.catalogue.page(form_id, page + 1).zones
        )
        return PageReading(document_id=document, page=number, form_id=form_id, form_page=page + 1, zones=zones)


def of_its_own_life(number: int) -> Callable[[Draft], None]:
    """Gives the insured an SSN that no other case has, of an area that was never issued."""
    ssn = f"{800 + number // 990_000:03}-{number // 10_000 % 99 + 1:02}-{number % 9_999 + 1:04}"

    def change(draft: Draft) -> None:
        for path in ("insured.ssn", "hipaa.ssn"):
            if path in draft.values:
                draft.values[path] = ssn

    return change


def signed_anew(on: date) -> Callable[[Draft], None]:
    """Dates every signature anew: what was signed too long ago is signed again."""

    def change(draft: Draft) -> None:
        for path in draft.values:
            if path.endswith(".signed_on"):
                draft.values[path] = on

    return change
