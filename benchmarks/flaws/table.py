"""Print results as Markdown tables: per cent with their 95 % intervals."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rdface.metrics import Difference, Estimate


def show(header: Sequence[str], rows: Sequence[Sequence[object]], title: str = "") -> None:
    """Print a table, its title above it."""
    if title:
        print(f"\n{title}\n")
    lines = [list(header), ["---"] * len(header), *[list(map(str, row)) for row in rows]]
    for line in lines:
        print("| " + " | ".join(line) + " |")
    print(flush=True)


def share(found: Estimate) -> str:
    """``13.3 (10.2 to 16.8)``, per cent."""
    return f"{100 * found.value:.1f} ({100 * found.low:.1f} to {100 * found.high:.1f})"


def points(found: Difference) -> str:
    """``+6.1 (+2.0 to +10.3)``, percentage points."""
    return f"{100 * found.value:+.1f} ({100 * found.low:+.1f} to {100 * found.high:+.1f})"


def over(values: Sequence[float] | np.ndarray, form: str = ".1f", scale: float = 100.0) -> str:
    """Mean of independent values (one a seed) with its 95 % interval by Student's t."""
    from scipy.stats import t

    found = scale * np.asarray(values, dtype=np.float64)
    mean, n = found.mean(), len(found)
    half = t.ppf(0.975, n - 1) * found.std(ddof=1) / np.sqrt(n)
    return f"{mean:{form}} ({mean - half:{form}} to {mean + half:{form}})"


def size(found: Estimate | Difference) -> str:
    """``n`` of a row: images / patients."""
    return f"{found.n} / {found.n_patients}"
