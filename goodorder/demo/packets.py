"""The six sample packets of the demonstration, each with what has to come of it."""

from dataclasses import dataclass, replace
from datetime import date
from itertools import count

from samples.packets import BuiltPacket, Delivery, Packet, build, load_shelf
from samples.packets.case_values import Circumstances
from samples.packets.excerpts import excerpt
from schemas.codes import Verdict


@dataclass(frozen=True)
class DemoPacket:
    """A packet as its agent drops it."""

    built: BuiltPacket
    about: str
    """What it is, for the person watching."""
    later: bytes | None = None
    """The page that its agent sends afterwards: signed now."""

    @property
    def name(self) -> str:
        return self.built.name

    @property
    def agent(self) -> str:
        return self.built.truth.agent_code

    @property
    def rules(self) -> frozenset[str]:
        """The rules that have to find something: these, and no others."""
        return self.built.truth.rules

    @property
    def verdict(self) -> Verdict:
        return Verdict.NIGO if self.rules else Verdict.IGO


@dataclass(frozen=True)
class _Recipe:
    name: str
    carrier: str
    defects: tuple[str, ...]
    delivery: Delivery
    about: str
    first_seed: int
    """Each recipe draws other people."""


PLACED, DECLINED = "clean-aldermoor", "clean-quillhaven"
"""The packets whose cases go on to the carrier's last word."""
COMPLETED = "missing-signature"
"""The packet whose missing page comes afterwards."""
_SIGNATURES = ("ald-tl-101-2026-01", 5)

_RECIPES = (
    _Recipe(PLACED, "aldermoor", (), Delivery.FILLABLE, "complete", 100),
    _Recipe(DECLINED, "quillhaven", (), Delivery.FILLABLE, "complete", 200),
    _Recipe(COMPLETED, "aldermoor", ("missing-signature",), Delivery.FILLABLE, "insured did not sign", 300),
    _Recipe("shares-not-100", "quillhaven", ("shares-not-100",), Delivery.FILLABLE, "the shares make 90 %", 400),
    _Recipe(
        "flattened", "aldermoor", ("yes-without-details",), Delivery.FLATTENED, "flattened; a yes unexplained", 500
    ),
    _Recipe("scanned", "quillhaven", ("missing-signature",), Delivery.SCANNED, "scanned; insured did not sign", 600),
)


def six_packets(today: date) -> tuple[DemoPacket, ...]:
    """The packets, each from an agent who can be written to."""
    return tuple(_drawn(recipe, today) for recipe in _RECIPES)


def _drawn(recipe: _Recipe, today: date) -> DemoPacket:
    shelf = load_shelf()
    reachable = {agent.code for agent in shelf.producers if agent.email}
    for seed in count(recipe.first_seed):
        packet = Packet(recipe.name, recipe.carrier, seed, today, recipe.defects, recipe.delivery, Circumstances())
        # The seed draws the agent too; drawing anew is cheap, scanning is not, so a plain one is tried first.
        plain = Packet(recipe.name, recipe.carrier, seed, today, recipe.defects, Delivery.FILLABLE, Circumstances())
        if build(plain, shelf).truth.agent_code in reachable:
            whole = build(replace(plain, defects=()), shelf) if recipe.name == COMPLETED else None
            later = excerpt(whole, [_SIGNATURES]) if whole else None
            return DemoPacket(build(packet, shelf), recipe.about, later)
    raise AssertionError("count() does not end")
