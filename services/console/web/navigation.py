"""Where each role can go from every page."""

from dataclasses import dataclass

from services.console.people.roles import AGENT_DOORS, CASE_DESK, STAFF, Role, Visitor


@dataclass(frozen=True)
class Place:
    address: str
    name: str
    roles: frozenset[Role]
    is_here: bool = False


_PLACES = (
    Place("/cases", "My cases", frozenset({Role.AGENT})),
    Place("/operations", "Operations", frozenset({Role.OPS})),
    Place("/dead-letters", "Dead letters", frozenset({Role.OPS})),
    Place("/cases", "Cases", STAFF),
    Place("/inbox", "Unmatched", CASE_DESK),
    Place("/upload", "Send", AGENT_DOORS),
    Place("/check", "Check before you send", AGENT_DOORS),
    Place("/operations", "Operations", frozenset({Role.ADMIN})),
    Place("/dead-letters", "Dead letters", frozenset({Role.ADMIN})),
    Place("/people", "People", frozenset({Role.ADMIN})),
    Place("/audit", "Audit", frozenset({Role.ADMIN})),
)


def places_for(visitor: Visitor, path: str) -> tuple[Place, ...]:
    return tuple(
        Place(place.address, place.name, place.roles, path == place.address or path.startswith(f"{place.address}/"))
        for place in _PLACES
        if visitor.role in place.roles
    )


def home_of(visitor: Visitor) -> str:
    """The first page after signing in."""
    return next(place.address for place in _PLACES if visitor.role in place.roles)
