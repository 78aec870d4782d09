"""Options that say where tasks are done: ``--engine``, ``--address`` and ``--workers``."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import click

Command = Callable[..., Any]


def engine_options(command: Command) -> Command:
    """Add the options; the command takes the engine that they make as ``engine``."""

    @wraps(command)
    def with_engine(
        *args: object,
        engine_name: str,
        address: str | None,
        workers: int | None,
        **others: object,
    ) -> object:
        from rdface.engines import make_engine

        made = make_engine(engine_name, workers=workers, address=address)
        return command(*args, engine=made, **others)

    for option in (
        click.option(
            "--workers",
            type=click.IntRange(min=1),
            help="Tasks at once; one per core if not given.",
        ),
        click.option(
            "--address",
            metavar="HOST:PORT",
            help="Of the Ray cluster; the one on this machine if not given.",
        ),
        click.option(
            "--engine",
            "engine_name",
            default="local",
            show_default=True,
            metavar="local|ray|inline",
            help="Where it is done: processes here, the machines of a Ray cluster, this process.",
        ),
    ):
        with_engine = option(with_engine)
    return with_engine
