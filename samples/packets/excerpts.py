"""Some pages of a packet in a file of their own: what an agent sends after the packet."""

from collections.abc import Iterable
from io import BytesIO

from pypdf import PdfWriter

from samples.packets.building import BuiltPacket


def excerpt(packet: BuiltPacket, form_pages: Iterable[tuple[str, int]]) -> bytes:
    """These pages of its forms (form id, page from 1), with the fields on them; the same pages give the same bytes."""
    wanted = set(form_pages)
    writer = PdfWriter()
    writer.append(
        BytesIO(packet.content),
        pages=[place for place, page in enumerate(packet.pages) if page in wanted],
        import_outline=False,
    )
    content = BytesIO()
    writer.write(content)
    return content.getvalue()
