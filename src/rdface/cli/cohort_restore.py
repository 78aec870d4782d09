"""``rdface cohort restore``: a new cohort with padded, enlarged or coloured pictures."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rdface.cohort import Cohort
    from rdface.restore import Chain
    from rdface.restore.restored_cohort import Selection


class _Restoring(click.Command):
    """Lists the steps below its help; they come from the registry."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        import sys

        from rdface.restore import STEPS

        with formatter.section("Steps"):
            formatter.write_dl(
                [
                    (name, (sys.modules[STEPS.get(name).__module__].__doc__ or "").split("\n")[0])
                    for name in STEPS.names()
                ]
            )


@click.command(cls=_Restoring)
@click.argument("cohort")
@click.option(
    "--steps",
    required=True,
    help="Names joined by commas, in order; `paper` for those of the paper.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help="The new cohort; new or empty.",
)
@click.option(
    "--only",
    multiple=True,
    metavar="grey|ID",
    help="Only pictures that are black and white, or with these ids; may be given several times.",
)
@click.option(
    "--smaller-than",
    type=click.IntRange(min=1),
    metavar="PIXELS",
    help="Only pictures whose longer side is shorter: large ones need no super-resolution.",
)
@click.option("--name", default="", help="Of the new cohort; NAME-restored if not given.")
def restore(
    cohort: str, steps: str, out: Path, only: tuple[str, ...], smaller_than: int | None, name: str
) -> None:
    """Restore the pictures of COHORT into a new cohort; the untouched ones are kept in it.

    Pictures that are not chosen are copied as they are. Each row says what was done to its picture
    (`restored`) and where the untouched one lies (`original`). A run that was stopped, or killed,
    goes on.

    Restored faces are partly drawn by the network: `rdface study restoration` measures what that
    does to the traits that are to be recognised.
    """
    from rdface.cohort import load_cohort
    from rdface.restore.restored_cohort import Selection, restore_cohort

    loaded = load_cohort(cohort)
    ids = [one for one in only if one != "grey"]
    selection = Selection(ids or None, "grey" in only, smaller_than or 0)
    chain = _chain(steps, loaded, selection)
    made = restore_cohort(loaded, chain, out, selection, name)
    applied = made.images["restored"] != ""
    click.echo(f"{out}: {int(applied.sum())} of {len(made)} pictures restored")
    counts = made.images.loc[applied, "restored"].value_counts(sort=False)
    for done, number in counts.items():
        click.echo(f"{number}\t{done}")
    if not applied.any():
        click.echo(
            "No picture was chosen, or no step applied to any: all are copied as they were.",
            err=True,
        )


def _chain(steps: str, loaded: Cohort, selection: Selection) -> Chain:
    from rdface.restore import load_chain
    from rdface.restore.greyness import is_grey
    from rdface.restore.preset import PRESET, load_paper

    if steps != PRESET:
        return load_chain([one.strip() for one in steps.split(",") if one.strip()])
    from rdface.imaging import read_image

    pictures = ((name, read_image(loaded.path(name))) for name in loaded.image_ids)
    grey = any(selection.takes(name, picture) and is_grey(picture) for name, picture in pictures)
    chain, lacking = load_paper(grey=grey)
    for step in lacking:
        why = "no picture is black and white" if step == "ddcolor" else "as said above"
        click.echo(f"Left out of the paper's steps: {step} ({why}).", err=True)
    return chain
