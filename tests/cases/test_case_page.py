"""The page about the case is drawn from its table."""

from goodorder.case_page import case_page
from schemas.codes import CaseState
from schemas.publish.__main__ import ROOT


def test_the_page_is_current_and_has_every_state() -> None:
    page = (ROOT / "docs" / "case.md").read_text("utf-8")
    assert page == case_page(), "run `python -m goodorder.case_page > docs/case.md`"
    assert all(f"### {state.value.replace('_', ' ')}" in page for state in CaseState)
