"""``rdface study restoration``: does restoration move what is measured on a face?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rdface.bench.restoration import Found
    from rdface.bench.restoration.agreement import Range


@click.command()
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("runs/restoration"),
    show_default=True,
    help="Where pictures, tables and the page go.",
)
@click.option("--cohort", default="sim103", show_default=True, help="Simulated children.")
@click.option(
    "--images",
    type=click.IntRange(min=5),
    default=120,
    show_default=True,
    help="Children, one picture each.",
)
@click.option(
    "--slow-images",
    type=click.IntRange(min=5),
    default=20,
    show_default=True,
    help="Children for arms that take seconds a picture (x4plus, gfpgan, ddcolor).",
)
@click.option("--damage", "damages", multiple=True, help="Only these; see docs/restoration.md.")
@click.option(
    "--arm",
    "arms",
    multiple=True,
    metavar="STEPS",
    help="Besides `bicubic` only these: `lanczos`, or steps joined by commas.",
)
@click.option(
    "--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Of draw and noise."
)
@click.option("--quick", is_flag=True, help="30 children, 10 for slow arms, two damages.")
@click.option("--markdown", is_flag=True, help="Print the tables as Markdown.")
def restoration(
    out: Path,
    cohort: str,
    images: int,
    slow_images: int,
    damages: tuple[str, ...],
    arms: tuple[str, ...],
    seed: int,
    quick: bool,
    markdown: bool,
) -> None:
    """Spoil pictures of simulated children, restore them, measure what has moved.

    Are unusual faces drawn to the norm, more than by the damage itself? And are they recognised?
    The default takes a quarter of an hour on one core. A study that was stopped, or killed, goes
    on; more children, damages or arms may be asked of it later.
    """
    from dataclasses import replace

    from rdface.bench.restoration import RestorationPlan, run_restoration, summarise, write_tables
    from rdface.bench.restoration.examples import examples
    from rdface.bench.restoration.plan import BICUBIC
    from rdface.pages.restoration import SHOWN, write_restoration_page

    plan = RestorationPlan(cohort, images, slow_images, seed=seed)
    if damages:
        plan = replace(plan, damages=tuple(dict.fromkeys(damages)))
    if arms:
        plan = replace(plan, arms=tuple(dict.fromkeys((BICUBIC, *arms))))
    plan.check()
    plan = plan.quick() if quick else plan
    studied = run_restoration(plan, out)
    found = summarise(studied)
    write_tables(found, out)
    _show(found, markdown=markdown)
    page = write_restoration_page(found, examples(studied, out, SHOWN), out)
    click.echo(str(page), err=True)


def _show(found: Found, *, markdown: bool) -> None:
    from rdface.bench.restoration.damage import DAMAGES
    from rdface.cli.tables import print_table

    print_table(
        [
            "done to the picture",
            "arm",
            "children",
            "no face",
            "shift, SD (RMS)",
            "slope",
            "slope against bicubic",
            "signs left",
            "against bicubic",
        ],
        [
            [
                DAMAGES[cell.damage].words,
                cell.arm,
                str(cell.n),
                f"{cell.no_face} of {cell.asked}",
                _words(cell.rms),
                _words(cell.slope),
                _words(cell.slope_against, sign=True),
                _words(cell.kept),
                _words(cell.kept_against, sign=True),
            ]
            for cell in found.cells
        ],
        markdown=markdown,
    )
    click.echo()
    print_table(
        [
            "done to the picture",
            "arm",
            "network",
            "children",
            "top-10, %",
            "MRR",
            "against bicubic",
        ],
        [
            [
                DAMAGES[line.damage].words if line.damage else "untouched",
                line.arm if line.damage else "",
                line.backbone,
                str(line.n),
                f"{100 * line.top.value:.0f} [{100 * line.top.low:.0f}, {100 * line.top.high:.0f}]",
                _words(line.mrr, digits=3),
                _words(line.against, sign=True, digits=3),
            ]
            for line in found.recognised
        ],
        markdown=markdown,
    )


def _words(range_: Range | None, *, sign: bool = False, digits: int = 2) -> str:
    if range_ is None:
        return ""
    form = f"{'+' if sign else ''}.{digits}f"
    return f"{range_.value:{form}} [{range_.low:{form}}, {range_.high:{form}}]"
