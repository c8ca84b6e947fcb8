"""The figures of a run, as plain tables: the funnel, time in each state, round trips, who was waited for."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from statistics import median, quantiles

from benchmarks.year.books import flow
from benchmarks.year.ledger import CaseLine, Ledger
from schemas.case_states import ENDED
from schemas.codes import CaseState as S
from schemas.codes import Verdict

_DECIDED = (S.APPROVED, S.APPROVED_OTHER_THAN_APPLIED, S.TENTATIVE_OFFER, S.POSTPONED, S.DECLINED)

Row = tuple[str, ...]


@dataclass(frozen=True)
class Unit:
    """What durations are counted in."""

    name: str
    seconds: float


DAYS, MINUTES = Unit("days", 24 * 60 * 60), Unit("minutes", 60)


def figures(ledger: Ledger, unit: Unit = DAYS) -> Iterator[str]:
    """Every table, line by line."""
    cases = [line for line in ledger.cases.values() if line.steps]
    yield from _table("Funnel, by month of arrival", _by_month(cases))
    yield from _table("How cases ended", _ends(cases))
    yield from _table("States: entries = exits + there", _flow(ledger))
    yield from _table(f"Time in a state, in {unit.name}", _time_in_state(cases, unit))
    yield from _table("Not in good order: round trips", _round_trips(cases, unit))
    yield from _table("Who was waited for", _waits(cases, unit))


_STAGES: Mapping[str, Callable[[CaseLine], bool]] = {
    "arrived": lambda _: True,
    "good at first": lambda line: line.first_verdict is Verdict.IGO,
    "good order": lambda line: _was(line, (S.IGO,)),
    "submitted": lambda line: _was(line, (S.SUBMITTED,)),
    "taken up": lambda line: _was(line, (S.CARRIER_PENDING,)),
    "decided": lambda line: _was(line, _DECIDED),
    "issued": lambda line: _was(line, (S.ISSUED,)),
    "placed": lambda line: _was(line, (S.PLACED,)),
    "still open": lambda line: _state(line) not in ENDED,
}


def _by_month(cases: Iterable[CaseLine]) -> Iterator[Row]:
    months: dict[str, Counter[str]] = defaultdict(Counter)
    for line in cases:
        for month in (f"{line.steps[0].at:%Y-%m}", "all"):
            months[month].update(stage for stage, holds in _STAGES.items() if holds(line))
    yield ("", *_STAGES)
    for month in sorted(months):
        yield (month, *(str(months[month][stage]) for stage in _STAGES))
    total = months["all"]
    yield ("of all", *(_percent(total[stage], total["arrived"]) for stage in _STAGES))


def _ends(cases: list[CaseLine]) -> Iterator[Row]:
    ends = Counter(_state(line) if _state(line) in ENDED else "still open" for line in cases)
    yield ("", "cases", "share")
    for state, count in ends.most_common():
        yield (_words(state), str(count), _percent(count, len(cases)))


def _flow(ledger: Ledger) -> Iterator[Row]:
    yield ("", "entries", "exits", "there")
    for state, counts in flow(ledger).items():
        yield (_words(state), *map(str, counts))


def _time_in_state(cases: Iterable[CaseLine], unit: Unit) -> Iterator[Row]:
    stays: dict[S, list[float]] = defaultdict(list)
    for line in cases:
        for before, after in pairwise(line.steps):
            if after.to_state is not before.to_state:
                stays[before.to_state].append((after.at - before.at).total_seconds() / unit.seconds)
    yield ("", "stays", "median", "nine in ten")
    for state in S:
        held = [time for time in stays[state] if time > 0]
        if held and median(held) >= 0.05:
            yield (_words(state), str(len(held)), f"{median(held):.1f}", f"{_nine_in_ten(held):.1f}")


def _round_trips(cases: list[CaseLine], unit: Unit) -> Iterator[Row]:
    times = Counter(sum(step.to_state is S.NIGO for step in line.steps) for line in cases)
    waits = [
        (after.at - before.at).total_seconds() / unit.seconds
        for line in cases
        for before, after in pairwise(line.steps)
        if before.to_state is S.NIGO and after.to_state is S.SCRUBBING and after.version > before.version
    ]
    yield ("times", "cases", "share")
    for number in sorted(times):
        yield (str(number), str(times[number]), _percent(times[number], len(cases)))
    if waits:
        yield (
            f"{unit.name} until the corrected packet",
            f"median {median(waits):.1f}",
            f"nine in ten {_nine_in_ten(waits):.1f}",
        )


def _waits(cases: Iterable[CaseLine], unit: Unit) -> Iterator[Row]:
    waited: Counter[str] = Counter()
    for line in cases:
        waited.update({owner.value: int(seconds) for owner, seconds in line.waited.items()})
    yield ("", unit.name, "share")
    for owner, seconds in waited.most_common():
        yield (owner, f"{seconds / unit.seconds:,.0f}", _percent(seconds, waited.total()))


def _was(line: CaseLine, states: Iterable[S]) -> bool:
    wanted = frozenset(states)
    return any(step.to_state in wanted for step in line.steps)


def _state(line: CaseLine) -> S:
    return line.steps[-1].to_state


def _nine_in_ten(values: list[float]) -> float:
    return quantiles(values, n=10)[-1] if len(values) > 1 else values[0]


def _percent(part: float, whole: float) -> str:
    return f"{100 * part / whole:.0f} %" if whole else "-"


def _words(state: str) -> str:
    return state.replace("_", " ")


def _table(title: str, rows: Iterable[Row]) -> Iterator[str]:
    """Columns as wide as their widest cell, numbers to the right."""
    held = list(rows)
    widths = [max(len(row[column]) for row in held if column < len(row)) for column in range(max(map(len, held)))]
    yield ""
    yield title
    for row in held:
        cells = (
            cell.ljust(width) if place == 0 else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=False))
        )
        yield "  " + "  ".join(cells).rstrip()
