"""Refuse options that a command would take and not heed."""

from __future__ import annotations

import click
from click.core import ParameterSource


def refuse_options(*names: str, why: str) -> None:
    """Refuse the first of these options of the running command that was typed.

    Args:
        names: Of the parameters, as the function has them.
        why: What follows the option in the message.

    Raises:
        UsageError: One was.
    """
    from rdface.errors import UsageError

    running = click.get_current_context()
    for parameter in running.command.params:
        source = running.get_parameter_source(parameter.name or "")
        if parameter.name in names and source is ParameterSource.COMMANDLINE:
            raise UsageError(f"{parameter.opts[0]} {why}.")
