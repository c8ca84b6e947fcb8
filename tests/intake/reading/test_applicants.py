"""Several people's or carriers' applications in one upload are told apart; one that comes twice is one."""

from datetime import date
from io import BytesIO

import pytest
from pypdf import PdfReader, PdfWriter

from samples.packets import BuiltPacket, Delivery, Packet, build
from samples.packets.case_values import Circumstances
from schemas.application import Application
from services.intake.reading.page_reading import Reading
from tests.intake.reading.in_process import InProcess

DAY = date(2026, 11, 20)
REPLACING = Circumstances(existing=True, replacing=True)


def _packet(carrier: str, seed: int) -> BuiltPacket:
    return build(Packet("one of several", carrier, seed, DAY, (), Delivery.FLATTENED, REPLACING))


def _read(hands: InProcess, *packets: BuiltPacket, order: list[int] | None = None) -> tuple[Application, ...]:
    pages = [page for packet in packets for page in PdfReader(BytesIO(packet.content)).pages]
    writer, out = PdfWriter(), BytesIO()
    for number in order or range(len(pages)):
        writer.add_page(pages[number])
    writer.write(out)
    reading = hands.read(out.getvalue())
    assert isinstance(reading, Reading), reading
    return reading.applications


def _alone(hands: InProcess, packet: BuiltPacket) -> Application:
    (application,) = _read(hands, packet)
    return application


def _values(application: Application) -> dict[str, object]:
    return application.model_dump(exclude={"evidence", "forms", "unknown_pages"})


@pytest.mark.slow
def test_two_applicants_of_one_carrier_are_two_applications(hands: InProcess) -> None:
    one, other = _packet("quillhaven", 3), _packet("quillhaven", 4)
    found = _read(hands, one, other)
    assert [_values(application) for application in found] == [_values(_alone(hands, p)) for p in (one, other)]
    assert not any(form.missing_pages or form.doubled_pages for app in found for form in app.forms)


@pytest.mark.slow
def test_two_applicants_are_told_apart_when_their_pages_are_mixed(hands: InProcess) -> None:
    one, other = _packet("aldermoor", 3), _packet("aldermoor", 4)
    count = len(one.pages)
    mixed = [page for pair in zip(range(count), range(count, 2 * count), strict=True) for page in pair]
    found = _read(hands, one, other, order=mixed)
    assert [app.insured for app in found] == [_alone(hands, one).insured, _alone(hands, other).insured]
    assert [app.hipaa for app in found] == [_alone(hands, one).hipaa, _alone(hands, other).hipaa]
    assert not any(form.missing_pages or form.doubled_pages for app in found for form in app.forms)


def test_one_applicant_s_two_carriers_are_two_applications(hands: InProcess) -> None:
    one, other = _packet("aldermoor", 3), _packet("quillhaven", 3)
    found = _read(hands, one, other)
    assert [application.carrier for application in found] == ["aldermoor", "quillhaven"]
    assert all({form.carrier for form in app.forms} == {app.carrier} for app in found)


def test_a_packet_that_was_put_in_twice_is_one_application(hands: InProcess) -> None:
    packet = _packet("quillhaven", 3)
    (application,) = _read(hands, packet, packet)
    assert all(form.doubled_pages for form in application.forms)
    assert _values(application) == _values(_alone(hands, packet))
