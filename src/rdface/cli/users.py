"""``rdface users``: accounts of the explorer, and its audit log."""

from __future__ import annotations

import getpass
import os
import re
import sys
from typing import TYPE_CHECKING

import click

from rdface.cli.explorer_database import database_option
from rdface.web.access.role import Role

if TYPE_CHECKING:
    from rdface.web.access.log import Actor, Seal
    from rdface.web.storage.database import Database

_ROLES = click.Choice([role.name.lower() for role in Role])


@click.group()
def users() -> None:
    """Make, list and close accounts of the explorer; read and check its audit log.

    Passwords are asked for, or read from standard input when that is no terminal; they are never
    taken from the command line, which other users of the machine can see.
    """


@users.command()
@click.argument("name")
@click.option(
    "--role",
    type=_ROLES,
    default="viewer",
    show_default=True,
    help="A curator may accept and reject synthetic faces, an admin make accounts too.",
)
@database_option
def add(name: str, role: str, database: str) -> None:
    """Make the account NAME; the first one must be an admin's."""
    from rdface.web.access.accounts import add_account
    from rdface.web.storage.migrate import open_database

    opened = open_database(database)
    add_account(opened, name, _password(), Role[role.upper()], _console())
    click.echo(f"{name.strip().lower()} may sign in as {role}.")


@users.command(name="list")
@database_option
def list_(database: str) -> None:
    """List the accounts, the closed ones last."""
    from rdface.cli.tables import print_table
    from rdface.web.reading.accounts import account_lines

    print_table(
        ["name", "role", "made", "closed"],
        [
            [line.name, line.role, line.made, line.closed]
            for line in account_lines(_existing(database))
        ],
    )


@users.command()
@click.argument("name")
@database_option
def passwd(name: str, database: str) -> None:
    """Give the account NAME a new password; it is signed out everywhere."""
    from rdface.web.access.accounts import set_password

    set_password(_existing(database), name, _password(), _console())
    click.echo(f"{name} has a new password.")


@users.command()
@click.argument("name")
@click.argument("role", type=_ROLES)
@database_option
def role(name: str, role: str, database: str) -> None:
    """Let the account NAME do what a ROLE may."""
    from rdface.web.access.accounts import set_role

    set_role(_existing(database), name, Role[role.upper()], _console())
    click.echo(f"{name} is {role} now.")


@users.command()
@click.argument("name")
@database_option
def close(name: str, database: str) -> None:
    """Close the account NAME for good; the audit log keeps its name."""
    from rdface.web.access.accounts import close_account

    close_account(_existing(database), name, _console())
    click.echo(f"{name} cannot sign in any more.")


@users.command()
@click.option("--who", default="", help="Only what this account did.")
@click.option("--about", default="", help="Only about this image or account.")
@click.option("--last", type=click.IntRange(1), default=50, show_default=True, help="How many.")
@click.option("--verify", is_flag=True, help="Check that nothing was changed or removed.")
@click.option(
    "--noted",
    metavar="NUMBER:SHA256",
    help="With --verify: an end of the log that was noted before must still be in it.",
)
@database_option
def log(who: str, about: str, last: int, verify: bool, noted: str | None, database: str) -> None:
    """Print the audit log, oldest entry first, or check it."""
    from rdface.cli.tables import print_table
    from rdface.web.access import log as audit_log

    if noted and not verify:
        raise click.UsageError("--noted goes with --verify.")
    opened = _existing(database)
    if verify:
        verdict = audit_log.verify(opened, noted=_seal(noted) if noted else None)
        for fault in verdict.faults:
            click.secho(fault, fg="red", err=True)
        for number in verdict.backwards:
            click.echo(f"Before entry {number} the clock was set back.", err=True)
        if verdict.faults:
            sys.exit(1)
        click.echo(f"The log is whole. Its end: {verdict.seal.number}:{verdict.seal.sha256}")
        return
    with opened.reading() as work:
        found = audit_log.entries(work, who=who, subject=about, limit=last)
    print_table(
        ["no", "when (UTC)", "who", "what", "about", "page", "address"],
        [
            [str(one.number), one.at[:19], one.who, one.action, one.subject, one.page, one.address]
            for one in reversed(found)
        ],
    )


@users.command()
@database_option
def migrate(database: str) -> None:
    """Bring the database to this version of rdface; `rdface serve` does so too."""
    from rdface.web.storage.migrate import open_database, revision

    click.echo(f"The database is at step {revision(open_database(database))}.")


def _existing(database: str) -> Database:
    """Open it as `rdface serve` does, but make no file: a mistyped name would look like a log."""
    from pathlib import Path

    from rdface.errors import UsageError
    from rdface.web.storage.database import database_url
    from rdface.web.storage.migrate import open_database

    url = database_url(database)
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file():
        raise UsageError(
            f"There is no database {url.database}.",
            hint="Say where it is: --database or RDFACE_DATABASE. `rdface users add` makes one.",
        )
    return open_database(database)


def _password() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    typed: str = click.prompt("Password", hide_input=True, confirmation_prompt="Once more")
    return typed


def _console() -> Actor:
    from rdface.web.access.log import Actor

    try:
        name = getpass.getuser()
    except (KeyError, OSError):  # a container may run as a number that nobody has named
        name = f"uid-{os.getuid()}"
    return Actor(f"console:{name}")


def _seal(noted: str) -> Seal:
    from rdface.web.access.log import Seal

    number, _, sha256 = noted.partition(":")
    if not (re.fullmatch("[0-9]{1,18}", number) and re.fullmatch("[0-9A-Fa-f]{64}", sha256)):
        raise click.UsageError("--noted has to be NUMBER:SHA256, as --verify prints it.")
    return Seal(int(number), sha256.lower())
