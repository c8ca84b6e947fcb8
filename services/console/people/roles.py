"""The roles of people, and what a visitor may see: the row filter of every query starts here."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    VIEWER = "viewer"
    """Sees every case, with the insured masked."""
    AGENT = "agent"
    """Sees their own cases only."""
    CASE_MANAGER = "case_manager"
    OPS = "ops"
    ADMIN = "admin"


EVERYBODY = frozenset(Role)
STAFF = EVERYBODY - {Role.AGENT}
"""All who may see every case."""
CASE_DESK = frozenset({Role.CASE_MANAGER, Role.ADMIN})
OPS_DESK = frozenset({Role.OPS, Role.ADMIN})
AGENT_DOORS = frozenset({Role.AGENT, Role.CASE_MANAGER, Role.ADMIN})
"""Who may upload and check packets."""


@dataclass(frozen=True)
class Visitor:
    """Somebody signed in."""

    name: str
    role: Role
    agent_code: str | None = None
    csrf: str = ""

    @property
    def sees_names(self) -> bool:
        """The insured by full name, and what stands on the pages."""
        return self.role in (Role.AGENT, Role.CASE_MANAGER, Role.ADMIN)

    @property
    def own_agent(self) -> str | None:
        """The only agent whose rows this visitor may see; ``None``: all agents'. An agent without a code sees none."""
        return (self.agent_code or "") if self.role is Role.AGENT else None
