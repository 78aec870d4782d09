"""``rdface screen``: score the synthetic images of a pool, and select the ones worth keeping."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from rdface.cohort import Cohort
    from rdface.screening import ScoreTable
    from rdface.screening.review import Keep

_FILE = click.Path(path_type=Path, dir_okay=False)
_FOLDER = click.Path(path_type=Path, file_okay=False)


@click.group()
def screen() -> None:
    """Score the synthetic images of a pool, and select the ones worth keeping. Research use."""


@screen.command()
@click.argument("pool")
@click.option("--real", required=True, help="Cohort that the pool was made from.")
@click.option("--out", type=_FILE, required=True, help="Table: .parquet (.csv is written beside).")
@click.option(
    "--training",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="Ids of the training images, one a line; else those that the pool names.",
)
@click.option("--scorer", "scorers", multiple=True, help="Only these; see `rdface pieces`.")
@click.option("--also", multiple=True, help="Besides the usual ones, such as perceptual or lpips.")
@click.option("--controls", help="Cohort of unaffected children: spread of the measures.")
@click.option("--held-out", default="facenet", show_default=True, help="Backbone of likelihood.")
@click.option("--identity", default="sface", show_default=True, help="Backbone that tells copies.")
@click.option("--detector", default="yunet", show_default=True)
@click.option("--quirk", "quirks", multiple=True, help="A flaw of the paper, by name.")
def score(
    pool: str,
    real: str,
    out: Path,
    training: Path | None,
    scorers: tuple[str, ...],
    also: tuple[str, ...],
    controls: str | None,
    held_out: str,
    identity: str,
    detector: str,
    quirks: tuple[str, ...],
) -> None:
    """Score every image of POOL against the real training images that it was made from.

    Everything is fitted on the training images alone. `rdface screen columns` says what each column
    means. A missing score is empty, and no selection takes it for a good one.
    """
    from rdface.cohort import load_cohort
    from rdface.errors import UsageError
    from rdface.screening import ScreenOptions, score_pool
    from rdface.screening.options import DEFAULT_SCORERS

    if out.suffix != ".parquet":
        raise UsageError(f"--out {out} must end in .parquet.")
    options = {
        "scorers": (*(scorers or DEFAULT_SCORERS), *also),
        "held_out": held_out,
        "identity": identity,
        "detector": detector,
        **_quirks(quirks, {"means", "scale"}),
    }
    ids = None if training is None else _lines(training)
    made, cohort = load_cohort(pool), load_cohort(real)
    if ids is None:
        _made_from(made, cohort)
    table = score_pool(
        made,
        cohort,
        ids,
        ScreenOptions.model_validate(options),
        controls=load_cohort(controls) if controls else None,
    )
    table.write(out)
    table.write(out.with_suffix(".csv"))
    _summarise(table)


@screen.command()
@click.argument("pool")
@click.argument("scores", type=_FILE)
@click.option("--out", type=_FOLDER, required=True, help="Folder of the selected pool.")
@click.option("--by", multiple=True, help="Score that ranks; several: Pareto fronts.")
@click.option("--per-condition", type=click.IntRange(1), help="The N best of each condition.")
@click.option("--total", type=click.IntRange(1), help="N in all, dealt to the conditions in turn.")
@click.option("--over-pool", type=click.IntRange(1), help="The N best of the whole pool (F12).")
@click.option("--at-least", multiple=True, metavar="SCORE=X", help="Keep only from X upwards.")
@click.option("--at-most", multiple=True, metavar="SCORE=X", help="Keep only up to X.")
@click.option("--drop", multiple=True, help="Flags that bar; else blank and duplicate.")
@click.option(
    "--reviewed",
    type=click.Choice(["accepted", "not-rejected"]),
    help="Among images that people accepted, or did not reject (`rdface serve`).",
)
@click.option("--quirk", "quirks", multiple=True, help="A flaw of the paper, by name.")
def select(
    pool: str,
    scores: Path,
    out: Path,
    by: tuple[str, ...],
    per_condition: int | None,
    total: int | None,
    over_pool: int | None,
    at_least: tuple[str, ...],
    at_most: tuple[str, ...],
    drop: tuple[str, ...],
    reviewed: Keep | None,
    quirks: tuple[str, ...],
) -> None:
    """Copy the images of POOL that a rule keeps to a new pool, by the SCORES of `screen score`.

    Without a number all that pass are kept; with several --by and no number the first Pareto front
    of each condition. What has no score is never selected.
    """
    from rdface.cohort import load_cohort
    from rdface.errors import UsageError
    from rdface.screening import ScoreTable, Selection, write_selected

    counts = {"condition": per_condition, "rounds": total, "pool": over_pool}
    given = {over: n for over, n in counts.items() if n is not None}
    if len(given) > 1:
        raise UsageError("Give one of --per-condition, --total and --over-pool.")
    if given and not by:
        raise UsageError("The best need a score to be best by: give --by SCORE.")
    rule: dict[str, Any] = {
        "by": by,
        "at_least": _limits("--at-least", at_least),
        "at_most": _limits("--at-most", at_most),
        "drop": drop or None,
    }
    for over, n in given.items():
        rule |= {"over": over, "n": n}
    rule |= _quirks(quirks, {"over", "missing"})
    if rule.get("missing") == "first" and len(by) != 1:
        raise UsageError("The quirk missing-first needs one --by.")
    loaded = load_cohort(pool)
    table = ScoreTable.read(scores)
    selected, ids = write_selected(
        loaded, table, Selection.model_validate(rule), out, reviewed=reviewed
    )
    counted = selected.images["condition"].value_counts()
    without = len(set(loaded.images["condition"])) - len(counted)
    click.echo(f"{len(ids)} of {len(loaded)} images selected, of {len(counted)} conditions")
    click.echo(f"a condition has {counted.min()} to {counted.max()}; {without} have none")


@screen.command()
@click.argument("pool")
@click.argument("scores", type=_FILE)
@click.option("--by", multiple=True, required=True, help="Score; more than one may be given.")
@click.option("--out", type=_FILE, required=True, help="PNG or JPEG file.")
def sheet(pool: str, scores: Path, by: tuple[str, ...], out: Path) -> None:
    """Draw the best and the worst images of POOL by some of its SCORES, for the eye."""
    from rdface.cohort import load_cohort
    from rdface.errors import UsageError
    from rdface.pages.figures.screening_sheet import write_screening_sheet
    from rdface.screening import ScoreTable

    if out.suffix.lower() not in {".png", ".jpg", ".jpeg"}:
        raise UsageError(f"--out {out} must end in .png or .jpg.")
    write_screening_sheet(load_cohort(pool), ScoreTable.read(scores), by, out)
    click.echo(f"{out}: look at it before you trust a score")


@screen.command()
def columns() -> None:
    """List the scores: what each means, and which way is better."""
    from rdface.screening.scorer import SCORERS

    for name in SCORERS.names():
        click.echo(name)
        for one in SCORERS.get(name).columns:
            better = f" ({one.better} is better)" if one.better else ""
            click.echo(f"  {one.name:30}{one.meaning}{better}")


def _lines(path: Path) -> list[str]:
    """Those of a text that are not empty."""
    from rdface.errors import UsageError

    try:
        text = path.read_text("utf-8")
    except UnicodeDecodeError:
        raise UsageError(
            f"--training {path} is no text in UTF-8.",
            hint="Give a text file of image ids, one a line, saved as UTF-8.",
        ) from None
    return [line.strip() for line in text.splitlines() if line.strip()]


def _made_from(pool: Cohort, cohort: Cohort) -> None:
    """Say so where the pool stems from images of another cohort."""
    from rdface.errors import UsageError

    taught = (pool.info.model_extra or {}).get("training_images", ())
    strangers = sorted(set(taught) - set(cohort.image_ids))
    if strangers:
        raise UsageError(
            f"{pool.info.name} was made from {len(strangers)} images that {cohort.info.name} does"
            f" not have, such as {strangers[0]!r}.",
            hint="Give --real the cohort that the pool was made from; `pool_of` in the pool's"
            " cohort.yaml names it.",
        )


def _quirks(names: tuple[str, ...], allowed: set[str]) -> dict[str, Any]:
    """What the quirks set; refuses those of the other step."""
    from rdface.bench.quirks import SCREENING_QUIRKS, check_quirk
    from rdface.errors import UsageError

    found: dict[str, Any] = {}
    for name in names:
        check_quirk(name, SCREENING_QUIRKS, "screening quirk")
        if not set(SCREENING_QUIRKS[name].options) <= allowed:
            raise UsageError(f"The quirk {name!r} belongs to the other step of screening.")
        found |= SCREENING_QUIRKS[name].options
    return found


def _limits(option: str, given: tuple[str, ...]) -> dict[str, float]:
    """``SCORE=X`` as a number by score."""
    from rdface.errors import UsageError

    found = {}
    for text in given:
        name, _, number = text.partition("=")
        try:
            found[name.strip()] = float(number)
        except ValueError:
            raise UsageError(
                f"{option} {text}: give SCORE=X, such as face_confidence=0.9."
            ) from None
    return found


def _summarise(table: ScoreTable) -> None:
    """A line per score: how many have it, and where they lie."""
    click.echo(f"{len(table)} images, against {table.card['training']['images']} training images")
    for one in table.columns:
        values = table.frame[one.name]
        if one.kind == "flag":
            click.echo(f"  {one.name:30}{int(values.sum())} flagged")
        elif one.kind in ("number", "count"):
            known = values.dropna()
            line = f"{len(known)} scored"
            if len(known):
                low, middle, high = known.quantile([0.05, 0.5, 0.95])
                line += f"; median {middle:.3g} (5 % {low:.3g}, 95 % {high:.3g})"
            click.echo(f"  {one.name:30}{line}")
