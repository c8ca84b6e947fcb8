"""``goodorder console``: the people who may sign in to the console, and the keys of other systems."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from goodorder.faults import Commands, Fault
from goodorder.house import House
from goodorder.screen import listing, page, readable

if TYPE_CHECKING:
    from services.console.database import Database
    from services.console.people.roles import Role

app = typer.Typer(cls=Commands, no_args_is_help=True, help="The console in the browser: who may sign in.")

Name = Annotated[str, typer.Argument(metavar="NAME", help="As they sign in.", show_default=False)]


@app.command("add-user")
def add_user(
    ctx: typer.Context,
    name: Name,
    role: Annotated[str, typer.Option(help="viewer, agent, case_manager, ops or admin.", show_default=False)],
    agent: Annotated[str | None, typer.Option(help="The agent code, for an agent.", show_default=False)] = None,
) -> None:
    """Add somebody, or give them a new password; it is shown once and kept nowhere."""
    from services.console.people import accounts

    chosen = _role(role)
    house: House = ctx.obj
    try:
        with _database(house) as database, database.write() as db:
            password = accounts.add(db, name, chosen, agent, datetime.now(UTC))
    except accounts.CannotAdd as error:
        raise Fault(*str(error).split(". ", 1)) from error
    page().print(
        readable(f"{name} may sign in at {_address(house)} as {role.replace('_', ' ')}. The password, shown once:")
    )
    page().print(readable(password, "bold"))


@app.command("users")
def users(ctx: typer.Context) -> None:
    """List who may sign in with a password."""
    from services.console.people import accounts

    with _database(ctx.obj) as database, database.read() as db:
        found = accounts.accounts(db)
    table = listing("Name", "Role", "Agent", "Since", "")
    for each in found:
        closed = "disabled" if each.disabled_at else ""
        role = each.role.replace("_", " ")
        table.add_row(each.name, role, each.agent_code or "–", f"{each.created_at:%Y-%m-%d}", closed)
    page().print(table)


@app.command("remove-user")
def remove_user(ctx: typer.Context, name: Name) -> None:
    """Let somebody in no more, and sign them out everywhere."""
    from services.console.people import accounts

    with _database(ctx.obj) as database, database.write() as db:
        done = accounts.disable(db, name, datetime.now(UTC))
    if not done:
        raise Fault(f"There is no user {name}.", "`goodorder console users` lists them.")
    page().print(readable(f"{name} is signed out everywhere and may not sign in."))


@app.command("add-key")
def add_key(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(help="Of the system that will use it.", show_default=False)],
    role: Annotated[str, typer.Option(help="viewer, agent, case_manager or ops.", show_default=False)],
    agent: Annotated[str | None, typer.Option(help="The agent code, for an agent's key.", show_default=False)] = None,
    scope: Annotated[
        list[str] | None,
        typer.Option(
            help="What it is good for, e.g. cases:read; unless said, all that its role may see, and uploads.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Make a key for another system; it is shown once and kept nowhere."""
    from services.console.people import keys
    from services.console.people.accounts import CannotAdd
    from services.console.people.keys import Scope

    unknown = sorted(set(scope or ()) - set(Scope))
    if unknown:
        raise Fault(f"There is no scope {unknown[0]}.", f"Scopes: {', '.join(Scope)}.")
    try:
        with _database(ctx.obj) as database, database.write() as db:
            secret = keys.add(db, name, _role(role), agent, map(Scope, scope or ()), datetime.now(UTC))
    except CannotAdd as error:
        raise Fault(*str(error).split(". ", 1)) from error
    page().print(readable(f"{name} may ask {_address(ctx.obj)}/api/v1 with this key, shown once:"))
    page().print(readable(secret, "bold"))


@app.command("keys")
def list_keys(ctx: typer.Context) -> None:
    """List the keys of other systems, and when each was used last."""
    from services.console.people import keys

    with _database(ctx.obj) as database, database.read() as db:
        found = keys.known(db)
    table = listing("Name", "Role", "Agent", "Good for", "Since", "Last used")
    for each in found:
        used = f"{each.used_at:%Y-%m-%d %H:%M}" if each.used_at else "never"
        scopes = ", ".join(sorted(each.scopes))
        role = each.role.replace("_", " ")
        table.add_row(each.name, role, each.agent_code or "–", scopes, f"{each.created_at:%Y-%m-%d}", used)
    page().print(table)


@app.command("remove-key")
def remove_key(
    ctx: typer.Context, name: Annotated[str, typer.Argument(help="The system's name.", show_default=False)]
) -> None:
    """End a key: it opens nothing any more."""
    from services.console.people import keys

    with _database(ctx.obj) as database, database.write() as db:
        done = keys.end(db, name)
    if not done:
        raise Fault(f"There is no key {name}.", "`goodorder console keys` lists them.")
    page().print(readable(f"The key {name} opens nothing any more."))


def _role(said: str) -> "Role":
    from services.console.people.roles import Role

    if said not in list(Role):
        raise Fault(f"There is no role {said}.", f"Roles: {', '.join(Role)}.")
    return Role(said)


def _address(house: House) -> str:
    from services.console.settings import ConsoleSettings

    return house.environment.get("GOODORDER_CONSOLE_URL") or ConsoleSettings().console_url


@contextmanager
def _database(house: House) -> "Iterator[Database]":
    """The console's own tables, brought up to date."""
    from services.console.database import open_database
    from services.console.settings import ConsoleSettings

    database = open_database(ConsoleSettings(data=house.data))
    try:
        yield database
    finally:
        database.close()
