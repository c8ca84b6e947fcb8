"""Small files that want much time, memory or depth of whoever opens them; made here, none of them is kept."""

import struct
import zlib

from tests.intake.reading.hostile import file_of, page_of

_LETTER = b"[0 0 612 792]"


def bursting_stream() -> bytes:
    """A page's content of a few megabytes that is a gigabyte when it is unpacked."""
    packer = zlib.compressobj(1)
    packed = b"".join(packer.compress(b"q Q " * 262_144) for _ in range(1024)) + packer.flush()
    return _with_content(packed, b"/Filter /FlateDecode")


def packed_thrice() -> bytes:
    """The same, packed three times over: it begins with a few kilobytes."""
    content = zlib.compress(zlib.compress(zlib.compress(bytes(400_000_000), 9), 9), 9)
    return _with_content(content, b"/Filter [/FlateDecode /FlateDecode /FlateDecode]")


def hundred_thousand_pages() -> bytes:
    """One page that the tree names a hundred thousand times."""
    objects = page_of(b"", b"")
    objects[1] = b"<< /Type /Pages /Kids [%s] /Count 100000 >>" % (b"3 0 R " * 100_000)
    return file_of(objects)


def deep_page_tree() -> bytes:
    """A page at the end of twenty thousand branches."""
    depth = 20_000
    branches = [
        b"<< /Type /Pages /Kids [%d 0 R] /Count 1 /Parent %d 0 R >>" % (number + 1, number - 1)
        for number in range(3, depth + 3)
    ]
    leaf = b"<< /Type /Page /Parent %d 0 R /MediaBox %s >>" % (depth + 2, _LETTER)
    return file_of(
        [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>", *branches, leaf]
    )


def form_within_itself() -> bytes:
    """A drawing that draws itself."""
    resources = b"/XObject << /Self 5 0 R >>"
    inner = b"<< /Type /XObject /Subtype /Form /BBox [0 0 612 792] /Resources << %s >> /Length 8 >>" % resources
    return file_of([*page_of(b"/Self Do", resources), inner + b"\nstream\n/Self Do\nendstream"])


def looping_table() -> bytes:
    """A table of objects whose predecessor is itself."""
    made = file_of(page_of(b"", b""))
    start = made.rindex(b"xref\n0")
    return made.replace(b"trailer\n<<", b"trailer\n<< /Prev %d" % start)


def deep_arrays() -> bytes:
    """Two hundred thousand brackets, one in the other."""
    depth = 200_000
    objects = page_of(b"", b"/ProcSet " + b"[" * depth + b"]" * depth)
    return file_of(objects)


def looping_fields() -> bytes:
    """A form whose field is its own parent and its own kid."""
    objects = page_of(b"", b"")
    objects[0] = b"<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [5 0 R] >> >>"
    objects[2] = objects[2].replace(b"/Contents", b"/Annots [5 0 R] /Contents")
    field = b"<< /FT /Tx /T (a) /Parent 5 0 R /Kids [5 0 R] /Subtype /Widget /Rect [0 0 9 9] /V 6 0 R >>"
    return file_of([*objects, field, b"6 0 R"])


def endless_object_stream() -> bytes:
    """A stream that says it holds a billion objects, and one that is packed a thousand times smaller."""
    packed = zlib.compress(b" ".join(b"%d 0" % number for number in range(1, 400_000)) * 4, 1)
    stream = b"<< /Type /ObjStm /N 1000000000 /First 999999999 /Filter /FlateDecode /Length %d >>" % len(packed)
    return file_of([*page_of(b"", b"/Font 6 0 R"), stream + b"\nstream\n" + packed + b"\nendstream"])


def gigapixel_png() -> bytes:
    """A picture of 60,000 by 60,000 dots, of which a few kilobytes are there."""
    return _png(60_000, 60_000, zlib.compress(bytes(10_000_000), 9))


def bursting_png() -> bytes:
    """A picture within the limit whose packed dots are more than it has."""
    return _png(800, 1000, zlib.compress(bytes(300_000_000), 1))


def _png(width: int, height: int, packed: bytes) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack("!L", len(data)) + kind + data + struct.pack("!L", zlib.crc32(kind + data))

    head = struct.pack("!LLBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def _with_content(packed: bytes, how: bytes) -> bytes:
    objects = page_of(b"", b"")
    objects[3] = b"<< %s /Length %d >>\nstream\n%s\nendstream" % (how, len(packed), packed)
    return file_of(objects)


BOMBS = (
    bursting_stream,
    packed_thrice,
    hundred_thousand_pages,
    deep_page_tree,
    form_within_itself,
    looping_table,
    deep_arrays,
    looping_fields,
    endless_object_stream,
    gigapixel_png,
    bursting_png,
)
