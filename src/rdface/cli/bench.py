"""``rdface bench``: run a benchmark spec."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from rdface.cli.engine import engine_options

if TYPE_CHECKING:
    from rdface.engines import Engine


@click.command()
@click.argument("spec", type=click.Path(path_type=Path))
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("runs"),
    show_default=True,
    help="Run folders are made in a folder of the spec's name below it.",
)
@engine_options
@click.option("--cohort", help="A cohort's folder or name, instead of the one in SPEC.")
@click.option("--fresh", is_flag=True, help="Throw away earlier runs of the same names.")
def bench(spec: Path, out: Path, cohort: str | None, engine: Engine, fresh: bool) -> None:
    """Run the benchmark that SPEC describes: a YAML file, or a name of `rdface specs`.

    A run that was stopped, or killed, goes on where it stopped, to the same bits. On another
    engine, episodes and galleries have their faces found and embedded there, no more.
    """
    from rdface.bench import read_spec, run_benchmark
    from rdface.bench.few_shot import TASK, read_few_shot_spec, run_few_shot
    from rdface.bench.gallery import TASK as GALLERY
    from rdface.bench.gallery import read_gallery_spec, run_gallery
    from rdface.bench.spec import task_of
    from rdface.cli.leaderboard import show_runs
    from rdface.errors import UsageError

    changed = {} if cohort is None else {"cohort": cohort}
    if cohort == "":
        raise UsageError("--cohort is empty.", hint="Give a cohort's folder or name.")
    if task_of(spec) == TASK:
        episodes = read_few_shot_spec(spec).model_copy(update=changed)
        show_runs(run_few_shot(episodes, out / episodes.name, engine=engine, fresh=fresh))
        return
    if task_of(spec) == GALLERY:
        gallery = read_gallery_spec(spec).model_copy(update=changed)
        show_runs(run_gallery(gallery, out / gallery.name, engine=engine, fresh=fresh))
        return
    wanted = read_spec(spec).model_copy(update=changed)
    runs = run_benchmark(wanted, out / wanted.name, engine=engine, fresh=fresh)
    show_runs(runs)
