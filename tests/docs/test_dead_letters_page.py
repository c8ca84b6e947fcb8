"""The page on dead letters explains every cause there is, and the runbook what to do about each."""

import pytest

from schemas.codes import DeadLetterCause
from services.console.operations.troubles import Heading
from services.notify.ops_letters import MEANS
from tests.docs.pages import DOCS, page

PAGE = page(DOCS / "dead-letters.md")
RUNBOOK = page(DOCS / "runbook.md")
CAUSES = {cause.strip("`"): (what, remedy) for cause, what, remedy in PAGE.rows("Causes")}


def test_the_page_has_a_row_for_every_cause_and_no_other() -> None:
    assert set(CAUSES) == set(DeadLetterCause)


@pytest.mark.parametrize("cause", DeadLetterCause)
def test_each_cause_is_told_with_what_to_do(cause: DeadLetterCause) -> None:
    what, remedy = CAUSES[cause]
    assert len(what) > 20
    assert any(word in remedy.lower() for word in ("replay", "discard"))


def test_the_runbook_and_the_mail_say_what_to_do_about_every_cause() -> None:
    causes = {code for codes, _ in RUNBOOK.rows("A dead letter") for code in codes.replace("`", "").split(", ")}
    assert causes == set(DeadLetterCause) == set(MEANS)


def test_every_trouble_that_status_names_leads_to_a_heading_of_the_runbook() -> None:
    assert set(Heading) <= set(RUNBOOK.sections)
