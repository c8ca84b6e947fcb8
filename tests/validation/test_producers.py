"""Rules V-50 to V-55: who wrote the application, and whether they might."""

from datetime import date, timedelta
from typing import Any

import pytest

from schemas.codes import Severity
from schemas.finding_events import Finding
from schemas.licensing import ProducerRecord
from services.validation.can_sell import Standing
from services.validation.good_order import check
from tests.builders import OWNED_BY_SPOUSE, RECEIVED, SIGNED, clean_application
from tests.producers import appointed, carrier, clock, insured, licensed, producer, trained

NOBODY = Standing(is_loaded=True, dropped_by="A-100")
OTHER = producer(agent_code="A-200", npn="5500", name="Kim Other")


def found(
    *held: ProducerRecord,
    changes: dict[str, Any] | None = None,
    standing: Standing | None = None,
    clocks: tuple[Any, ...] = (clock(),),
    today: date = RECEIVED,
    **packet: Any,
) -> tuple[Finding, ...]:
    known = standing or Standing(True, held, "A-100")
    return check(clean_application(changes, **packet), carrier(*clocks), RECEIVED, today, known)


def faults(*held: ProducerRecord, **how: Any) -> list[str]:
    return [f"{finding.rule} {finding.severity}" for finding in found(*held, **how)]


def test_an_agent_who_may_sell_is_not_spoken_of() -> None:
    assert faults(producer()) == []


def test_without_a_directory_nobody_asks() -> None:
    assert check(clean_application(), carrier(clock()), RECEIVED) == ()


def test_an_empty_directory_is_said_once_and_holds_nothing_up() -> None:
    (finding,) = found(standing=Standing(is_loaded=False))
    assert (finding.rule, finding.severity) == ("V-50", Severity.WARN)
    assert "directory is empty" in finding.message


def test_an_agent_whom_nobody_knows_blocks() -> None:
    assert faults(standing=NOBODY) == ["V-50 B"]
    assert faults(OTHER) == ["V-50 B"]


def test_a_code_that_is_the_carriers_own_may_be_known_by_the_npn() -> None:
    changes = {"agent_report.agent_code": "BW-77", "agent_report.npn": "4411223"}
    assert faults(producer(), changes=changes) == []


def test_code_and_npn_of_two_agents_block_and_are_nobodys_licence_to_judge() -> None:
    changes = {"agent_report.npn": "5500"}
    assert faults(producer(licenses=()), OTHER, changes=changes) == ["V-50 B"]


def test_an_npn_that_is_nobodys_is_a_slip_to_correct() -> None:
    assert faults(producer(), changes={"agent_report.npn": "999"}) == ["V-50 N"]


def test_where_the_form_is_blank_the_upload_says_who_wrote_it() -> None:
    blank = {"agent_report.agent_code": None}
    assert faults(producer(), changes=blank) == []
    (finding,) = found(changes=blank, standing=Standing(True, (producer(),), None))
    assert (finding.rule, finding.severity) == ("V-50", Severity.BLOCK)
    assert "cannot be told which agent" in finding.message


def test_a_page_that_is_missing_is_not_held_against_the_agent() -> None:
    rules = faults(producer(), standing=Standing(True, ()), without_pages={"application-2026-01": (5,)})
    assert not [rule for rule in rules if rule.startswith("V-5")]


@pytest.mark.parametrize(
    ("licenses", "words"),
    [
        ((), "has no life licence in CO"),
        ((licensed("KS"), licensed(line="health")), "has no life licence in CO"),
        ((licensed(since=SIGNED + timedelta(days=1)),), "began on March 3, 2026, after the signing"),
        ((licensed(to=SIGNED - timedelta(days=1)),), "ended on March 1, 2026, before the signing"),
    ],
)
def test_the_licence_must_hold_in_the_signed_state_on_the_signed_date(licenses: Any, words: str) -> None:
    (finding,) = found(producer(licenses=licenses))
    assert (finding.rule, finding.severity) == ("V-51", Severity.BLOCK)
    assert finding.at == "signatures.application.insured.state"
    assert finding.page is not None
    assert words in finding.message


