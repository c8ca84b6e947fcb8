"""The page on files from outside gives every refusal in the words that the agent gets."""

from schemas.codes import RefusalCause
from services.intake.reading.refusing import WORDS
from services.notify.wording import REFUSALS
from tests.docs.pages import DOCS, page

ROWS = {cause.strip("`"): (wrong, remedy) for cause, wrong, remedy in page(DOCS / "files.md").rows("Refusals")}


def test_the_page_has_the_words_of_every_refusal_and_no_other() -> None:
    assert {cause.value: (words.wrong, words.remedy) for cause, words in WORDS.items()} == ROWS


def test_every_cause_has_words_for_its_mail() -> None:
    assert set(WORDS) == set(RefusalCause) == set(REFUSALS)


def test_every_remedy_says_what_to_send() -> None:
    assert all(any(word in words.remedy for word in ("end ", "scan it")) for words in WORDS.values())
