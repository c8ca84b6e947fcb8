"""A broker that has just come back says "not just now" for a while: nobody fails by that."""

import pytest
from kafka.errors import CoordinatorLoadInProgressError, TopicAuthorizationFailedError

from services.chassis.patience import patiently


def test_an_error_that_passes_by_itself_is_waited_out() -> None:
    answers = iter([CoordinatorLoadInProgressError(), CoordinatorLoadInProgressError(), "offsets"])

    def ask() -> str:
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    assert patiently(ask) == "offsets"


@pytest.mark.parametrize(
    ("error", "seconds"), [(TopicAuthorizationFailedError(), 60), (CoordinatorLoadInProgressError(), 0)]
)
def test_what_does_not_pass_is_raised(error: Exception, seconds: float) -> None:
    def ask() -> None:
        raise error

    with pytest.raises(type(error)):
        patiently(ask, seconds)
