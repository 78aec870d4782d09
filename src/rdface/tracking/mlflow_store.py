"""MLflow: a SQLite file by default, or a tracking server.

Its client is used and not its fluent functions, which would note the user's name, the command and
the commit; its telemetry is switched off.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Sequence
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING

from rdface.errors import RdfaceError, UsageError
from rdface.tracking.record import Record
from rdface.tracking.tracker import TRACKERS, missing, refuse_to_send

if TYPE_CHECKING:
    from mlflow.entities import Metric

DEFAULT = "mlflow.db"
_KEY = "rdface.key"
_MOST_METRICS, _MOST_PARAMS = 1000, 100
"""Of one request; the server's limits."""


@TRACKERS.register("mlflow")
class MlflowStore:
    """Experiments named as specs; runs named by backbone and learner, found again by their key.

    Args:
        store: A SQLite file, or a URI as MLflow has it; ``MLFLOW_TRACKING_URI`` or ``mlflow.db``
            if empty.
        online: Whether a store that is not a file may be used.

    Raises:
        UsageError: MLflow is not installed or cannot use the store, or the store is elsewhere and
            ``online`` is not said.
    """

    def __init__(self, store: str, online: bool) -> None:
        store = store or os.environ.get("MLFLOW_TRACKING_URI", "") or DEFAULT
        self._uri = store if "://" in store else f"sqlite:///{Path(store).absolute()}"
        if not self._uri.startswith(("sqlite:", "file:")) and not online:
            raise refuse_to_send(self._uri)
        os.environ["MLFLOW_DISABLE_TELEMETRY"] = "true"
        try:
            from mlflow.exceptions import MlflowException
            from mlflow.tracking import MlflowClient
        except ImportError as error:
            raise missing("MLflow") from error
        try:
            logging.getLogger("mlflow").setLevel(logging.WARNING)
            self._client = MlflowClient(tracking_uri=self._uri)
        except MlflowException as error:
            raise UsageError(
                f"MLflow cannot use the store {self._shown}.",
                hint="Give a SQLite file, or a URI that MLflow knows, such as https://server.",
            ) from error

    @property
    def place(self) -> str:
        """See :class:`~rdface.tracking.Tracker`."""
        uri = self._shown
        command = f"mlflow ui --backend-store-uri {quote(uri)}"
        return f"{uri}; `{command}` (of the package mlflow) shows them."

    @property
    def _shown(self) -> str:
        """The URI without a password."""
        return self._uri.split("@")[-1]

    def log(self, records: Sequence[Record]) -> int:
        """See :class:`~rdface.tracking.Tracker`.

        Raises:
            RdfaceError: The store cannot be used.
        """
        from mlflow.exceptions import MlflowException

        try:
            return sum(self._log(record) for record in records)
        except MlflowException as error:
            raise RdfaceError(
                f"MLflow could not log to {self._shown}: {error.message}",
                hint="Runs that it has already are not logged again.",
            ) from error

    def _log(self, record: Record) -> bool:
        from mlflow.exceptions import MlflowException

        client = self._client
        known = client.get_experiment_by_name(record.group)
        experiment = known.experiment_id if known else client.create_experiment(record.group)
        wanted = f"tags.`{_KEY}` = '{record.key}' and attributes.status = 'FINISHED'"
        if client.search_runs([experiment], wanted, max_results=1):
            return False
        run = client.create_run(experiment, run_name=record.name, tags={_KEY: record.key})
        try:
            self._fill(run.info.run_id, record)
        except MlflowException:
            client.set_terminated(run.info.run_id, status="FAILED")
            raise
        client.set_terminated(run.info.run_id)
        return True

    def _fill(self, run_id: str, record: Record) -> None:
        from mlflow.entities import Param

        params = [Param(name, value) for name, value in record.settings.items()]
        for start in range(0, len(params), _MOST_PARAMS):
            self._client.log_batch(run_id, params=params[start : start + _MOST_PARAMS])
        metrics = _metrics(record)
        for start in range(0, len(metrics), _MOST_METRICS):
            self._client.log_batch(run_id, metrics=metrics[start : start + _MOST_METRICS])


def _metrics(record: Record) -> list[Metric]:
    from mlflow.entities import Metric

    now = int(time.time() * 1000)
    made = [Metric(name, value, now, 0) for name, value in record.numbers.items()]
    for epoch, numbers in record.curves.items():
        made += [Metric(name, value, now, epoch) for name, value in numbers.items()]
    return made
