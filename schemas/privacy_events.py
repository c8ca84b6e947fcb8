"""The data of what is said about private values themselves: who saw them."""

from schemas.base import CaseId, Contract, UtcDatetime


class PrivateDataOpened(Contract):
    """A person, or a tool in a person's hands, opens private values: told before they are shown."""

    access_id: str
    case_ids: tuple[CaseId, ...] = ()
    """Whose; none where it is not about certain cases."""
    what: str
    """Which values, in words; never a value."""
    actor: str
    """Who sees them."""
    tool: str
    """By what means, e.g. ``goodorder case --reveal``."""
    reason: str
    opened_at: UtcDatetime
