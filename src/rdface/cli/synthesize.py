"""``rdface synthesize``: make pools of synthetic faces, look at them, join them with a cohort."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from rdface.cli.engine import engine_options

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rdface.cohort import Cohort
    from rdface.engines import Engine
    from rdface.synthesis import Generator
    from rdface.synthesis.pool.spec import PoolSpec

_FOLDER = click.Path(path_type=Path, file_okay=False)


class _MakeIfNotSaid(click.Group):
    """``rdface synthesize morph COHORT`` is ``rdface synthesize make morph COHORT``."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0] not in {*self.commands, "-h", "--help"}:
            args = ["make", *args]
        return super().parse_args(ctx, args)


@click.group(cls=_MakeIfNotSaid)
def synthesize() -> None:
    """Make, join and show pools of synthetic faces. `rdface synthesize morph sim103 --out POOL`."""


@synthesize.command()
@click.argument("generator")
@click.argument("cohort")
@click.option(
    "--out", type=_FOLDER, required=True, help="The pool; a stopped one goes on, or grows."
)
@click.option("--per-condition", type=click.IntRange(min=1), help="Samples of each condition.")
@click.option("--count", type=click.IntRange(min=1), help="Samples in all, spread evenly.")
@click.option(
    "--protocol", default="strict", show_default=True, help="Learn from a fold's training."
)
@click.option(
    "--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Of the split."
)
@click.option("--repeat", type=click.IntRange(min=0), default=0, show_default=True)
@click.option("--fold", type=click.IntRange(min=0), default=0, show_default=True)
@click.option(
    "--all", "everything", is_flag=True, help="Learn from all real images; nobody is left to test."
)
@click.option("--controls", help="Cohort of unaffected children, for generators that use them.")
@click.option(
    "--size", type=click.IntRange(min=8), help="Pixels a side; the generator's if not given."
)
@click.option(
    "--set",
    "settings",
    multiple=True,
    metavar="KEY=VALUE",
    help="An option of the generator; see `rdface synthesize list`.",
)
@click.option(
    "--sample-seed",
    type=click.IntRange(min=0),
    help="Of the generator and its samples.  [default: 0]",
)
@click.option(
    "--spec",
    "spec_file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="YAML with generator, options, per_condition and seed; what is said here goes first.",
)
@click.option("--detector", default="yunet", show_default=True)
@click.option(
    "--label-by",
    metavar="EVIDENCE",
    help="Names samples of a generator that knows no conditions by the nearest mean of the"
    " training images: `landmarks` (as the paper) or a backbone.",
)
@click.option(
    "--quirk", "quirks", multiple=True, help="A flaw of the paper in the labels; --protocol paper."
)
@engine_options
def make(
    generator: str,
    cohort: str,
    out: Path,
    per_condition: int | None,
    count: int | None,
    protocol: str,
    seed: int,
    repeat: int,
    fold: int,
    everything: bool,
    controls: str | None,
    size: int | None,
    settings: Sequence[str],
    sample_seed: int | None,
    spec_file: Path | None,
    detector: str,
    label_by: str | None,
    quirks: Sequence[str],
    engine: Engine,
) -> None:
    """Fit GENERATOR on the training part of a fold of COHORT and fill a pool with its faces.

    By default of the first fold of `strict`: no image of its validation or test part is opened. The
    pool says which images it stems from, and no fold that tests one of them trains on its samples.
    """
    from rdface.cli.ignored import refuse_options
    from rdface.cli.synthesis_label import label_of
    from rdface.cohort import load_cohort
    from rdface.errors import UsageError
    from rdface.faces import load_detector
    from rdface.synthesis.pool import make_pool
    from rdface.synthesis.pool.folder import work_of
    from rdface.synthesis.pool.plan import check_trainable

    if everything:
        refuse_options(("fold", "repeat"), "not with --all, which learns from every fold")
    spec = _spec(spec_file, generator)
    if count is None and per_condition is None:
        per_condition = spec.per_condition
    if (per_condition is None) == (count is None):
        raise UsageError("Say how many: either --per-condition N or --count N.")
    made = _generator(generator, settings, size, spec.options)
    load_detector(detector)
    real = load_cohort(cohort)
    check_trainable(real)
    if everything:
        ids = tuple(real.images.loc[real.images["synthetic_of"] == "", "image_id"])
        click.echo(
            f"Learning from all {len(ids)} real images of {real.info.name}:"
            " no number may be reported that tests this pool on any of them.",
            err=True,
        )
    else:
        ids = _training_part(real, protocol, seed=seed, repeat=repeat, fold=fold)
    label = label_of(made, real, ids, label_by, quirks, protocol, detector)
    pool = make_pool(
        made,
        generator,
        real,
        ids,
        per_condition if per_condition is not None else _spread(made, real, ids, count or 0),
        out,
        seed=spec.seed if sample_seed is None else sample_seed,
        controls=load_cohort(controls) if controls else None,
        detector=detector,
        label=label,
        engine=engine,
    )
    click.echo(
        f"{out}: {len(pool)} synthetic images of {pool.images['condition'].nunique()} conditions,"
        f" from {len(ids)} training images"
    )
    work = work_of(out)
    if any(each.is_dir() for each in work.iterdir()):  # beside the lock
        click.echo(f"{work} was learnt from real faces: do not publish it with the pool.", err=True)


