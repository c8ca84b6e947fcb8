"""Blanks in French, Swedish and Malay are drafted as surely as English ones."""

import pytest

from samples.packets import load_shelf
from services.intake.learning.captions import Captioned
from services.intake.learning.fields import BlankField
from services.intake.learning.learned import Told, learn
from services.intake.learning.translation import in_english


@pytest.mark.parametrize("code", ["fr", "sv", "ms"])
def test_what_fields_mean_is_drafted_from_words_of_the_language(code: str) -> None:
    carrier = load_shelf().carriers["aldermoor"]
    held = next(held for held in carrier.forms if held.form.language == code)
    learned = learn(held.blank.read_bytes(), Told(), {one.code: one.name for one in carrier.file.products})
    described, drafted = held.form, learned.form
    same = {"id", "kind", "number", "edition", "printed", "title", "language", "page_count", "implied"}
    assert drafted.model_dump(include=same) == described.model_dump(include=same)
    assert learned.remarks == ()
    wrong = [
        name
        for name, field in described.fields.items()
        if (drafted.fields[name].means, drafted.fields[name].value) != (field.means, field.value)
    ]
    # The agent's name beside the signature may as well be the one printed under it.
    assert len(wrong) <= 1
    assert {drafted.fields[name].means for name in wrong} <= {"signatures.application.agent.printed_name"}
    assert all(drafted.fields[name].label == described.fields[name].label for name in drafted.fields)


def test_english_words_take_the_place_of_what_is_printed() -> None:
    field = BlankField("Assuré.DateNaissance=1", 1, (0, 0, 10, 10), "/Tx", tooltip="Sexe de l’assuré : Femme")
    said = in_english(Captioned(field, "Revenu annuel ($ US)", "Oui", ("2 Bénéficiaires",)), "fr")
    assert (said.field.name, said.field.tooltip) == ("insured.date date of birth=1", "sex insured: female")
    assert (said.caption, said.option, said.headings) == ("annual income", "yes", ("2 beneficiaries",))
    assert in_english(Captioned(field, "Nom"), "en") == Captioned(field, "Nom")
