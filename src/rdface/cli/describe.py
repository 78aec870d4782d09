"""``rdface describe``: reports in words of the faces of a cohort."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Sequence


def _list(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if not wanted or ctx.resilient_parsing:
        return
    from rdface.cli.settings import lines_of_settings
    from rdface.phenotype import DESCRIBERS

    for name in DESCRIBERS.names():
        kind = DESCRIBERS.get(name)
        click.echo(f"{name}: {(kind.__doc__ or '').strip().splitlines()[0]}")
        for line in lines_of_settings(kind):
            click.echo(line)
    ctx.exit()


@click.command()
@click.argument("cohort")
@click.option("--with", "name", required=True, metavar="NAME", help="The describer; see --list.")
@click.option(
    "--set",
    "settings",
    multiple=True,
    metavar="KEY=VALUE",
    help="An option of the describer; see --list.",
)
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    help="At most so many pictures, spread evenly over the cohort.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help="Folder of the reports; a stopped run goes on.",
)
@click.option(
    "--allow-upload",
    is_flag=True,
    help="Let pictures of real people leave this machine, where the cohort's terms allow it.",
)
@click.option("--detector", default="yunet", show_default=True)
@click.option("--parents", help="Of a pool: the cohort it was made from, for sex and age.")
@click.option(
    "--list",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_list,
    help="List the describers with their options, and leave.",
)
def describe(
    cohort: str,
    name: str,
    settings: Sequence[str],
    limit: int | None,
    out: Path,
    allow_upload: bool,
    detector: str,
    parents: str | None,
) -> None:
    """Write a report of every face of COHORT: sections, HPO terms, suspected conditions.

    Every picture is asked about in the same words. A report is research on descriptions of faces;
    it is no diagnosis. `rdface describe sim103 --with measured --out reports/measured`
    """
    from rdface.cli.settings import read_settings
    from rdface.cli.tables import print_table
    from rdface.cohort import load_cohort
    from rdface.errors import RdfaceError
    from rdface.phenotype import DESCRIBERS, make_describer
    from rdface.phenotype.describing import describe_cohort
    from rdface.phenotype.report_files import REPORTS, count_statuses

    options = read_settings(name, DESCRIBERS.get(name), settings)
    done = describe_cohort(
        load_cohort(cohort),
        make_describer(name, options),
        out,
        name=name,
        limit=limit,
        allow_upload=allow_upload,
        detector=detector,
        parents=load_cohort(parents) if parents else None,
    )
    counts, total = count_statuses(done.reports), len(done.reports)
    rows = [
        [status, str(count), f"{count / total:.1%}" if total else ""]
        for status, count in counts.items()
    ]
    print_table(["status", "reports", "share"], rows)
    tokens, cost = done.about["tokens"], done.about["cost"]
    if tokens["in"] or tokens["out"]:
        priced = f", cost {cost:g} by the prices given" if cost is not None else ""
        click.echo(f"tokens: {tokens['in']} in, {tokens['out']} out{priced}", err=True)
    click.echo(f"{out / REPORTS}: {total} reports, {done.asked} of them new", err=True)
    problems = [report.problem for report in done.reports if report.status == "failed"]
    if problems and len(problems) == total:
        raise RdfaceError(
            f"No picture was described: {problems[0]}",
            hint="When that is mended, the same command asks again.",
        )
    if problems:
        click.echo(f"{len(problems)} failed and are asked again next time: {problems[0]}", err=True)