@synthesize.command()
@click.argument("cohort")
@click.argument("pools", nargs=-1, required=True)
@click.option("--out", type=_FOLDER, required=True, help="Folder of the new cohort.")
def join(cohort: str, pools: Sequence[str], out: Path) -> None:
    """Join COHORT and POOLS as one cohort, for specs with the option `synthetic: train`."""
    from rdface.cohort import load_cohort
    from rdface.synthesis.pool import join_pools

    joined = join_pools(load_cohort(cohort), [load_cohort(pool) for pool in pools], out)
    synthetic = int((joined.images["synthetic_of"] != "").sum())
    click.echo(f"{out}: {len(joined)} images, {synthetic} of them synthetic")


@synthesize.command()
@click.argument("pool")
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="PNG or JPEG file.",
)
@click.option("--count", type=click.IntRange(min=1), default=40, show_default=True)
@click.option(
    "--side", type=click.IntRange(16, 512), default=160, show_default=True, help="Pixels."
)
@click.option(
    "--parents", metavar="COHORT", help="Show one real parent beside each sample; never by default."
)
def sheet(pool: str, out: Path, count: int, side: int, parents: str | None) -> None:
    """Draw a contact sheet of POOL; SYNTHETIC and the generator's name stand on it."""
    from rdface.cohort import load_cohort
    from rdface.errors import UsageError
    from rdface.pages.figures.pool_sheet import write_pool_sheet

    if out.suffix.lower() not in {".png", ".jpg", ".jpeg"}:
        raise UsageError(f"--out {out} must end in .png or .jpg.")
    real = load_cohort(parents) if parents else None
    if real is not None and not real.info.simulated:
        click.echo(
            f"{out} shows photographs of {real.info.name}: keep it as you keep those.", err=True
        )
    write_pool_sheet(load_cohort(pool), out, count=count, side=side, parents=real)
    click.echo(out)


@synthesize.command("list")
def list_generators() -> None:
    """List the generators with their licences and options."""
    from rdface.cli.settings import lines_of_settings
    from rdface.synthesis import GENERATORS

    for name in GENERATORS.names():
        kind = GENERATORS.get(name)
        click.echo(f"{name}: {(kind.__doc__ or '').strip().splitlines()[0]}")
        click.echo(f"  licence: {kind.licence}")
        for line in lines_of_settings(kind):
            click.echo(line)


def _spec(path: Path | None, generator: str) -> PoolSpec:
    """What the file says; nothing but the generator's name without one."""
    from rdface.bench.spec import read_model
    from rdface.errors import UsageError
    from rdface.synthesis.pool.spec import PoolSpec

    if path is None:
        return PoolSpec(generator=generator)
    spec = read_model(path, PoolSpec, example="specs/dreambooth-paper.yaml")
    if spec.generator != generator:
        raise UsageError(
            f"{path} is a spec for {spec.generator}, not for {generator}.",
            hint=f"Run `rdface synthesize {spec.generator} ... --spec {path}`.",
        )
    return spec


def _generator(
    name: str, settings: Sequence[str], size: int | None, begun: Mapping[str, Any]
) -> Generator:
    """The generator with its options, ``begun`` by a spec; faults are named as on the line."""
    from rdface.cli.settings import read_settings
    from rdface.synthesis import GENERATORS, make_generator

    options = dict(begun) | read_settings(name, GENERATORS.get(name), settings)
    if size is not None:
        options["size"] = size
    return make_generator(name, options)


def _training_part(
    cohort: Cohort, protocol: str, *, seed: int, repeat: int, fold: int
) -> tuple[str, ...]:
    from rdface.errors import UsageError
    from rdface.protocols import PROTOCOLS

    split = PROTOCOLS.get(protocol)(cohort.images, seed=seed, cohort_sha256=cohort.sha256)
    real = set(cohort.images.loc[cohort.images["synthetic_of"] == "", "image_id"])
    for each in split.folds:
        if (each.repeat, each.index) == (repeat, fold):
            return tuple(image for image in each.train if image in real)
    last = split.folds[-1]
    raise UsageError(
        f"Protocol {protocol!r} has no repeat {repeat} with fold {fold}.",
        hint=f"The last one is --repeat {last.repeat} --fold {last.index}.",
    )


def _spread(generator: Generator, cohort: Cohort, ids: Sequence[str], count: int) -> dict[str, int]:
    """So many samples in all, as evenly as can be, the first conditions first."""
    if not generator.knows_conditions:
        return {"": count}
    trained = set(cohort.images.loc[cohort.images["image_id"].isin(set(ids)), "condition"])
    names = [name for name in cohort.condition_ids if name in trained]
    each, more = divmod(count, len(names))
    return {name: each + (row < more) for row, name in enumerate(names)}
