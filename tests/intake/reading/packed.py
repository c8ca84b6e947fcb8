"""ZIP files and PDF portfolios, sound and hostile, made from bytes at hand."""

import struct
import zipfile
from io import BytesIO

import pikepdf


def zipped(files: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def lying_about_its_size(content: bytes, says: int) -> bytes:
    """A ZIP file of one file that says it is shorter than what comes out."""
    made = bytearray(zipped({"packet.pdf": content}))
    directory = made.rindex(b"PK\x01\x02")
    made[directory + 24 : directory + 28] = struct.pack("<L", says)
    made[22:26] = struct.pack("<L", says)
    return bytes(made)


def locked(content: bytes) -> bytes:
    """As if a password were asked: the flag is what readers go by."""
    made = bytearray(zipped({"packet.pdf": content}))
    made[6] |= 1
    made[made.rindex(b"PK\x01\x02") + 8] |= 1
    return bytes(made)


def portfolio(files: dict[str, bytes], mark: bool = True) -> bytes:
    """A cover page with files attached; with the ``mark`` it is only their cover."""
    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=(612, 792))
    for name, content in files.items():
        pdf.attachments[name] = pikepdf.AttachedFileSpec(pdf, content, filename=name)
    if mark:
        pdf.Root.Collection = pikepdf.Dictionary(Type=pikepdf.Name.Collection, View=pikepdf.Name.T)
    out = BytesIO()
    pdf.save(out)
    return out.getvalue()
