"""Shows what carriers require: a forecast, what is due over all cases, what is wrong with a carrier's tables."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from rich.console import Group, RenderableType
from rich.text import Text

from goodorder.screen import counted, in_short, listing, moment, readable
from schemas.carrier import Carrier, Carriers
from schemas.codes import Orderer, ReasonSource

if TYPE_CHECKING:
    from services.requirements.asking import Asked
    from services.requirements.facts import Facts
    from services.requirements.forecast import Change, Forecast
    from services.requirements.radar import Blip
    from services.requirements.soundness import Fault


def show_forecast(forecast: "Forecast", carrier: Carrier, facts: "Facts") -> RenderableType:
    """What is asked, why, who orders; then what changes next."""
    counted_in = "" if forecast.amount == facts.face else f", asked with ${forecast.amount:,.0f} in all"
    title = f"{carrier.file.name}: ${facts.face:,.0f}{counted_in}, signed on {facts.day}"
    if not forecast.asked:
        body: RenderableType = Text("Nothing beyond the application itself.")
    else:
        cell = next(
            (each.reasons[0].text for each in forecast.asked if each.reasons[0].source is ReasonSource.GRID), ""
        )
        table = listing("What", "Who orders", "Good for", "Why", wrap=("What", "Who orders", "Why"))
        for asked in forecast.asked:
            withheld = asked.withheld
            table.add_row(
                readable(name_of(asked, carrier)),
                readable("nobody: not to be ordered", "bad") if withheld else readable(_orderer(asked, carrier)),
                _good_for(asked, carrier, facts),
                readable(_why(asked), "quiet"),
            )
        body = Group(readable(f"The grid’s cell: {cell}", "quiet"), table) if cell else table
    changes = [
        _change("Older", forecast.next_age, carrier),
        _change("More", forecast.next_amount, carrier),
    ]
    return Group(readable(title, "bold"), Text(), body, Text(), *changes)


def _why(asked: "Asked") -> str:
    """The reasons; the grid's cell stands above the table already."""
    words = "; ".join("the grid" if each.source is ReasonSource.GRID else each.text for each in asked.reasons)
    return f"{asked.withheld.text}; else: {words}" if asked.withheld else words


def name_of(asked: "Asked", carrier: Carrier) -> str:
    rule = carrier.file.requirements.get(asked.kind)
    return asked.name or (rule.name if rule else asked.kind.value.replace("_", " "))


def _orderer(asked: "Asked", carrier: Carrier) -> str:
    rule = carrier.file.requirements.get(asked.kind)
    if rule is None:
        return "nobody is named in carrier.yaml"
    return {
        Orderer.BGA: f"we, from {rule.vendor}",
        Orderer.AGENT: "the agent brings it",
        Orderer.CARRIER: "the carrier itself",
    }[rule.orderer]


def _good_for(asked: "Asked", carrier: Carrier, facts: "Facts") -> str:
    rule = carrier.file.requirements.get(asked.kind)
    return f"{rule.shelf_life(facts.ages[carrier.file.grid_age_basis]).days} days" if rule else "–"


def _change(which: str, change: "Change | None", carrier: Carrier) -> Text:
    if change is None:
        return readable(f"{which}: nothing changes any more.")
    if not change.offered:
        return readable(f"{which}: not offered from {change.at} on.")
    parts = [
        *(f"+ {name_of(each, carrier)}" for each in change.added),
        *(f"- {name_of(each, carrier)}" for each in change.dropped),
    ]
    return readable(f"{which}: from {change.at} on {', '.join(parts)}")


def forecast_as_json(forecast: "Forecast", carrier: Carrier) -> dict[str, Any]:
    return {
        "carrier": carrier.id,
        "amount": str(forecast.amount),
        "requirements": [_asked_as_json(each, carrier) for each in forecast.asked],
        "next_age": _change_as_json(forecast.next_age),
        "next_amount": _change_as_json(forecast.next_amount),
    }


def _asked_as_json(asked: "Asked", carrier: Carrier) -> dict[str, Any]:
    rule = carrier.file.requirements.get(asked.kind)
    return {
        "kind": asked.kind,
        "about": asked.about or None,
        "name": name_of(asked, carrier),
        "orderer": rule.orderer if rule else None,
        "vendor": rule.vendor if rule else None,
        "reasons": [reason.model_dump(mode="json") for reason in asked.reasons],
        "withheld": asked.withheld.model_dump(mode="json") if asked.withheld else None,
        "instructions": list(asked.instructions),
    }


def _change_as_json(change: "Change | None") -> dict[str, Any] | None:
    if change is None:
        return None
    return {
        "at": change.at,
        "offered": change.offered,
        "added": [each.kind for each in change.added],
        "dropped": [each.kind for each in change.dropped],
    }


def show_blips(blips: Sequence["Blip"], now: datetime) -> RenderableType:
    """A line a date."""
    table = listing("When", "In", "Case", "Requirement", "Whose turn", "What", wrap=("Requirement", "What"))
    for blip in blips:
        late = blip.at <= now
        table.add_row(
            moment(blip.at),
            readable("now", "bad") if late else in_short(blip.at - now),
            readable(blip.case_id, "bold"),
            readable(blip.name),
            blip.owed_by.value if blip.owed_by else "–",
            readable(blip.what, "bad" if blip.expires else ""),
        )
    return Group(table, Text(), Text(counted(len(blips), "date")))


def blips_as_json(blips: Sequence["Blip"]) -> list[dict[str, Any]]:
    return [{**vars(blip), "at": blip.at.isoformat()} for blip in blips]


def show_faults(found: Mapping[str, Sequence["Fault"]], carriers: Carriers) -> RenderableType:
    """Each fault as a sentence; what is sound says how much there is of it."""
    lines: list[RenderableType] = []
    for carrier_id, faults in found.items():
        book = carriers[carrier_id].book
        rows = sum(len(grid.rows) for grid in book.grids)
        size = (
            f"{counted(len(book.grids), 'grid')} with {counted(rows, 'row')}, {counted(len(book.triggers), 'trigger')}"
        )
        stopping = [fault for fault in faults if fault.stops]
        verdict = counted(len(stopping), "fault") if stopping else "sound"
        name = carriers[carrier_id].file.name
        lines.append(readable(f"{name}: {size}: {verdict}", "bad" if stopping else "good"))
        lines += [readable(f"  {fault.text}", "" if fault.stops else "quiet") for fault in faults]
    return Group(*lines)


def faults_as_json(found: Mapping[str, Sequence["Fault"]]) -> list[dict[str, Any]]:
    return [
        {"carrier": carrier_id, "text": fault.text, "stops": fault.stops}
        for carrier_id, faults in found.items()
        for fault in faults
    ]
