"""Signatures as ink: a scribble, the same for the same name, drawn as vector strokes."""

from random import Random

from samples.blanks.acroform import Rectangle


def scribble(signer: str, zone: Rectangle) -> bytes:
    """Content stream of a signature somewhere inside the zone, in page coordinates.

    Tall initials, runs of small loops, a closing stroke: enough ink for a signature, never a letter to read.
    """
    random = Random(signer)
    left, bottom, _, top = zone
    height = top - bottom
    # One hand: its width of letters, its slant, its height of small letters.
    step, slant, small = random.uniform(5.5, 9), random.uniform(1, 6), height * random.uniform(0.13, 0.22)
    x, base = left + 8 + random.uniform(0, 24), bottom + height * random.uniform(0.32, 0.4)
    strokes = [f"q {random.uniform(0.9, 1.4):.2f} w 1 J 1 j 0.05 0.08 0.42 RG {x:.1f} {base:.1f} m"]
    for word in signer.split():
        tall = height * random.uniform(0.38, 0.5)
        strokes.append(_curve(x - slant, base + tall, x + 2 * step + slant, base + tall, x + step, base - small * 0.6))
        x += step
        for _ in range(min(len(word), 6)):
            rise = small * random.choice((0.7, 1, 1, 1.3, 2.1, -1.4))
            strokes.append(_curve(x + slant, base + rise, x + step + slant, base + rise, x + step * 0.8, base))
            x += step * 0.8
        strokes.append(_curve(x + step * 0.5, base - small * 0.4, x + step, base, x + step * 1.2, base + small * 0.3))
        x += step * 1.2
    swing = height * random.uniform(-0.15, 0.2)
    strokes.append(_curve(x + step, base - small, x + 3 * step, base + swing, x + 4 * step, base + swing))
    strokes.append("S Q")
    return "\n".join(strokes).encode()


def _curve(x1: float, y1: float, x2: float, y2: float, x3: float, y3: float) -> str:
    return f"{x1:.1f} {y1:.1f} {x2:.1f} {y2:.1f} {x3:.1f} {y3:.1f} c"
