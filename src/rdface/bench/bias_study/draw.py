"""Draw a cohort like the shipped one from a population; everybody else is held back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from rdface.errors import UsageError
from rdface.simulate.people.plan import images_per_condition, images_per_patient

_TRIES = 200


@dataclass(frozen=True, eq=False)
class Draw:
    """Rows of the population.

    Attributes:
        cohort: ``intp [n]``, images of the cohort, in the population's order.
        held: ``intp [m]``, all images of patients who are not in the cohort.
    """

    cohort: NDArray[np.intp]
    held: NDArray[np.intp]


def draw_cohort(images: pd.DataFrame, n_images: int, seed: int, number: int) -> Draw:
    """Draw patients, condition by condition, without replacement.

    How many images a condition and a patient have follows the rule by which `rdface simulate`
    makes cohorts, so each cohort is another sample of the kind of sim103.

    Args:
        images: The population's table.
        n_images: Images of the cohort.
        seed: Of the study.
        number: Of the cohort.

    Raises:
        UsageError: The population has too few patients for such a cohort.
    """
    rows: dict[str, dict[str, list[int]]] = {}
    for row, (condition, patient) in enumerate(
        zip(images["condition"], images["patient_id"], strict=True)
    ):
        rows.setdefault(condition, {}).setdefault(patient, []).append(row)
    rng = np.random.default_rng(np.random.SeedSequence([seed, number]))
    for _ in range(_TRIES):
        counts = images_per_condition(n_images, len(rows), rng)
        groups = images_per_patient(counts, rng)
        pairs = list(zip(rows.values(), groups, strict=True))
        if all(_fits(patients, sizes) for patients, sizes in pairs):
            break
    else:
        raise UsageError(
            f"The population has too few patients for cohorts of {n_images} images.",
            hint="Draw smaller ones (--images), or simulate a larger population.",
        )
    drawn: set[int] = set()
    members: set[int] = set()
    for patients, sizes in pairs:
        for chosen, size in _choose(patients, sizes, rng):
            members.update(chosen)
            drawn.update(rng.choice(chosen, size=size, replace=False).tolist())
    everybody = set(range(len(images)))
    return Draw(
        np.array(sorted(drawn), dtype=np.intp), np.array(sorted(everybody - members), dtype=np.intp)
    )


def _fits(patients: dict[str, list[int]], sizes: list[int]) -> bool:
    """Whether the patients with most images have as many as are wanted."""
    have = sorted(map(len, patients.values()), reverse=True)
    wanted = sorted(sizes, reverse=True)
    return len(wanted) < len(have) and all(h >= w for h, w in zip(have, wanted, strict=False))


def _choose(
    patients: dict[str, list[int]], sizes: list[int], rng: np.random.Generator
) -> list[tuple[list[int], int]]:
    """A patient with enough images for each size, the rarest demand first."""
    free = dict(patients)
    chosen = []
    for size in sorted(sizes, reverse=True):
        able = [name for name, images in free.items() if len(images) >= size]
        name = able[int(rng.integers(len(able)))]
        chosen.append((free.pop(name), size))
    return chosen
