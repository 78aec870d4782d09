"""``rdface cohort strip``: a copy of a cohort without metadata in its pictures."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("cohort")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help="The copy; new or empty.",
)
def strip(cohort: str, out: Path) -> None:
    """Copy COHORT with nothing in its picture files beside the pixels.

    EXIF, GPS, thumbnails, colour profiles, comments, XMP, IPTC, further pictures, trailing data
    and whatever else a decoder does not need. Pixels are compared before a file is written. `rdface
    cohort build` does this by itself.
    """
    from rdface.cohort import load_cohort
    from rdface.cohort.strip import strip_cohort

    done = strip_cohort(load_cohort(cohort), out)
    for kind, count in done.removed.items():
        click.echo(f"{kind:20}out of {count} picture(s)")
    if done.turned:
        click.echo(f"{'turned upright':20}{len(done.turned)} picture(s)")
    click.echo(f"{out}: {len(done.cohort)} images, sha256 {done.cohort.sha256}")
