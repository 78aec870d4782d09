"""``rdface cohort folds``: give out folds, and extend them as the cohort grows."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rdface.protocols.release import Extension, ReleasedFolds

_FILE = click.Path(path_type=Path, dir_okay=False)
_SHOWN = 10


@click.command()
@click.argument("cohort")
@click.option("--release", type=_FILE, metavar="FILE", help="Deal folds and write this new file.")
@click.option("--from", "former", type=_FILE, metavar="FILE", help="Say who joined and left.")
@click.option("--out", type=_FILE, help="With --from: write the extended folds (may be FILE).")
@click.option("--forget", is_flag=True, help="With --from: drop the ids of those who left.")
@click.option("--folds", "n_folds", default=5, show_default=True, help="With --release: folds.")
@click.option("--repeats", default=5, show_default=True, help="With --release: deals.")
@click.option("--seed", default=0, show_default=True, help="With --release: seeds the deals.")
def folds(
    cohort: str,
    release: Path | None,
    former: Path | None,
    out: Path | None,
    forget: bool,
    n_folds: int,
    repeats: int,
    seed: int,
) -> None:
    """Folds of COHORT that stay the same when images are added, in a file for `released`.

    --release deals the patients as protocol `strict` does. --from reads such a file, says who has
    joined and left since, and writes the extended folds to --out: nobody moves whose patient id
    is in the file, and newcomers join by a hash of their own id.
    """
    from rdface.cli.ignored import refuse_options
    from rdface.cohort import load_cohort
    from rdface.errors import UsageError
    from rdface.protocols.release import extend_folds, read_folds, release_folds, write_folds

    if (release is None) == (former is None):
        raise UsageError("Give either --release FILE or --from FILE.")
    if former is None and (out is not None or forget):
        raise UsageError("--out and --forget go with --from.")
    if former is not None:
        refuse_options(("n_folds", "repeats", "seed"), "not with --from: a file has its own")
    if release is not None and release.exists():
        raise UsageError(
            f"{release} is there already, and released folds are not dealt anew.",
            hint=f"Extend them: rdface cohort folds {cohort} --from {release} --out {release}",
        )
    filed = None if former is None else read_folds(former)  # before the pictures are read
    loaded = load_cohort(cohort)
    info = loaded.info
    if info.unknown_patients:
        click.secho(
            f"Warning: this cohort has {info.unknown_patients}; images of one child may lie in"
            " different folds.",
            fg="yellow",
            err=True,
        )
    if release is not None:
        made = release_folds(
            loaded.images,
            name=info.name,
            version=info.version,
            cohort_sha256=loaded.sha256,
            seed=seed,
            n_folds=n_folds,
            repeats=repeats,
        )
        write_folds(release, made)
        click.echo(f"{release}: folds of {info.name} {info.version}, seed {seed}")
        _show_sizes(made, {who: placed.folds for who, placed in made.patients.items()})
        return
    assert filed is not None  # noqa: S101 - one of the two is given
    extension = extend_folds(filed, loaded.images, version=info.version, forget=forget)
    _show(extension, filed)
    if out is not None:
        write_folds(out, extension.folds)
        click.echo(f"{out}: extended to {info.name} {info.version}")


def _show_sizes(folds: ReleasedFolds, where: dict[str, tuple[int, ...]]) -> None:
    for repeat in range(folds.repeats):
        sizes = [sum(of[repeat] == fold for of in where.values()) for fold in range(folds.n_folds)]
        click.echo(f"repeat {repeat}: patients per fold {' '.join(map(str, sizes))}")


def _show(extension: Extension, filed: ReleasedFolds) -> None:
    from rdface.protocols.release.joining import written

    placement = extension.placement
    stayed = sum(how == "filed" for how in placement.how.values())
    click.echo(f"{stayed} patients of {filed.cohort} {filed.extended_to or filed.version} stay")
    _list("joined", [f"{who} -> {written(placement.folds[who])}" for who in extension.joined])
    _list("left", list(extension.left))
    _list("under another id", [f"{who} -> {', '.join(n)}" for who, n in extension.renamed.items()])
    new = len(extension.new_images)
    click.echo(f"{new} new image{'' if new == 1 else 's'} of patients who were there")
    _list(
        "images moved",
        [f"{one.image}: {one.before} -> {one.after}, {one.from_to}" for one in extension.moved],
    )
    if extension.moved:
        click.secho(
            "Warning: models made with the former folds may have been fitted on the images that"
            " moved; make those models anew.",
            fg="yellow",
            err=True,
        )
    _show_sizes(extension.folds, placement.folds)


def _list(title: str, lines: list[str]) -> None:
    click.echo(f"{len(lines)} {title}")
    for line in lines[:_SHOWN]:
        click.echo(f"  {line}")
    if len(lines) > _SHOWN:
        click.echo(f"  and {len(lines) - _SHOWN} more")
