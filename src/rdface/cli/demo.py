"""``rdface demo``: from nothing to a first report."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("runs"),
    show_default=True,
    help="The runs and the report go into the folder `demo` below it.",
)
@click.option("--workers", type=click.IntRange(min=1), help="Processes; one per core if not given.")
@click.option("--fresh", is_flag=True, help="Throw away earlier runs of the demo.")
@click.option("--fetch-only", is_flag=True, help="Fetch the weights, and stop there.")
@click.pass_context
def demo(ctx: click.Context, out: Path, workers: int | None, fresh: bool, fetch_only: bool) -> None:
    """Fetch four weights, benchmark the shipped cohort, and write a report.

    Every face in it is simulated. The weights are the only thing that needs a network, and only
    the first time. It is `rdface bench demo` and `rdface report runs/demo`.
    """
    from rdface.cli.bench import bench
    from rdface.cli.report import report
    from rdface.doctor.storage import NEEDED
    from rdface.weights import pull_all

    pull_all(NEEDED)
    if fetch_only:
        return
    ctx.invoke(bench, spec=Path("demo"), out=out, workers=workers, fresh=fresh)
    ctx.invoke(report, folder=out / "demo")
