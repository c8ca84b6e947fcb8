"""Every value of an application is private or openly not; what is sealed is allowed by the published schemas."""

import types
import typing
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest
from pydantic import BaseModel

from schemas.application import Application
from schemas.events import EVENT_TYPES, EventType
from schemas.private import MASKED, PRIVATE, changed, is_private, plan_of, private_paths, without_private
from schemas.publish.__main__ import sample, schemas_today

OPEN = """
carrier
insured.first_name insured.middle_name insured.last_name insured.sex insured.us_citizen insured.years_at_address
insured.best_time_to_call insured.drivers_license_state insured.occupation insured.employer
owner.same_as_insured owner.kind owner.name owner.relationship payor.name payor.relationship
beneficiaries.*.beneficiary_class beneficiaries.*.name beneficiaries.*.relationship beneficiaries.*.share
coverage.product coverage.term_years coverage.face_amount coverage.rate_class coverage.riders.*
coverage.policy_date_request
premium.mode premium.method premium.modal_amount premium.amount_with_application premium.draft_day
existing.has_existing existing.replacing existing.policies.*.company existing.policies.*.face_amount
existing.policies.*.year_issued existing.policies.*.to_be_replaced existing.pending_elsewhere
existing.pending_elsewhere_amount
agent_report.agent_name agent_report.agent_code agent_report.npn agent_report.license_number
agent_report.license_state agent_report.known_since agent_report.id_seen agent_report.has_existing
agent_report.replacing agent_report.split_percent
hipaa.insured_name replacement_notice.applicant_name replacement_notice.company hiv_consent.insured_name
temporary_insurance.insured_name temporary_insurance.amount
illustration.product illustration.face_amount illustration.rate_class illustration.annual_amount
illustration.modal_amount
exchange.company exchange.insured_name exchange.owner_name trust.name trust.dated trust.trustees
juvenile.parents_cover juvenile.siblings_alike
signatures.*.*.mark signatures.*.*.kind signatures.*.*.seal.state signatures.*.*.seal.signer
signatures.*.*.seal.claimed_at signatures.*.*.printed_name signatures.*.*.title signatures.*.*.signed_on
signatures.*.*.city signatures.*.*.state
forms.*.form_id forms.*.carrier forms.*.kind forms.*.number forms.*.edition forms.*.page_count
forms.*.pages.*.document_id forms.*.pages.*.page forms.*.pages.*.form_page
unknown_pages.*.document_id unknown_pages.*.page unknown_pages.*.fault
"""
"""What may lie open: who applies for what, where and by whom, and what was found of forms and signatures. A name alone
tells what a telephone book does; an agent's licence number is the states' public record."""


def leaves(annotation: Any, at: str = "") -> Iterator[str]:
    """Every path of a model down to single values; what is marked private is one, whatever it holds."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        for name, field in annotation.model_fields.items():
            here = f"{at}.{name}".lstrip(".")
            yield from [here] if PRIVATE in field.metadata else leaves(field.annotation, here)
        return
    origin, parts = typing.get_origin(annotation), typing.get_args(annotation)
    if origin in (typing.Union, types.UnionType):
        (one,) = (part for part in parts if part is not types.NoneType)
        yield from leaves(one, at)
    elif origin is tuple:
        yield from leaves(parts[0], f"{at}.*")
    elif origin is dict:
        yield from leaves(parts[1], f"{at}.*")
    else:
        yield at


def test_every_path_of_the_application_is_classified() -> None:
    every = set(leaves(Application))
    private = set(private_paths(Application))
    assert every == private | set(OPEN.split()), "a new field is Sealed in the contract, or named here as open"
    assert not private & set(OPEN.split())


@pytest.mark.parametrize(
    "path",
    ["insured.ssn", "insured.date_of_birth", "insured.drivers_license_number", "beneficiaries.3.ssn",
     "premium.routing_number", "premium.account_number", "medical.heart", "details.0.condition", "medications",
     "physician.reason", "hipaa.ssn", "owner.tax_id", "evidence.insured.ssn", "extra.anything"],
)  # fmt: skip
def test_what_must_never_lie_open_is_private(path: str) -> None:
    assert is_private(Application, path)


WITH_PRIVATE = [event_type for event_type in EVENT_TYPES if plan_of(event_type.data)]


@pytest.mark.parametrize("event_type", WITH_PRIVATE, ids=lambda event_type: event_type.type)
def test_the_schema_takes_an_event_open_and_sealed(event_type: EventType) -> None:
    schema, event = schemas_today()[event_type.type], sample(event_type.type)
    closed = {**event, "data": changed(plan_of(event_type.data), event["data"], lambda *_: "sealed:1:AAAA_-bb")}
    assert closed != event, "the sample holds something private"
    jsonschema.validate(event, schema)
    jsonschema.validate(closed, schema)


@pytest.mark.parametrize("event_type", WITH_PRIVATE, ids=lambda event_type: event_type.type)
def test_without_its_private_values_an_event_is_still_read(event_type: EventType) -> None:
    event = sample(event_type.type)
    closed = changed(plan_of(event_type.data), event["data"], lambda *_: "sealed:1:AAAA")
    if event_type.name == "vendors.requirement-ordered":
        assert without_private(event_type.data, closed)["party"] == MASKED
        return
    shown = event_type.data.model_validate(without_private(event_type.data, closed))
    assert "sealed:1:" not in shown.model_dump_json()
