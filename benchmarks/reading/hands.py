"""Prints how surely print and writing by hand are told apart (``python -m benchmarks.reading.hands``)."""

from collections import Counter

from benchmarks.reading.packets import Case, arrived, packet, templates, warm_up
from samples.degrading import CONDITIONS
from samples.packets.handwriting import hands_here
from schemas.codes import Doubt, ReadingMethod
from schemas.ids import document_id
from services.intake.reading.opening import Limits
from services.intake.reading.page_reading import PageReading
from services.intake.reading.reader import scan_document_page

_SEED, _PAGES = 601, 2


def main() -> None:
    warm_up()
    print(f"{'':14}  print: asked about   by hand: asked about   of these without a value")
    for condition in CONDITIONS:
        counts = {by_hand: _counts(Case(condition, "aldermoor", _SEED, by_hand)) for by_hand in _kinds()}
        typed, hand = counts[False], counts.get(True, Counter())
        print(
            f"{condition:14}  {typed['asked']:7} of {typed['read']:4}      {hand['asked']:7} of {hand['read']:4}"
            f"        {hand['unread']:7}"
        )


def _kinds() -> tuple[bool, ...]:
    return (False, True) if hands_here() else (False,)


def _counts(case: Case) -> Counter[str]:
    """Values read from the packet's first pages, and how many of them are asked about as handwriting."""
    content, counts = arrived(case), Counter[str]()
    for number in range(1, min(_PAGES, len(packet(case).pages)) + 1):
        read = scan_document_page(content, document_id(content), number, templates(), Limits())
        for zone in read.zones if isinstance(read, PageReading) else ():
            if zone.method is ReadingMethod.OCR and zone.raw:
                asked = Doubt.HANDWRITTEN in zone.doubts
                counts.update(read=1, asked=asked, unread=asked and zone.doubtful)
    return counts


if __name__ == "__main__":
    main()
