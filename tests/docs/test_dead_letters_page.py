"""The page on dead letters explains every cause there is."""

import pytest

from schemas.codes import DeadLetterCause
from tests.docs.pages import DOCS, page

PAGE = page(DOCS / "dead-letters.md")
CAUSES = {cause.strip("`"): (what, remedy) for cause, what, remedy in PAGE.rows("Causes")}


def test_the_page_has_a_row_for_every_cause_and_no_other() -> None:
    assert set(CAUSES) == set(DeadLetterCause)


@pytest.mark.parametrize("cause", DeadLetterCause)
def test_each_cause_is_told_with_what_to_do(cause: DeadLetterCause) -> None:
    what, remedy = CAUSES[cause]
    assert len(what) > 20
    assert any(word in remedy.lower() for word in ("replay", "discard"))
