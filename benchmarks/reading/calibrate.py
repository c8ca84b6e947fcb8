"""Makes the table of how often values are right (``python -m benchmarks.reading.calibrate``), from seeded packets.

Every page is read with both readers and, from the same pictures, with Tesseract alone: the table serves both.
"""

import argparse
import json
from collections.abc import Iterator
from datetime import UTC, datetime

import pypdfium2 as pdfium

from benchmarks.reading.packets import CALIBRATION_SEEDS, Case, arrived, cases_of, packet, templates, workers
from benchmarks.reading.scores import normalised
from samples.packets.writing import Written
from schemas.carrier import FieldType
from services.intake.reading.agreeing import settled
from services.intake.reading.calibration import TABLE, Grounds, fitted
from services.intake.reading.fine_frame import fine_page
from services.intake.reading.form_line import same_edition
from services.intake.reading.ocr import Line
from services.intake.reading.registration import place
from services.intake.reading.scans import drawn_scan, scan_features
from services.intake.reading.second_reader import HOW_TO_GET, is_installed
from services.intake.reading.writing import recognised

VERSION = 1
"""Of the table's columns; the reader and the table belong together."""


def main() -> None:
    options = _options()
    if not is_installed():
        raise SystemExit(f"The table needs the second reader: {HOW_TO_GET}. Nothing was changed.")
    seeds = CALIBRATION_SEEDS[: options.packets]
    cases = cases_of(seeds)
    with workers() as pool:
        seen = [one for values in pool.map(_read, cases) for one in values]
    TABLE.write_text(
        json.dumps(
            {
                "version": VERSION,
                "made": f"{datetime.now(UTC).date()}",
                "seeds": list(seeds),
                "rows": fitted(seen),
            },
            indent=1,
        )
        + "\n",
        encoding="utf-8",
    )
    print(f"{TABLE}: made from {len(seen)} values of {len(cases)} packets")


def _read(case: Case) -> list[tuple[Grounds, bool]]:
    built, document = packet(case), pdfium.PdfDocument(arrived(case))
    try:
        return [one for sheet in document for one in _values(sheet, built.written)]
    finally:
        document.close()


def _values(sheet: pdfium.PdfPage, written: Written) -> Iterator[tuple[Grounds, bool]]:
    picture = drawn_scan(sheet)
    features, scale = scan_features(picture)
    placed = same_edition(picture, place(picture, features, scale, templates()), templates())
    if placed is None:
        return
    blank = placed.blank
    zones = [
        zone
        for zone in blank.zones
        if zone.type not in (FieldType.CHECKBOX, FieldType.SIGNATURE) and zone.name in written.texts
    ]
    seen = recognised(fine_page(picture, placed), templates().picture(blank), blank, zones)
    alone: list[Line | None] = [None] * len(zones)
    for second in (seen.second, alone):
        for zone, chosen in zip(zones, settled(seen.kinds, seen.first, second, blank.language), strict=True):
            yield chosen.grounds, normalised(zone.type, chosen.text) == normalised(zone.type, written.texts[zone.name])


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reading.calibrate", description=__doc__)
    parser.add_argument(
        "--packets", type=int, default=len(CALIBRATION_SEEDS), help="packets of each carrier in each condition"
    )
    return parser.parse_args()


if __name__ == "__main__":
    main()
