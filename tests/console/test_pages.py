"""The pages: what stands on them for whom, what their addresses may ask, and that every look is written down."""

import re

import pytest

from services.console.people import audit
from services.console.people.roles import Role
from tests.console.desk import HANDLERS, SAMPLE_CASE, Desk, own_agent, samples

TABS = ("", "/pages", "/values", "/requirements", "/documents", "/history", "/versions")
OPEN_TO_ALL = ("", "/requirements", "/documents", "/history")


@pytest.mark.parametrize("role", Role)
def test_a_case_opens_for_who_may_see_it(filled: Desk, role: Role) -> None:
    filled.sign_in(role, own_agent() if role is Role.AGENT else None)
    for tab in TABS:
        answer = filled.client.get(f"/cases/{SAMPLE_CASE}{tab}")
        masked = role in (Role.VIEWER, Role.OPS) and tab not in OPEN_TO_ALL
        assert answer.status_code == (403 if masked else 200), f"{role} {tab}"


def test_another_agents_case_is_not_there(filled: Desk) -> None:
    filled.sign_in(Role.AGENT, "AG-OTHER")
    for tab in TABS:
        assert filled.client.get(f"/cases/{SAMPLE_CASE}{tab}").status_code == 404
    assert SAMPLE_CASE not in filled.client.get("/cases").text


def test_nothing_in_a_page_needs_script_or_style_of_its_own(filled: Desk) -> None:
    filled.sign_in(Role.CASE_MANAGER)
    for path in ("/cases", *(f"/cases/{SAMPLE_CASE}{tab}" for tab in TABS)):
        text = filled.client.get(path).text
        assert not re.search(r"\sstyle=|\son[a-z]+=|<script(?! src=)", text), path


def test_the_board_can_be_asked_for_in_every_way(filled: Desk) -> None:
    filled.sign_in(Role.CASE_MANAGER)
    everything = filled.client.get("/cases").text
    ways = set(re.findall(r'href="(/cases\?[^"]*)"', everything))
    assert len(ways) >= 4
    for way in ways:
        assert filled.client.get(way.replace("&amp;", "&")).status_code == 200, way
    assert filled.client.get("/cases?order=backwards").status_code == 422


def test_every_look_at_a_case_is_written_down(filled: Desk) -> None:
    filled.sign_in(Role.CASE_MANAGER)
    filled.client.get(f"/cases/{SAMPLE_CASE}/values")
    with filled.database.read() as db:
        (entry, *_) = audit.entries(db, case_id=SAMPLE_CASE)
    assert (entry.actor, entry.action, entry.what) == ("case_manager-x", "view_case", "values")


def test_what_the_samples_show_is_all_handled() -> None:
    assert len(samples()) == len(HANDLERS)
