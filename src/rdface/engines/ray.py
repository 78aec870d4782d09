"""The engine ``ray``: the machines of a Ray cluster (P. Moritz et al., OSDI 2018).

Nothing is asked of the machines but rdface in the same version and the weights: tasks travel with
what they read, results and log records travel home, and the one who asked writes every file.
"""

from __future__ import annotations

import logging
import os
import pickle
import socket
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from rdface import progress
from rdface.engines.answer import answer, open_answer
from rdface.engines.engine import ENGINES, Given, Result
from rdface.engines.sameness import check_same, what_decides
from rdface.engines.task import Here, Needs, Task, Turns
from rdface.engines.threads import variables
from rdface.errors import UsageError

log = logging.getLogger(__name__)

AHEAD = 2
"""Tasks that are sent for each core of the cluster: while one runs, the next one travels."""


@ENGINES.register("ray")
class RayEngine:
    """Workers on the machines of a cluster that runs already; it is never started from here.

    Args:
        workers: Tasks at once; two per core of the cluster are sent if None.
        address: ``host:port`` of its head; the cluster of this machine if None.
    """

    local = False

    def __init__(self, workers: int | None = None, address: str | None = None) -> None:
        self.workers = workers
        self.address = address

    @property
    def private(self) -> bool:
        """Whether all machines are this one, or Ray encrypts."""
        ray = _connected(self.address)
        if os.environ.get("RAY_USE_TLS") == "1":
            return True
        own = ray.util.get_node_ip_address()
        return {node["NodeManagerAddress"] for node in ray.nodes() if node["Alive"]} <= {own}

    def run(
        self,
        work: Callable[[Given, Task, Here], Result],
        tasks: Iterable[Task],
        given: Given,
        *,
        needs: Needs = Needs(),  # noqa: B008 - frozen
    ) -> Iterator[tuple[int, Result]]:
        """See :class:`~rdface.engines.engine.Engine`."""
        turns = Turns(tasks, needs.attempts)
        if not turns.more():
            return
        ray = _connected(self.address)
        gpus = 1 if needs.gpu and ray.cluster_resources().get("GPU", 0) else 0
        function = ray.remote(_do).options(
            num_cpus=_cores(ray, needs),
            num_gpus=gpus,
            max_retries=0,  # Turns counts attempts
            runtime_env={"env_vars": _environment(needs)},
        )
        # Plain pickle cannot send a function of a script.
        stored = ray.put(ray.cloudpickle.dumps((work, what_decides(), given)))
        level = logging.getLogger("rdface").getEffectiveLevel()
        running: dict[Any, Any] = {}
        try:
            while True:
                while len(running) < self._room(ray):
                    turn = turns.take()
                    if turn is None:
                        break
                    here = Here(turn.attempt, local=False, log_level=level)
                    running[function.remote([stored], pickle.dumps((turn.task, here)))] = turn
                if not running:
                    return
                done, _ = ray.wait(list(running))
                for reference in done:
                    turn = running.pop(reference)
                    try:
                        found = ray.get(reference)
                    except ray.exceptions.RayError as error:
                        if not isinstance(error, _deaths(ray)):
                            raise _cannot_begin(error) from error
                        log.warning("A worker died (%s); its task is done again.", _said(error))
                        turns.give_back(turn)
                    else:
                        yield turn.number, open_answer(found)
        finally:
            for reference in running:
                ray.cancel(reference, force=True)

    def _room(self, ray: Any) -> int:  # noqa: ANN401
        """Machines may come and go meanwhile."""
        return self.workers or AHEAD * max(1, int(ray.cluster_resources().get("CPU", 1)))


def _connected(address: str | None) -> Any:  # noqa: ANN401 - a module without types
    """Ray, connected.

    Raises:
        UsageError: It is not installed, or there is no such cluster, or its token is not here.
    """
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    try:
        import ray
    except ImportError:
        raise UsageError(
            "The engine `ray` needs Ray, which is not installed.",
            hint="Run `pip install rdface[ray]`, on every machine of the cluster.",
        ) from None
    if ray.is_initialized():
        return ray
    address = address or os.environ.get("RAY_ADDRESS")
    try:
        _knock(address)
        ray.init(
            address=address or "auto",
            configure_logging=False,
            log_to_driver=False,  # what rdface logs comes with the answers
        )
    except (OSError, RuntimeError, ValueError, ray.exceptions.AuthenticationError) as error:
        raise UsageError(
            f"No Ray cluster answers at {address or 'this machine'}: {_said(error)}",
            hint="Start one: RAY_USAGE_STATS_ENABLED=0 ray start --head; and say its"
            " --address host:port (docs/scale.md). One that was started with RAY_AUTH_MODE=token"
            " wants that variable and its token here, too.",
        ) from error
    return ray


def _knock(address: str | None) -> None:
    """Ray itself waits for minutes where nobody opens.

    Raises:
        OSError: Nobody does.
    """
    host, colon, port = (address or "").rpartition(":")
    if colon and port.isdigit():
        socket.create_connection((host.rpartition("/")[2], int(port)), timeout=10).close()


def _cores(ray: Any, needs: Needs) -> int:  # noqa: ANN401
    """One for each thread that is asked for, if a machine has as many."""
    most = max(int(node["Resources"].get("CPU", 0)) for node in ray.nodes() if node["Alive"])
    return max(1, min(needs.threads or 1, most))


def _environment(needs: Needs) -> dict[str, str]:
    """Ray gives a task as many threads as cores, which is one; local workers have ours."""
    found = variables(needs.threads)
    return found or variables(os.cpu_count())


def _deaths(ray: Any) -> tuple[type[Exception], ...]:  # noqa: ANN401
    """What Ray raises when a worker, or the machine with it or with its answer, is gone.

    An error in a task is of its cause's class, too: a worker that could not fetch what it reads
    is among them.
    """
    gone = ray.exceptions
    return (
        gone.WorkerCrashedError,
        gone.NodeDiedError,
        gone.LocalRayletDiedError,
        gone.OutOfMemoryError,
        gone.ObjectLostError,
    )


def _cannot_begin(error: Exception) -> UsageError:
    return UsageError(
        f"A machine of the cluster cannot begin: {_said(getattr(error, 'cause', error))}",
        hint="Install the same rdface on every machine.",
    )


def _said(error: Exception) -> str:
    return next(iter(str(error).strip().splitlines()), type(error).__name__)


_kept: tuple[str, Any] | None = None


def _do(stored: list[Any], sent: bytes) -> bytes:
    """In a worker of the cluster."""
    global _kept
    import ray

    progress.mute()
    (reference,) = stored
    if _kept is None or _kept[0] != reference.hex():
        _kept = None  # two would not fit
        _kept = reference.hex(), pickle.loads(ray.get(reference))  # noqa: S301 - ours
    work, decides, given = _kept[1]
    task, here = pickle.loads(sent)  # noqa: S301 - ours
    return answer(_checked, (work, decides, given), task, here)


def _checked(given: Any, task: Any, here: Here) -> Any:  # noqa: ANN401
    work, decides, own = given
    check_same(decides)
    return work(own, task, here)
