"""``rdface faces``: find the face of every picture, and measure it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    import pandas as pd

    from rdface.faces.norms import Reference

_OUT = click.Path(path_type=Path, dir_okay=False)


class _FindIfNotSaid(click.Group):
    """``rdface faces FOLDER --out F.parquet`` is ``rdface faces find FOLDER --out F.parquet``."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0] not in {*self.commands, "-h", "--help"}:
            args = ["find", *args]
        return super().parse_args(ctx, args)


@click.group(cls=_FindIfNotSaid)
def faces() -> None:
    """Find and measure faces. `rdface faces FOLDER --out F.parquet` finds them. Research use."""


@faces.command()
@click.argument("folder")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Parquet file.")
@click.option("--detector", default="yunet", show_default=True)
def find(folder: str, out: Path, detector: str) -> None:
    """Find the faces of the cohort or picture folder FOLDER; write a table of them.

    Of several faces the largest counts; a picture without a face stays in and is used whole. Both
    are counted here and named in the column `status`.
    """
    from rdface.cohort import load_cohort
    from rdface.errors import UsageError
    from rdface.faces import locate_faces, locate_in_folder

    if out.suffix != ".parquet":
        raise UsageError(f"--out {out} must end in .parquet.")
    if _is_folder_of_pictures(folder):
        table = locate_in_folder(Path(folder), detector)
    else:
        table = locate_faces(load_cohort(folder), detector)
    table.to_parquet(out)
    for name, count in table.counts().items():
        click.echo(f"{name.replace('_', ' '):20}{count}")
    for image_id in table.without_face():
        click.echo(f"no face: {image_id}", err=True)


@faces.command()
@click.argument("pictures")
@click.option("--out", type=_OUT, required=True, help="CSV file, one row a picture.")
@click.option("--reference", type=_OUT, help="Table of unaffected people; else the shipped one.")
@click.option("--age", help="ISO 8601, such as P6Y4M; of a picture or a folder of pictures.")
@click.option("--sex", type=click.Choice(["female", "male"]), help="The same.")
@click.option("--detector", default="yunet", show_default=True)
def measure(
    pictures: str,
    out: Path,
    reference: Path | None,
    age: str | None,
    sex: str | None,
    detector: str,
) -> None:
    """Measure the faces of PICTURES: a cohort, a folder of pictures, or one picture.

    Writes ratios and angles by name and, where the age is known, z-scores against unaffected people
    of the same age and sex (columns `z:...`). For research use: a z-score says where a picture
    stands among the pictures of the reference, and nothing about any single person's health.
    """
    from rdface.errors import UsageError
    from rdface.faces.survey import with_z_scores

    if out.suffix != ".csv":
        raise UsageError(f"--out {out} must end in .csv.")
    norms = _reference(reference)
    table = _measured(pictures, age, sex, detector)
    if table["age"].notna().any():
        table = with_z_scores(table, norms)
    _write(table, out)
    missed = int((table["status"] == "none").sum())
    click.echo(f"{len(table)} pictures, {missed} of them without a face")
    if "age_in_reference" not in table:
        click.echo("no z-scores: no age is known (--age P6Y4M)")
    else:
        beyond = int((table["age_in_reference"] == "no").sum())
        scored = int(table.filter(regex="^z:").notna().any(axis=1).sum())
        click.echo(f"z-scores for {scored}; {beyond} ages lie outside")
        click.echo(f"reference: {norms.provenance.get('fitted on', 'it does not say of whom')}")


@faces.command()
@click.argument("cohort")
@click.option("--out", type=_OUT, required=True, help="CSV file.")
@click.option("--detector", default="yunet", show_default=True)
def reference(cohort: str, out: Path, detector: str) -> None:
    """Make a reference table of the unaffected patients of COHORT, one picture each.

    Patients with any HPO term are left out. The table begins with lines that say who was fitted.
    For research use.
    """
    from rdface.cohort import load_cohort
    from rdface.errors import UsageError
    from rdface.faces.survey import reference_of

    if out.suffix != ".csv":
        raise UsageError(f"--out {out} must end in .csv.")
    made = reference_of(load_cohort(cohort), detector)
    made.write(out)
    for key, value in made.provenance.items():
        click.echo(f"{key}: {value}")


def _is_folder_of_pictures(place: str) -> bool:
    return Path(place).is_dir() and not (Path(place) / "images.csv").exists()


def _reference(path: Path | None) -> Reference:
    """The one asked for, else the shipped one."""
    from rdface.faces.norms_table import read_reference, shipped_reference

    return read_reference(path) if path is not None else shipped_reference()


def _measured(place: str, age: str | None, sex: str | None, detector: str) -> pd.DataFrame:
    from rdface.cohort import age_in_years, load_cohort
    from rdface.errors import UsageError
    from rdface.faces.locate import pictures_in
    from rdface.faces.survey import measure_cohort, measure_pictures

    path = Path(place)
    if not path.is_file() and not _is_folder_of_pictures(place):
        if age or sex:
            raise UsageError("A cohort knows ages and sexes; --age and --sex are for pictures.")
        return measure_cohort(load_cohort(place), detector)
    try:
        years = age_in_years(age) if age else float("nan")
    except ValueError as error:
        raise UsageError(f"--age: {error}.") from None
    table = measure_pictures([(path.name, path)] if path.is_file() else pictures_in(path), detector)
    table.insert(1, "sex", sex or "")
    table.insert(2, "age", years)
    return table


def _write(table: pd.DataFrame, out: Path) -> None:
    from rdface.files import write_text

    write_text(out, table.to_csv(index=False, float_format="%.6g", lineterminator="\n"))
