"""A person's access to private values: told on the audit topic first, and only then possible."""

import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from goodorder.saying import said
from schemas.codes import AccessAction
from schemas.privacy_events import PrivateDataOpened
from schemas.topics import PRIVATE_ACCESSES

if TYPE_CHECKING:
    from goodorder.house import House
    from services.chassis.private.vault import Vault


def opened_for(house: "House", actor: str, tool: str, what: str, reason: str, case_ids: Sequence[str] = ()) -> "Vault":
    """The vault, for one look that is on record before it is taken. Raises :class:`goodorder.faults.Fault`, and opens
    nothing, where the record cannot be made."""
    put_on_record(house, actor, tool, what, reason, case_ids)
    return house.vault()


def put_on_record(
    house: "House",
    actor: str,
    tool: str,
    what: str,
    reason: str,
    case_ids: Sequence[str] = (),
    action: AccessAction = AccessAction.OPEN,
) -> None:
    """Tell of it on the audit's topic. Raises :class:`goodorder.faults.Fault`."""
    identity = str(uuid.uuid4())
    data = PrivateDataOpened(
        access_id=identity,
        action=action,
        case_ids=tuple(case_ids),
        what=what,
        actor=actor,
        tool=tool,
        reason=reason,
        opened_at=datetime.now(UTC),
    )
    key = case_ids[0] if len(case_ids) == 1 else identity
    house.broker().publish(PRIVATE_ACCESSES.name, key, said(data, key, data.opened_at, identity=identity))
