"""The sample carriers' data holds together: grids without holes, rules for every requirement, agents on file."""

from datetime import date
from pathlib import Path
from shutil import copytree

import pytest

from samples.draw_forms import CARRIERS
from samples.packets.building import HOUSE
from schemas.carrier import Carrier, CarrierDataError, load_carriers
from schemas.codes import Orderer
from schemas.producers import load_producers
from services.requirements.soundness import faults

EVERY_CARRIER = load_carriers(CARRIERS)
each_carrier = pytest.mark.parametrize("carrier", EVERY_CARRIER.values(), ids=EVERY_CARRIER.keys())


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


@each_carrier
def test_what_is_required_holds_together(carrier: Carrier) -> None:
    assert faults(carrier) == ()


@each_carrier
def test_older_or_richer_never_means_fewer_requirements(carrier: Carrier) -> None:
    # A full exam replaces the interview, the interview the written questions.
    replaced = {"tele_interview", "medical_questions"}
    for grid in carrier.book.grids:
        for row in grid.rows:
            for other in grid.rows:
                if other.age_from >= row.age_from and other.face_from >= row.face_from:
                    fewer = {kind.value for kind in set(row.requirements) - set(other.requirements)}
                    assert fewer <= replaced, (row.place(carrier.id), other.place(carrier.id))


@each_carrier
def test_every_row_says_that_it_is_fictional_and_who_verified_it(carrier: Carrier) -> None:
    rows = [*(row for grid in carrier.book.grids for row in grid.rows), *carrier.book.triggers]
    assert {row.source for row in rows} <= {"fictional sample grid 2026", "fictional sample guide 2026"}
    assert all(row.edition and row.verified_by for row in rows)


@each_carrier
def test_a_requirement_has_a_vendor_when_the_agency_orders_it_and_only_then(carrier: Carrier) -> None:
    for rule in carrier.file.requirements.values():
        assert (rule.vendor is not None) == (rule.orderer is Orderer.BGA)


def test_agents_are_on_file_in_three_languages_and_one_has_no_address() -> None:
    producers = load_producers(HOUSE / "samples" / "producers.csv")
    assert {producer.language for producer in producers.values()} == {"en", "fr", "sv"}
    assert [producer.code for producer in producers.values() if producer.email is None] == ["AG-1150"]
    assert all(p.email.endswith(("@example.com", "@example.org")) for p in producers.values() if p.email)
