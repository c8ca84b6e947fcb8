"""The data of what is said about personal data themselves: who saw or did what, and that they are forgotten."""

from schemas.base import CaseId, Contract, Sha256, UtcDatetime
from schemas.codes import AccessAction, PrivacyRequestKind


class PrivateDataOpened(Contract):
    """A person, or a tool in a person's hands, sees personal data or acts on them: told before they are shown."""

    access_id: str
    action: AccessAction = AccessAction.OPEN
    case_ids: tuple[CaseId, ...] = ()
    """Whose; none where it is not about certain cases."""
    what: str
    """Which values or what place, in words; never a value."""
    actor: str
    """Who sees them."""
    role: str | None = None
    """The actor's, where they were known by one."""
    tool: str
    """By what means, e.g. ``goodorder case --reveal``, or ``console``."""
    reason: str
    """Empty where none was asked for."""
    opened_at: UtcDatetime


class PrivacyRequested(Contract):
    """A person, or the clock, asks that a case be forgotten; or a person that it be held, or held no longer."""

    case_id: CaseId
    request: PrivacyRequestKind
    actor: str
    reason: str
    requested_at: UtcDatetime


class EraseCase(Contract):
    """What cases asks of intake, which keeps the packets: delete them, and the case's key with them."""

    case_id: CaseId
    pictures_only: bool = False
    """Only the pictures of pages and fields that lie beside the packets: the packets and the key stay."""
    actor: str
    reason: str
    asked_at: UtcDatetime


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
