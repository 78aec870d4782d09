"""Weights & Biases: offline files by default, which ``wandb sync`` can send later.

What it gathers by itself (host, user, command, commit, code, console, hardware, crashes) is
switched off.
"""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Sequence
from pathlib import Path

from rdface.errors import RdfaceError
from rdface.tracking.record import Record
from rdface.tracking.tracker import TRACKERS, missing

PROJECT = "rdface"


@TRACKERS.register("wandb")
class WandbFolder:
    """A run each, grouped by spec; its id is the run's key, so that it is one run on a server.

    Args:
        store: Folder of its files, which go into ``wandb/`` below it; this one if empty.
        online: Whether they are sent at once.

    Raises:
        UsageError: wandb is not installed.
    """

    def __init__(self, store: str, online: bool) -> None:
        if importlib.util.find_spec("wandb") is None:
            raise missing("wandb")
        self._folder = Path(store or ".")
        self._online = online
        os.environ["WANDB_ERROR_REPORTING"] = "false"

    @property
    def place(self) -> str:
        """See :class:`~rdface.tracking.Tracker`."""
        if self._online:
            return f"the project {PROJECT} of your account."
        files = self._folder / "wandb" / "offline-run-*"
        return f"{files}; nothing was sent. `wandb sync {files}` would send them."

    def log(self, records: Sequence[Record]) -> int:
        """See :class:`~rdface.tracking.Tracker`.

        Raises:
            RdfaceError: The server refused.
        """
        import wandb

        self._folder.mkdir(parents=True, exist_ok=True)
        settings = wandb.Settings(
            mode="online" if self._online else "offline",
            silent=True,
            console="off",
            save_code=False,
            disable_code=True,
            disable_git=True,
            disable_job_creation=True,
            host="not told",
            username="not told",
            program="rdface",
            x_disable_meta=True,
            x_disable_stats=True,
            x_disable_machine_info=True,
            x_save_requirements=False,
        )
        try:
            for record in records:
                with wandb.init(
                    project=PROJECT,
                    group=record.group,
                    name=record.name,
                    id=record.key[:32],
                    resume="allow" if self._online else None,
                    dir=str(self._folder),
                    config=dict(record.settings),
                    settings=settings,
                ) as run:
                    for epoch, numbers in sorted(record.curves.items()):
                        run.log(numbers, step=epoch)
                    run.summary.update(record.numbers)
        except wandb.Error as error:
            raise RdfaceError(
                f"Weights & Biases did not take the runs: {error}",
                hint="`wandb login` signs in; without --online nothing is sent.",
            ) from error
        finally:
            wandb.teardown()
        return len(records)
