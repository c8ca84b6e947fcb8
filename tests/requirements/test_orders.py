"""Orders: derived identities, and a vendor told what it needs and nothing more."""

from dataclasses import replace

import pytest

from schemas.carrier import CarrierDataError, RequirementRule
from schemas.codes import Orderer, RequirementKind
from services.requirements.facts import facts_of
from services.requirements.orders import CannotOrder, order, requirement_id, rule_for, sheet_of
from services.requirements.tracked import first_seen
from tests.builders import brackwater
from tests.requirements.cases import ARCHIVE, CASE, NOW, read

PARAMED, APS, MVR = RequirementKind.PARAMED, RequirementKind.APS, RequirementKind.MVR


def ordered(kind: RequirementKind, **changes: object) -> dict[str, object]:
    application = read(changes=changes)
    sheet = sheet_of(application, facts_of(read(), brackwater()))
    tracked = first_seen(requirement_id(CASE, kind), kind, "", "", rule_for(brackwater(), kind), (), NOW)
    return order(CASE, sheet, tracked.requirement, NOW).model_dump(mode="json")


def test_a_requirement_has_one_identity_for_ever() -> None:
    assert requirement_id(CASE, PARAMED) == requirement_id(CASE, PARAMED)
    ids = {requirement_id(case, kind) for case in (CASE, "GO-0000-0000-0000") for kind in RequirementKind}
    assert len(ids) == 2 * len(RequirementKind)


def test_an_examiner_learns_how_to_reach_the_insured_and_no_more() -> None:
    sent = ordered(PARAMED)
    assert sent["party"] == {
        "name": "Jordan Quill Pell-Hart",
        "date_of_birth": "1984-05-20",
        "sex": "female",
        "address": {"street": "12 Boxwood Lane", "city": "Denver", "state": "CO", "zip": "80203"},
        "phone": "(303) 555-0142",
        "best_time_to_call": "evenings",
    }
    assert (sent["authorization"], sent["physician_name"], sent["physician_address"]) == (None, None, None)


def test_only_the_records_vendor_gets_authorization_and_physician() -> None:
    sent = ordered(APS)
    assert sent["authorization"] == ARCHIVE.model_dump(mode="json")
    assert (sent["physician_name"], sent["physician_address"]) == ("Dr. Oake", "4 Elm St, Denver CO")
    assert sent["party"]["phone"] is None  # type: ignore[index]


@pytest.mark.parametrize(
    "kind", [kind for kind, rule in brackwater().file.requirements.items() if rule.orderer is Orderer.BGA]
)
def test_no_order_holds_ssn_medical_answers_or_bank_data(kind: RequirementKind) -> None:
    sent = str(ordered(kind))
    for secret in ("812-34-5678", "Asthmatique", "000987654321", "123456780", "90000"):
        assert secret not in sent


def test_no_order_without_a_date_of_birth() -> None:
    with pytest.raises(CannotOrder, match=f"{CASE}: no order can go out"):
        ordered(PARAMED, **{"insured.date_of_birth": None})


@pytest.mark.parametrize("rule", [None, RequirementRule(name="MVR", orderer=Orderer.BGA, shelf_life_days=9)])
def test_a_carrier_that_does_not_say_who_orders_is_told_where_to_say_it(rule: RequirementRule | None) -> None:
    carrier = brackwater()
    rules = {kind: held for kind, held in carrier.file.requirements.items() if kind is not MVR}
    if rule:
        rules[MVR] = rule
    carrier = replace(carrier, file=carrier.file.model_copy(update={"requirements": rules}))
    with pytest.raises(CarrierDataError, match=r"carriers/brackwater/carrier\.yaml has no .* for mvr"):
        rule_for(carrier, MVR)
