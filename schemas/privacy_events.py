"""The data of what is said about private values themselves: who saw them, and that they are forgotten."""

from schemas.base import CaseId, Contract, Sha256, UtcDatetime


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


class CaseForgotten(Contract):
    """A case's key and packets are deleted: what was sealed by the key nobody can read any more."""

    case_id: CaseId
    deleted_documents: tuple[Sha256, ...] = ()
    """Packets deleted with it: the uploads, our copies and pictures of their pages, every version."""
    kept_documents: tuple[Sha256, ...] = ()
    """Packets that other cases were read from, too: they go with the last of them."""
    actor: str
    reason: str
    forgotten_at: UtcDatetime
