"""Draws one page of a document, in a process of its own: ``python -m services.console.pages.drawing FILE PAGE``.

A hostile file can hang or crash the drawing, or ask for all memory; here it takes nobody with it.
"""

import io
import resource
import sys
from pathlib import Path

DOTS_PER_INCH = 110
_MEMORY = 1_500_000_000
_SECONDS = 20
_MOST_PIXELS = 24_000_000
_QUALITY = 72


def draw(content: bytes, page: int) -> bytes:
    """The page (from 1) as JPEG. Raises ``ValueError`` when there is no such page, or nothing to draw."""
    picture = _of_pdf(content, page) if b"%PDF-" in content[:1024] else _of_image(content, page)
    out = io.BytesIO()
    picture.convert("RGB").save(out, "JPEG", quality=_QUALITY)
    return out.getvalue()


def _of_pdf(content: bytes, page: int):  # type: ignore[no-untyped-def]
    import pypdfium2

    document = pypdfium2.PdfDocument(content)
    document.init_forms()
    if page > len(document):
        raise ValueError("there is no such page")
    found = document[page - 1]
    width, height = found.get_size()
    scale = min(DOTS_PER_INCH / 72, (_MOST_PIXELS / max(width * height, 1)) ** 0.5)
    return found.render(scale=scale, draw_annots=True, may_draw_forms=True).to_pil()


def _of_image(content: bytes, page: int):  # type: ignore[no-untyped-def]
    from PIL import Image, ImageOps

    Image.MAX_IMAGE_PIXELS = 4 * _MOST_PIXELS
    picture = Image.open(io.BytesIO(content))
    picture.seek(page - 1)
    upright = ImageOps.exif_transpose(picture)
    upright.thumbnail((1400, 1400))
    return upright


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    sys.stdout.buffer.write(draw(Path(sys.argv[1]).read_bytes(), int(sys.argv[2])))


if __name__ == "__main__":
    main()
