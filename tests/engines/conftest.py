"""A Ray cluster of two machines in one: each with a core and a small object store."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from rdface.engines import make_engine

QUIET: dict[str, Any] = {"object_store_memory": 80_000_000}


class TwoMachines:
    """A head that does not work, and machines that do; one of them can be killed."""

    def __init__(self, cluster: Any) -> None:  # noqa: ANN401 - Ray has no types here
        self._cluster = cluster
        self.address: str = cluster.address
        self.machines: list[Any] = []
        self.add()
        self.add()

    def add(self) -> None:
        self.machines.append(self._cluster.add_node(num_cpus=1, **QUIET))

    def kill(self) -> None:
        """One machine, at once."""
        self._cluster.remove_node(self.machines.pop(), allow_graceful=False)


class Killing:
    """An engine that kills a machine once the first result is there.

    Args:
        machines: Two of them.
        module: Part of the name of the module whose work is waited for.
    """

    local = private = False

    def __init__(self, machines: TwoMachines, module: str = "") -> None:
        self._machines, self._module = machines, module
        self._engine = make_engine("ray", address=machines.address)

    def run(
        self,
        work: Callable[..., Any],
        *args: Any,  # noqa: ANN401
        **others: Any,  # noqa: ANN401
    ) -> Iterator[tuple[int, Any]]:
        for number, result in self._engine.run(work, *args, **others):
            if len(self._machines.machines) == 2 and self._module in work.__module__:
                self._machines.kill()
            yield number, result


@pytest.fixture(scope="module")
def machines() -> Iterator[TwoMachines]:
    root = Path(__file__).parents[2]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAY_USAGE_STATS_ENABLED", "0")
        patch.setenv("PYTHONPATH", f"{root}{os.pathsep}{root / 'src'}")  # of the workers
        import ray
        from ray.cluster_utils import Cluster

        head = {"num_cpus": 0, "include_dashboard": False}
        cluster = Cluster(initialize_head=True, head_node_args=head | QUIET)
        try:
            yield TwoMachines(cluster)
        finally:
            ray.shutdown()
            cluster.shutdown()
