"""Threads of linear algebra are those that are asked for."""

from __future__ import annotations

import os
import subprocess
import sys

from rdface.engines.threads import VARIABLES

SCRIPT = """
import numpy
from threadpoolctl import threadpool_info
from rdface.engines.threads import one_blas_thread

with one_blas_thread():
    import scipy.linalg, scipy.special, sklearn.linear_model  # as the first fit of a worker does
    inside = [one["num_threads"] for one in threadpool_info()]
after = [one["num_threads"] for one in threadpool_info()]
print(len(inside), max(inside), min(after))
"""


def test_what_is_loaded_meanwhile_is_held_too() -> None:
    """Else the first fold of each worker would be computed on all cores, in another order."""
    said = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        env=os.environ | dict.fromkeys(VARIABLES, "3"),
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split()
    libraries, inside, after = map(int, said)
    assert libraries >= 3  # BLAS of NumPy and of SciPy, OpenMP of scikit-learn
    assert (inside, after) == (1, min(3, os.cpu_count() or 1))  # OpenBLAS takes no more than cores
