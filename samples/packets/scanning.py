"""A packet as the scanner sends it: pages as slightly crooked, slightly noisy JPEG pictures, nothing else."""

from io import BytesIO
from random import Random

import numpy as np
import pypdfium2
from PIL import Image
from reportlab import rl_config
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

DPI = 200


def scanned(pdf: bytes, seed: int) -> bytes:
    """Every page as a picture; the same seed gives the same bytes."""
    random, noise = Random(seed), np.random.default_rng(seed)
    out = BytesIO()
    rl_config.useA85 = 0
    canvas = Canvas(out, invariant=1, pageCompression=0)
    document = pypdfium2.PdfDocument(pdf)
    try:
        for page in document:
            width, height = page.get_size()
            skew = random.choice((-1, 1)) * random.uniform(0.4, 0.8)
            picture = _as_scanned(page.render(scale=DPI / 72, grayscale=True).to_pil(), skew, noise)
            canvas.setPageSize((width, height))
            canvas.drawImage(ImageReader(picture), 0, 0, width, height)
            canvas.showPage()
    finally:
        document.close()
    canvas.save()
    return out.getvalue()


def _as_scanned(page: Image.Image, skew: float, noise: np.random.Generator) -> BytesIO:
    turned = page.convert("L").rotate(skew, resample=Image.Resampling.BICUBIC, fillcolor=255)
    clean = np.asarray(turned, dtype=np.float64)
    # Paper is not quite white and ink not quite black.
    grey = clean * 0.9 + 18 + noise.normal(0, 5, clean.shape)
    out = BytesIO()
    Image.fromarray(np.clip(grey, 0, 255).astype(np.uint8)).save(out, "JPEG", quality=72)
    out.seek(0)
    return out
