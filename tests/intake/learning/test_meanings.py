"""What fields mean is drafted right for the sample carriers' forms, and mostly for words never seen before."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from schemas.carrier import Carriers, Form
from schemas.codes import FormKind
from services.intake.learning.captions import Captioned
from services.intake.learning.fields import BlankField
from services.intake.learning.learned import Told, learn
from services.intake.learning.matching import drafts
from tests.intake.learning.blanks import names_in, without_names, without_tooltips
from tests.intake.learning.other_words import OTHER_WORDS

pytestmark = pytest.mark.slow

FORMS = [
    "ald-tl-101-2026-01",
    "ald-ha-20-2026-01",
    "ald-rn-30-2026-01",
    "qm-4410-2026-02",
    "qm-4420-2026-02",
    "qm-4430-2026-02",
]


def _learned(carriers: Carriers, form_id: str, altered: Callable[[bytes], bytes]) -> tuple[Form, Form]:
    """The form as on file, and as learned from its blank alone, with the fields' names on file."""
    carrier, held = next((c, h) for c in carriers.values() for h in c.forms if h.form.id == form_id)
    products = {product.code: product.name for product in carrier.file.products}
    blank = held.blank.read_bytes()
    poorer = altered(blank)
    learned = learn(poorer, Told(), products).form
    own = dict(zip(names_in(poorer), names_in(blank), strict=True))
    return held.form, learned.model_copy(update={"fields": {own[n]: f for n, f in learned.fields.items()}})


def _share_right(on_file: Form, learned: Form) -> float:
    wrong = [
        f"{name}: {field.means}={field.value}, drafted {learned.fields[name].means}={learned.fields[name].value}"
        for name, field in on_file.fields.items()
        if (field.means, field.value) != (learned.fields[name].means, learned.fields[name].value)
    ]
    share = 1 - len(wrong) / len(on_file.fields)
    print(f"{on_file.id}: {share:.1%} of {len(on_file.fields)} fields drafted as on file", *wrong, sep="\n  ")
    return share


@pytest.mark.parametrize("form_id", FORMS)
def test_fields_mean_what_their_names_tooltips_and_captions_say(form_id: str, carriers: Carriers) -> None:
    on_file, learned = _learned(carriers, form_id, bytes)
    assert _share_right(on_file, learned) >= 0.98
    assert set(learned.medical) == set(on_file.medical)
    assert set(learned.lifestyle) == set(on_file.lifestyle)
    assert {q.number for q in learned.medical.values()} == {q.number for q in on_file.medical.values()}
    assert learned.implied == on_file.implied


@pytest.mark.parametrize("form_id", FORMS)
def test_captions_and_names_do_without_tooltips(form_id: str, carriers: Carriers) -> None:
    assert _share_right(*_learned(carriers, form_id, without_tooltips)) >= 0.98


@pytest.mark.parametrize("form_id", FORMS)
def test_captions_alone_do_where_names_say_nothing(form_id: str, carriers: Carriers) -> None:
    assert _share_right(*_learned(carriers, form_id, without_names)) >= 0.95


def test_most_words_of_other_forms_are_understood() -> None:
    fields = [_field(number, heading, caption) for number, (heading, caption, _) in enumerate(OTHER_WORDS)]
    found = drafts(fields, FormKind.APPLICATION, {})
    wrong = [
        f"{caption!r}: {means}, drafted {draft.means} ({draft.score:.0%})"
        for (_, caption, means), draft in zip(OTHER_WORDS, found, strict=True)
        if draft.means != means
    ]
    print(f"{1 - len(wrong) / len(OTHER_WORDS):.1%} of {len(OTHER_WORDS)}", *wrong, sep="\n  ")
    assert len(wrong) / len(OTHER_WORDS) <= 0.15


def test_a_field_that_no_application_has_means_nothing_in_one() -> None:
    strange = [
        _field(1, "For office use", "Lobby badge colour"),
        _field(2, "For office use", "Parcel tracking reference"),
        _field(3, "", "Favourite season"),
    ]
    assert [draft.means for draft in drafts(strange, FormKind.APPLICATION, {})] == [None, None, None]


def test_a_date_in_three_fields_is_no_date() -> None:
    parts = [replace(_field(n, "Proposed insured", ""), caption="Date of birth") for n in range(3)]
    named = [
        replace(part, field=replace(part.field, name=f"DOB_{piece}"))
        for part, piece in zip(parts, ("Month", "Day", "Year"), strict=True)
    ]
    assert all(draft.score < 0.8 for draft in drafts(named, FormKind.APPLICATION, {}))


def _field(number: int, heading: str, caption: str) -> Captioned:
    top = 780.0 - 11 * number
    return Captioned(BlankField(f"f1_{number}", 1, (40, top - 9, 300, top), "/Tx"), caption, "", (heading,))
