"""``goodorder console``: the people who may sign in to the console."""

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
    from services.console.people.roles import Role
    from services.console.settings import ConsoleSettings

    if role not in list(Role):
        raise Fault(f"There is no role {role}.", f"Roles: {', '.join(Role)}.")
    house: House = ctx.obj
    try:
        with _database(house) as database, database.write() as db:
            password = accounts.add(db, name, Role(role), agent, datetime.now(UTC))
    except accounts.CannotAdd as error:
        raise Fault(*str(error).split(". ", 1)) from error
    where = house.environment.get("GOODORDER_CONSOLE_URL") or ConsoleSettings().console_url
    page().print(readable(f"{name} may sign in at {where} as {role.replace('_', ' ')}. The password, shown once:"))
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
