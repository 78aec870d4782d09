"""Threads of linear algebra: those of new processes, which read variables, and of this one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def variables(threads: int | None) -> dict[str, str]:
    """The variables as they are, or with so many threads each.

    Args:
        threads: None to leave them alone.
    """
    if threads is None:
        return {name: os.environ[name] for name in VARIABLES if name in os.environ}
    return dict.fromkeys(VARIABLES, str(threads))


@contextmanager
def linear_algebra(threads: int | None) -> Iterator[None]:
    """Processes that are started meanwhile see so many threads; None changes nothing."""
    before = {name: os.environ.get(name) for name in VARIABLES}
    os.environ.update(variables(threads))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


@contextmanager
def one_blas_thread() -> Iterator[None]:
    """Hold linear algebra to one thread, so that results do not depend on the number of cores.

    Only libraries that are loaded already can be held: SciPy's BLAS and scikit-learn's OpenMP,
    which come when they are first used, are loaded before.
    """
    import sklearn.utils  # noqa: F401
    from threadpoolctl import threadpool_limits

    with threadpool_limits(limits=1):
        yield
