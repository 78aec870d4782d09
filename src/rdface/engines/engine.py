"""What an engine is: it does tasks somewhere, and hands their results over here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Protocol, TypeVar

from rdface.engines.task import Here, Needs, Task
from rdface.errors import TermsError, UsageError
from rdface.registry import Registry

Given = TypeVar("Given")
Result = TypeVar("Result")


class Engine(Protocol):
    """Does tasks in workers that may die."""

    @property
    def local(self) -> bool:
        """Whether workers see the files of this process and share its cores.

        Where they do not, all that a task needs travels with it, and all that it made travels home.
        """
        ...

    @property
    def private(self) -> bool:
        """Whether nobody on a network can read along."""
        ...

    def run(
        self,
        work: Callable[[Given, Task, Here], Result],
        tasks: Iterable[Task],
        given: Given,
        *,
        needs: Needs = ...,
    ) -> Iterator[tuple[int, Result]]:
        """Do ``work(given, task, here)`` for every task; the caller keeps what it yields.

        A worker that dies, with its machine or alone, costs the tasks it was at one more attempt
        each. Whoever stops the iteration, or presses Ctrl-C, ends the workers; what was yielded
        before is all there is to go on from. What a worker logs is logged here.

        Args:
            work: A function of a module, so that another process can import it.
            tasks: Picklable, each small; read as workers become free.
            given: Picklable; what all tasks read. It is sent to each worker once.
            needs: Of every task.

        Yields:
            The number of a task, from 0, and its result, as they come.

        Raises:
            RunError: A task has killed as many workers as it may.
            Exception: Whatever the work itself raised, hint included.
        """
        ...


class MakeEngine(Protocol):
    """Makes an engine from the options of the command line."""

    def __call__(self, workers: int | None = None, address: str | None = None) -> Engine:
        """At most so many tasks at once; where the cluster is, for an engine that has one."""
        ...


ENGINES: Registry[MakeEngine] = Registry("engine", "rdface.engines")


def make_engine(name: str, *, workers: int | None = None, address: str | None = None) -> Engine:
    """The engine called ``name``.

    Args:
        name: ``local``, ``ray`` ...
        workers: Tasks at once, at most; None for as many as there is room for.
        address: Of a cluster.

    Raises:
        UsageError: No such engine, or it has no use for an address.
    """
    if workers is not None and workers < 1:
        raise UsageError(f"{workers} workers asked for; one at least.")
    return ENGINES.get(name)(workers=workers, address=address)


def no_address(name: str, address: str | None) -> None:
    """Refuse an address where there is no cluster.

    Raises:
        UsageError: There is one.
    """
    if address is not None:
        raise UsageError(
            f"The engine {name!r} works on this machine and takes no --address.",
            hint="Say --engine ray.",
        )


def check_private(engine: Engine | None, *, simulated: bool) -> None:
    """Make sure that no patient's picture or embedding crosses a network in the clear.

    Args:
        engine: None for this process.
        simulated: Whether the cohort shows nobody.

    Raises:
        TermsError: It would.
    """
    if engine is not None and not simulated and not engine.private:
        raise TermsError(
            "Pictures and embeddings of real people would cross the network unencrypted.",
            hint="Start the cluster with RAY_USE_TLS=1 and its certificates (docs/scale.md), and "
            "set it here, too; or use --engine local.",
        )
