"""Who somebody is by what an OIDC provider says of them: a name, a role from a claim, an agent's code."""

import re
from collections.abc import Mapping
from typing import Any

from services.console.people.roles import Role, Visitor
from services.console.settings import ConsoleSettings

_NAME = re.compile(r"^[\w.@+-]{1,80}$")


class NotForUs(Exception):
    """The provider knows them, and this console has nothing for them; the message says why, and what to do."""


def roles_of(said: str | None) -> dict[str, Role]:
    """``desk=case_manager, oncall=ops``: which of the provider's values stands for which role, the first wins.

    Raises ``ValueError`` for a role that there is not.
    """
    pairs = (each.strip().rpartition("=") for each in (said or "").split(",") if each.strip())
    return {value.strip(): Role(role.strip()) for value, _, role in pairs}


def visitor_of(claims: Mapping[str, Any], settings: ConsoleSettings) -> Visitor:
    """Raises :class:`NotForUs`."""
    name = _at(claims, settings.oidc_name_claim)
    if not isinstance(name, str) or not _NAME.match(name):
        raise NotForUs(f"Your account has no name that can be used here ({settings.oidc_name_claim}).")
    held = _at(claims, settings.oidc_role_claim)
    values = {held} if isinstance(held, str) else {str(each) for each in held} if isinstance(held, list) else set()
    role = next((role for value, role in roles_of(settings.oidc_roles).items() if value in values), None)
    if role is None:
        raise NotForUs("Your account has no role here. Ask who runs this console to give it one.")
    if role is not Role.AGENT:
        return Visitor(name, role)
    code = _at(claims, settings.oidc_agent_claim)
    if not isinstance(code, str) or not code:
        raise NotForUs("Your account is an agent's and has no agent code. Ask who runs this console to give it one.")
    return Visitor(name, role, code)


def _at(claims: Mapping[str, Any], path: str) -> Any:
    """A claim, or one inside another: ``realm_access.roles``. A name with dots of its own is looked for first."""
    if path in claims:
        return claims[path]
    found: Any = claims
    for step in path.split("."):
        found = found.get(step) if isinstance(found, Mapping) else None
    return found
