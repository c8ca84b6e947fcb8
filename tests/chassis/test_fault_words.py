"""What a schema found wrong, as people say it."""

import pytest
from pydantic import ValidationError

from schemas.carrier_events import CarrierDecided
from services.chassis.fault_words import in_words


def test_what_is_wrong_with_a_record_is_said_plainly_and_without_its_values() -> None:
    with pytest.raises(ValidationError) as caught:
        CarrierDecided.model_validate(
            {"case_id": "GO-1", "decision": "put off", "effective_at": "15.03.2026, says Jordan"}
        )
    assert in_words(caught.value).split("; ") == [
        "case_id is not written as the schema says",
        "decision is none of the codes that the schema lists",
        "effective_at is no date and time with its zone, such as 2026-03-15T12:00:00Z",
    ]