def test_it_is_the_state_of_the_signing_that_counts_not_that_of_the_residence() -> None:
    signed_in_kansas = {"signatures.application.insured.state": "KS", "agent_report.license_state": "KS"}
    assert faults(producer(), changes=signed_in_kansas, clocks=(clock(), clock("from_received", 15, "KS"))) == [
        "V-51 B",
        "V-52 W",
    ]


@pytest.mark.parametrize(
    ("kind", "days", "today", "severity", "words"),
    [
        ("from_received", 30, RECEIVED, "W", "runs until April 3, 2026 (30 days left)"),
        ("from_received", 30, date(2026, 4, 3), "W", "(today is the last day)"),
        ("from_received", 30, date(2026, 4, 4), "B", "ran out on April 3, 2026"),
        ("from_written", 15, RECEIVED, "W", "15 days from the signing runs until March 17, 2026 (13 days left)"),
        ("pre_appointment", 0, RECEIVED, "B", "take a new application with a later date"),
    ],
)
def test_the_clock_says_how_long_there_is(kind: str, days: int, today: date, severity: str, words: str) -> None:
    (finding,) = found(producer(appointments=()), clocks=(clock(kind, days),), today=today)
    assert (finding.rule, finding.severity) == ("V-52", Severity(severity))
    assert words in finding.message


def test_a_state_that_the_table_does_not_know_warns() -> None:
    (finding,) = found(producer(appointments=()), clocks=())
    assert (finding.rule, finding.severity) == ("V-52", Severity.WARN)
    assert "does not say what CO wants" in finding.message
    assert faults(producer(), clocks=()) == []


def test_an_appointment_that_came_in_time_is_good_and_one_that_came_late_is_not() -> None:
    last, today = RECEIVED + timedelta(days=30), RECEIVED + timedelta(days=60)
    assert faults(producer(appointments=(appointed(since=last),)), today=today) == []
    assert faults(producer(appointments=(appointed(since=last + timedelta(days=1)),)), today=today) == ["V-52 B"]


def test_training_names_the_course() -> None:
    (finding,) = found(producer(training=(trained(to=SIGNED - timedelta(days=1)),)))
    assert (finding.rule, finding.severity) == ("V-53", Severity.NIGO)
    assert "Anti-money-laundering" in finding.message


@pytest.mark.parametrize(("share", "expected"), [(None, []), ("100", []), ("100.00", []), ("60", ["V-54 N"])])
def test_commission_shares_make_a_hundred(share: str | None, expected: list[str]) -> None:
    assert faults(producer(), changes={"agent_report.split_percent": share}) == expected


def test_cover_that_ran_out_warns() -> None:
    held = insured(to=SIGNED - timedelta(days=1))
    assert faults(producer(errors_and_omissions=(held,))) == ["V-55 W"]


def test_several_gaps_are_several_findings() -> None:
    bare = producer(licenses=(), appointments=(), training=(), errors_and_omissions=())
    assert faults(bare) == ["V-51 B", "V-53 N", "V-52 W", "V-55 W"]


def test_what_rests_on_an_unsure_reading_is_called_unclear() -> None:
    unsure = ("signatures.application.insured.state",)
    rules = faults(producer(licenses=()), unsure=unsure)
    assert rules == ["V-64 N"]


def test_an_application_without_date_or_state_of_signing_is_left_to_the_signature_rules() -> None:
    for path in ("signatures.application.insured.signed_on", "signatures.application.insured.state"):
        rules = faults(producer(licenses=()), changes={path: None})
        assert "V-70 B" in rules
        assert "V-51 B" not in rules


def test_an_owner_who_signs_elsewhere_does_not_move_the_signing() -> None:
    changes = {**OWNED_BY_SPOUSE, "signatures.application.owner.state": "KS"}
    assert faults(producer(), changes=changes) == []


def test_every_message_says_what_to_do_and_names_no_number() -> None:
    bare = producer(licenses=(), appointments=(), training=(), errors_and_omissions=())
    packets = (
        found(bare),
        found(standing=NOBODY),
        found(standing=Standing(False)),
        found(bare, clocks=()),
        found(bare, clocks=(clock("pre_appointment", 0),)),
    )
    for finding in (finding for packet in packets for finding in packet):
        assert finding.message.count(". ") >= 1
        assert finding.message.endswith(".")
        assert "4411223" not in finding.message
