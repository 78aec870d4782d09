"""Refuse options that a command would take and not heed."""

from __future__ import annotations

from collections.abc import Collection

import click
from click.core import ParameterSource


def refuse_options(names: Collection[str], why: str) -> None:
    """Refuse those of these options of the running command that were typed.

    Args:
        names: Of the parameters, as the function has them.
        why: What follows the options in the message.

    Raises:
        UsageError: One was.
    """
    from rdface.errors import UsageError

    running = click.get_current_context()
    typed = [
        "/".join([*each.opts, *each.secondary_opts])
        for each in running.command.params
        if each.name in names
        and running.get_parameter_source(each.name) is ParameterSource.COMMANDLINE
    ]
    if typed:
        raise UsageError(f"{', '.join(typed)}: {why}.")
