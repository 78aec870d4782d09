"""``rdface serve``: the explorer in a browser."""

from __future__ import annotations

from pathlib import Path

import click

_FOLDER = click.Path(path_type=Path, file_okay=False, exists=True)


@click.command()
@click.option("--cohort", default="sim103", show_default=True, help="Folder or name.")
@click.option("--runs", type=_FOLDER, help="Folder of runs.")
@click.option("--pool", "pools", type=_FOLDER, multiple=True, help="Pool of synthetic faces.")
@click.option("--reports", type=_FOLDER, multiple=True, help="Reports of `rdface describe`.")
@click.option(
    "--reference",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="Table of unaffected people; else the shipped one, for simulated cohorts only.",
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), default=8103, show_default=True)
def serve(
    cohort: str,
    runs: Path | None,
    pools: tuple[Path, ...],
    reports: tuple[Path, ...],
    reference: Path | None,
    host: str,
    port: int,
) -> None:
    """Explore a cohort, its runs and pools in a browser. For research use, not a diagnosis.

    Everything is served by this machine; nothing is sent anywhere.
    """
    import uvicorn

    from rdface.web.app import create_app
    from rdface.web.settings import Settings

    settings = Settings(
        cohort=cohort,
        runs=runs,
        pools=pools,
        reports=reports,
        reference=reference,
        host=host,
        port=port,
    )
    uvicorn.run(create_app(settings), host=host, port=port, server_header=False)
