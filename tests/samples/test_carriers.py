"""The sample carriers' data holds together: grids without holes, rules for every requirement, agents on file."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from shutil import copytree

import pytest

from samples.draw_forms import CARRIERS
from samples.packets.building import HOUSE
from schemas.carrier import Carrier, CarrierDataError, GridRow, load_carriers
from schemas.codes import Orderer
from schemas.producers import load_producers

EVERY_CARRIER = load_carriers(CARRIERS)
each_carrier = pytest.mark.parametrize("carrier", EVERY_CARRIER.values(), ids=EVERY_CARRIER.keys())
CENT = Decimal("0.01")


STATES = [
    "AL", "AK", "AZ", "AR", "CA", "CO", "CT", "DE", "DC", "FL", "GA", "HI", "ID", "IL", "IN", "IA", "KS", "KY", "LA",
    "ME", "MD", "MA", "MI", "MN", "MS", "MO", "MT", "NE", "NV", "NH", "NJ", "NM", "NY", "NC", "ND", "OH", "OK", "OR",
    "PA", "RI", "SC", "SD", "TN", "TX", "UT", "VT", "VA", "WA", "WV", "WI", "WY",
]  # fmt: skip


@each_carrier
def test_the_appointment_clocks_speak_of_every_state_but_new_york(carrier: Carrier) -> None:
    day = date(2026, 3, 2)
    silent = [state for state in STATES if carrier.appointment_clock(state, day) is None]
    assert silent == ["NY"]
    assert all(clock.source and clock.edition for clock in carrier.appointment_clocks)


def test_carriers_may_read_a_state_differently() -> None:
    kansas = {name: held.appointment_clock("KS", date(2026, 3, 2)) for name, held in EVERY_CARRIER.items()}
    assert {name: clock and clock.clock.value for name, clock in kansas.items()} == {
        "aldermoor": "from_written",
        "quillhaven": "pre_appointment",
    }


def test_a_state_that_is_there_twice_for_the_same_day_is_an_error_that_names_the_line(tmp_path: Path) -> None:
    copytree(CARRIERS / "quillhaven", tmp_path / "quillhaven")
    with (tmp_path / "quillhaven" / "appointment_clocks.csv").open("a", encoding="utf-8") as clocks:
        clocks.write("CA,from_received,20,2026-01-01,,a newer table,2026-01\n")
    with pytest.raises(CarrierDataError, match=r"appointment_clocks\.csv, line 9: CA is there already"):
        load_carriers(tmp_path)


def _cells(carrier: Carrier, age: int, face: Decimal) -> list[GridRow]:
    return [row for row in carrier.grid if row.age_from <= age <= row.age_to and row.face_from <= face <= row.face_to]


@each_carrier
def test_grid_has_one_cell_for_every_age_and_amount_that_can_be_applied_for(carrier: Carrier) -> None:
    edges = {edge for row in carrier.grid for edge in (row.face_from, row.face_to)}
    for product in carrier.file.products:
        for band in product.face_bands:
            amounts = {band.face_min, band.face_max} | {e for e in edges if band.face_min <= e <= band.face_max}
            # Ages on the grid's basis may differ by one from those on the product's.
            for age in range(band.age_from, band.age_to + 1):
                for face in amounts:
                    assert len(_cells(carrier, age, face)) == 1, (product.code, age, face)


@each_carrier
def test_grid_leaves_no_cent_between_two_amounts(carrier: Carrier) -> None:
    starts = {row.face_from for row in carrier.grid} - {min(row.face_from for row in carrier.grid)}
    ends = {row.face_to for row in carrier.grid}
    assert {start - CENT for start in starts} <= ends


@each_carrier
def test_every_requirement_of_the_grid_can_be_ordered(carrier: Carrier) -> None:
    asked = {kind for row in carrier.grid for kind in row.requirements}
    assert asked == set(carrier.file.requirements)
    for rule in carrier.file.requirements.values():
        assert (rule.vendor is not None) == (rule.orderer is Orderer.BGA)


@each_carrier
def test_older_or_richer_never_means_fewer_requirements(carrier: Carrier) -> None:
    cells = {(row.age_from, row.face_from): set(row.requirements) for row in carrier.grid}
    # A full exam replaces the interview.
    replaced = {"tele_interview"}
    for (age, face), kinds in cells.items():
        for (other_age, other_face), more in cells.items():
            if other_age >= age and other_face >= face:
                assert {kind.value for kind in kinds - more} <= replaced, (age, face, other_age, other_face)


@each_carrier
def test_every_row_of_the_grid_says_that_it_is_fictional(carrier: Carrier) -> None:
    assert {row.source for row in carrier.grid} == {"fictional sample grid 2026"}


def test_grids_differ_in_shape() -> None:
    assert {carrier.id: len(carrier.grid) for carrier in EVERY_CARRIER.values()} == {"aldermoor": 28, "quillhaven": 56}


def test_agents_are_on_file_in_three_languages_and_one_has_no_address() -> None:
    producers = load_producers(HOUSE / "samples" / "producers.csv")
    assert {producer.language for producer in producers.values()} == {"en", "fr", "sv"}
    assert [producer.code for producer in producers.values() if producer.email is None] == ["AG-1150"]
    assert all(p.email.endswith(("@example.com", "@example.org")) for p in producers.values() if p.email)
