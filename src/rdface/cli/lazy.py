"""A group of commands whose modules are imported only when they are called."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module

import click

from rdface.registry import nearest


class LazyGroup(click.Group):
    """Imports a command's module only when the command is called: ``--help`` stays fast.

    Args:
        commands: Name -> where it lies (``module`` of ``rdface.cli``, or ``module:object``), and
            its help in one line.
        attrs: As for :class:`click.Group`.
    """

    def __init__(self, *, commands: Mapping[str, tuple[str, str]], **attrs: object) -> None:
        super().__init__(**attrs)  # type: ignore[arg-type]
        self._lazy = dict(sorted(commands.items()))

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names, sorted."""
        return list(self._lazy)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, imported now."""
        if cmd_name not in self._lazy:
            return None
        module, _, name = self._lazy[cmd_name][0].partition(":")
        command = getattr(import_module(f"rdface.cli.{module}"), name or module)
        assert isinstance(command, click.Command)  # noqa: S101 - narrows the type
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, about) for name, (_, about) in self._lazy.items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does, and name the nearest command where there is none."""
        if args[0] not in self._lazy and not args[0].startswith("-"):
            ctx.fail(f"There is no command {args[0]!r}. {nearest(args[0], self._lazy)}")
        return super().resolve_command(ctx, args)
