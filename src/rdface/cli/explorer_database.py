"""The option ``--database`` of `rdface serve` and `rdface users`: one place, one default."""

from __future__ import annotations

import click


def _default() -> str:
    from platformdirs import user_data_path

    return str(user_data_path("rdface", appauthor=False) / "explorer.db")


database_option = click.option(
    "--database",
    envvar="RDFACE_DATABASE",
    metavar="FILE|URL",
    default=_default,
    help="Accounts, sessions and the audit log: a file (SQLite), or postgresql://user@host/name;"
    " a password in it belongs into RDFACE_DATABASE, not here."
    "  [default: explorer.db in the user's data folder]",
)
