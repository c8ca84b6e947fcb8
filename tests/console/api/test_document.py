"""The API against its own OpenAPI document: asked whatever that allows, it answers only what that says."""

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import Case
from schemathesis.schemas import BaseSchema
from schemathesis.specs.openapi.checks import positive_data_acceptance

from services.console.people.keys import Scope
from services.console.people.roles import Role
from services.console.web.api.app import PATH
from tests.console.desk import SAMPLE_CASE, Desk, NewKey

KEYS: dict[str, str] = {}


@pytest.fixture
def document(filled: Desk, new_key: NewKey) -> BaseSchema:
    KEYS.clear()
    for role, scope in (
        (Role.CASE_MANAGER, Scope.CASES),
        (Role.CASE_MANAGER, Scope.APPLICATIONS),
        (Role.CASE_MANAGER, Scope.UPLOADS),
        (Role.OPS, Scope.DEAD_LETTERS),
        (Role.CASE_MANAGER, Scope.ACTS),
    ):
        KEYS[scope] = new_key(role, None, scope)
    return schemathesis.openapi.from_asgi(f"{PATH}/openapi.json", filled.app)


def scope_of(case: Case) -> Scope:
    path = case.operation.path
    if "dead-letters" in path:
        return Scope.DEAD_LETTERS
    if "applications" in path:
        return Scope.APPLICATIONS
    if "uploads" in path:
        return Scope.UPLOADS
    return Scope.ACTS if case.operation.method == "post" or "unmatched" in path else Scope.CASES


@pytest.mark.slow
def test_every_answer_is_one_that_the_document_names(document: BaseSchema) -> None:
    operations = [found.ok() for found in document.get_all_operations()]
    assert len(operations) >= 12
    for operation in operations:

        @settings(max_examples=30, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
        @given(case=operation.as_strategy())
        def ask(case: Case) -> None:
            is_act = scope_of(case) is Scope.ACTS
            if is_act and "case_id" in case.path_parameters:
                case.path_parameters["case_id"] = SAMPLE_CASE
            # What may be asked of some case need not fit this one: that is 422, too.
            left_out = [positive_data_acceptance] if is_act else []
            case.call_and_validate(
                headers={"Authorization": f"Bearer {KEYS[scope_of(case)]}"}, excluded_checks=left_out
            )

        ask()
