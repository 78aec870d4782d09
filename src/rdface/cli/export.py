"""``rdface export``: a trained head, as model hubs have them."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("run", type=click.Path(path_type=Path))
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    required=True,
    help="The folder to write; it must not be there yet.",
)
@click.option("--cohort", help="Folder of the cohort, if it was moved since the run.")
@click.option(
    "--smallest",
    type=click.IntRange(min=1),
    help="Leave out conditions of fewer patients.  [default: 5; 1 if simulated]",
)
def export(run: Path, out: Path, cohort: str | None, smallest: int | None) -> None:
    """Fit the learner of RUN on its whole cohort and write it with a model card (extra hub).

    RUN is a folder such as runs/demo/sface__lda. The card repeats the run's numbers and the
    cohort's terms; terms that forbid handing pictures on forbid this, too. Nothing is uploaded.
    """
    from rdface.bench import Run
    from rdface.hub import export_head

    head = export_head(Run(run), out, cohort=cohort, smallest=smallest)
    left_out = f"; {head.config.left_out} left out" if head.config.left_out else ""
    click.echo(f"{out}: {len(head.conditions)} conditions{left_out}")
