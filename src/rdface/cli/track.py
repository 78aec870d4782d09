"""``rdface track``: log finished runs to MLflow or Weights & Biases."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--to", "tracker", required=True, metavar="TRACKER", help="mlflow or wandb.")
@click.option(
    "--store",
    default="",
    help="mlflow: a SQLite file or a tracking URI [default: MLFLOW_TRACKING_URI, or mlflow.db];"
    " wandb: the folder of its files [default: this one].",
)
@click.option("--online", is_flag=True, help="Numbers and settings may leave this machine.")
def track(folder: Path, tracker: str, store: str, online: bool) -> None:
    """Log the finished runs below FOLDER to an experiment tracker (extra track).

    It is told settings, metrics with their intervals, and curves of a training: no picture, no
    path, no id of an image or a patient, no score of one. Nothing leaves the machine without
    --online.
    """
    from rdface.bench import read_runs
    from rdface.tracking import TRACKERS, record_of

    tracked = TRACKERS.get(tracker)
    records = [record_of(run) for run in read_runs(folder)]  # before a store is made for them
    keeper = tracked(store, online)
    new = keeper.log(records)
    click.echo(f"{new} of {len(records)} runs logged to {keeper.place}")
