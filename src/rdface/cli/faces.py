"""``rdface faces``: find the face of every picture."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("folder")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Parquet file.")
@click.option("--detector", default="yunet", show_default=True)
def faces(folder: str, out: Path, detector: str) -> None:
    """Find the faces of the cohort or picture folder FOLDER; write a table of them.

    Of several faces the largest counts; a picture without a face stays in and is used whole. Both
    are counted here and named in the column `status`.
    """
    from rdface.cohort import load_cohort
    from rdface.errors import UsageError
    from rdface.faces import locate_faces, locate_in_folder

    if out.suffix != ".parquet":
        raise UsageError(f"--out {out} must end in .parquet.")
    if Path(folder).is_dir() and not (Path(folder) / "images.csv").exists():
        table = locate_in_folder(Path(folder), detector)
    else:
        table = locate_faces(load_cohort(folder), detector)
    table.to_parquet(out)
    for name, count in table.counts().items():
        click.echo(f"{name.replace('_', ' '):20}{count}")
    for image_id in table.without_face():
        click.echo(f"no face: {image_id}", err=True)
