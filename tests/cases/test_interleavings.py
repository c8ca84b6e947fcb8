"""Whatever order the topics bring a case's events in, and however often: the same end, no illegal step, no gap."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.base import Contract
from schemas.codes import CaseState, DeadLetterCause
from schemas.events import ApplicationSubmitted, CarrierDecided, CaseChanged
from services.cases.case import Case
from services.cases.states import TABLE
from services.chassis.errors import Permanent
from tests.cases.stories import at, judged, read, required, said
from tests.cases.test_case import step

STEPS = {(row.state, row.path[0]) for row in TABLE} | {step for row in TABLE for step in pairwise(row.path)}

SPOKEN: dict[str, tuple[CarrierDecided, ...]] = {
    "placed": (
        said("acknowledged", 100),
        said("approved", 110, carrier_reference="BW-1"),
        said("issued", 120),
        said("placed", 130),
    ),
    "delivery_pending": (
        said("acknowledged", 100),
        said("approved_other_than_applied", 110, answer_by=at(9000)),
        said("offer_accepted", 120),
        said("issued", 130),
    ),
    "declined": (said("acknowledged", 100), said("declined", 110)),
    "approved": (
        said("acknowledged", 100),
        said("postponed", 110),
        said("reopened", 120),
        said("approved", 130),
    ),
    "not_taken": (said("approved", 110), said("not_taken", 120)),
    "withdrawn_by_client": (said("acknowledged", 100), said("withdrawn_by_client", 105)),
    "underwriting": (said("acknowledged", 100),),
}
REQUIRED = (
    required("needed", "ordered"),
    required("satisfied", "ordered", minute=20),
    required("satisfied", "waived", minute=30),
)
ONE_VERSION = ((read(1),), (judged("igo", 1),))
CORRECTED = ((read(1), read(2)), (judged("nigo", 1), judged("igo", 2)))


@dataclass
class Run:
    """A case under events, with a carrier that speaks only of what it was sent, and ops that replay dead letters."""

    case: Case | None = None
    changes: list[CaseChanged] = field(default_factory=list)
    submissions: list[ApplicationSubmitted] = field(default_factory=list)
    dead: list[Contract] = field(default_factory=list)

    def take(self, event: Contract) -> bool:
        try:
            outcome = step(self.case, event)
        except Permanent as refused:
            if refused.cause != DeadLetterCause.ILLEGAL_TRANSITION:
                raise
            return False
        self.case = outcome.case
        self.changes += outcome.changes
        self.submissions += outcome.submissions
        return True

    def replay_dead_letters(self) -> None:
        while taken := [event for event in self.dead if self.take(event)]:
            self.dead = [event for event in self.dead if event not in taken]


def play(data: st.DataObject, ordered: Sequence[Sequence[Contract]], spoken: Sequence[CarrierDecided]) -> Run:
    """Topics keep their own order and nothing more; anything may come twice; the carrier's words come in any order."""
    run, queues = Run(), [list(queue) for queue in ordered]
    words = list(data.draw(st.permutations(spoken), label="the carrier's words"))
    taken: list[Contract] = []
    while any(queues) or words:
        heads = [queue for queue in queues if queue]
        if run.submissions and words:
            heads.append(words)
        queue = data.draw(st.sampled_from(heads), label="topic")
        event = queue.pop(0)
        if not run.take(event):
            run.dead.append(event)
        taken.append(event)
        if data.draw(st.booleans(), label="something comes again"):
            again = data.draw(st.sampled_from(taken))
            if again not in run.dead:
                run.take(again)
    run.replay_dead_letters()
    return run


@settings(max_examples=300, deadline=None)
@given(data=st.data(), end=st.sampled_from(sorted(SPOKEN)), corrected=st.booleans())
def test_every_order_ends_the_same(data: st.DataObject, end: str, corrected: bool) -> None:
    applications, verdicts = CORRECTED if corrected else ONE_VERSION
    run = play(data, (applications, verdicts, REQUIRED), SPOKEN[end])
    assert run.case is not None
    assert run.case.state == CaseState(end)
    assert run.dead == []
    assert [submission.version for submission in run.submissions] == [2 if corrected else 1]
    assert run.case.word == max(SPOKEN[end], key=lambda word: word.effective_at)


@settings(max_examples=300, deadline=None)
@given(
    data=st.data(),
    spoken=st.lists(
        st.builds(
            lambda word, minute: word.model_copy(update={"effective_at": at(minute)}),
            st.sampled_from([word for words in SPOKEN.values() for word in words]),
            st.integers(90, 140),
        ),
        max_size=8,
    ),
)
def test_whatever_a_carrier_says_no_step_is_illegal_and_no_revision_missing(
    data: st.DataObject, spoken: list[CarrierDecided]
) -> None:
    run = play(data, (*CORRECTED, REQUIRED), spoken)
    assert [change.revision for change in run.changes] == list(range(1, len(run.changes) + 1))
    states = [None, *(change.to_state for change in run.changes)]
    assert [change.from_state for change in run.changes] == states[:-1]
    assert set(pairwise(states)) <= STEPS
    assert len({submission.submission_id for submission in run.submissions}) == len(run.submissions)
