"""Which pages of a case's documents count, and what becomes of pages whose form was described anew."""

import pytest

from schemas.codes import PageFault, ReadingMethod
from services.intake.reading.catalogue import Catalogue
from services.intake.reading.current import FormGone, as_on_file, current_pages
from services.intake.reading.page_reading import PageReading, ZoneReading

APPLICATION, OLD_EDITION, HIPAA = "ald-tl-101-2026-01", "ald-tl-101-2019-01", "ald-ha-20-2026-01"
FOREIGN_HIPAA = "qm-4420-2026-02"


def document(number: int, *pages: tuple[str, int] | PageFault | None) -> list[PageReading]:
    """A document with these pages of forms, pages that could not be read, or pages of no form."""
    return [
        PageReading(document_id=f"{number:064x}", page=place, form_id=page[0], form_page=page[1])
        if isinstance(page, tuple)
        else PageReading(document_id=f"{number:064x}", page=place, fault=page)
        for place, page in enumerate(pages, start=1)
    ]


def whole(form: str, catalogue: Catalogue) -> list[tuple[str, int]]:
    return [(form, page) for page in range(1, catalogue.blanks[form].form.page_count + 1)]


def counting(catalogue: Catalogue, *newest_first: list[PageReading]) -> list[tuple[int, str, int]]:
    """Document, form and page of those that count, the oldest document first."""
    counted = current_pages(newest_first, catalogue, "aldermoor")
    return sorted((int(page.document_id, 16), page.form_id or "", page.form_page or 0) for page in counted)


def test_of_a_page_the_newest_counts_and_all_others_stay(catalogue: Catalogue) -> None:
    packet, page = document(1, (APPLICATION, 1), (APPLICATION, 2), (HIPAA, 1)), document(2, (APPLICATION, 2))
    assert counting(catalogue, page, packet) == [(1, HIPAA, 1), (1, APPLICATION, 1), (2, APPLICATION, 2)]


def test_a_page_that_one_document_holds_twice_is_there_twice(catalogue: Catalogue) -> None:
    assert len(counting(catalogue, document(1, (HIPAA, 1), (HIPAA, 1)))) == 2


def test_a_whole_application_replaces_another_edition_and_single_pages_do_not(catalogue: Catalogue) -> None:
    old = document(1, *whole(OLD_EDITION, catalogue), (HIPAA, 1))
    new = document(2, *whole(APPLICATION, catalogue))
    assert {form for _, form, _ in counting(catalogue, new, old)} == {APPLICATION, HIPAA}
    some = document(2, *whole(APPLICATION, catalogue)[1:])
    assert {form for _, form, _ in counting(catalogue, some, old)} == {APPLICATION, OLD_EDITION, HIPAA}


def test_the_carriers_own_form_replaces_another_carriers(catalogue: Catalogue) -> None:
    assert catalogue.blanks[FOREIGN_HIPAA].form.kind is catalogue.blanks[HIPAA].form.kind
    packet = document(1, (APPLICATION, 1), *whole(FOREIGN_HIPAA, catalogue))
    assert counting(catalogue, document(2, (HIPAA, 1)), packet) == [(1, APPLICATION, 1), (2, HIPAA, 1)]
    # Nor does another carrier's form replace the carrier's own.
    late = document(3, *whole(FOREIGN_HIPAA, catalogue))
    assert (2, HIPAA, 1) in counting(catalogue, late, document(2, (HIPAA, 1)), packet)


def test_a_page_that_could_not_be_read_counts_until_something_newer_came(catalogue: Catalogue) -> None:
    packet = document(1, (APPLICATION, 1), PageFault.DAMAGED, None)
    assert len(counting(catalogue, packet)) == 3
    assert len(counting(catalogue, document(2, (HIPAA, 1)), packet)) == 3
    assert (1, "", 0) in counting(catalogue, document(2, None), packet)


def test_what_a_form_no_longer_asks_for_is_left_out_and_a_form_that_is_gone_is_named(catalogue: Catalogue) -> None:
    zones = tuple(
        ZoneReading(zone=name, raw="x", method=ReadingMethod.TEXT_LAYER, confidence=1) for name in ("HA_Name", "Gone")
    )
    (page,) = document(1, (HIPAA, 1))
    (kept,) = as_on_file([page.model_copy(update={"zones": zones})], catalogue)
    assert [zone.zone for zone in kept.zones] == ["HA_Name"]
    with pytest.raises(FormGone, match="no-such-form"):
        as_on_file(document(1, ("no-such-form", 1)), catalogue)
