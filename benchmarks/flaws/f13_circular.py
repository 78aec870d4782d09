"""F13: the label is the argmax of the score that then ranks. Whom would it turn away?

    python -m benchmarks.flaws.f13_circular

Faces without any condition (`sim103-controls`) stand for generated faces that show none. Each gets
the label of the nearest condition mean, and that cosine as its score. The threshold keeps half of
the real images of `sim103`, each scored by means of other patients (`strict`, one repeat). Without
the flaw the label is given beforehand: its own to a real image, one drawn at random to a control.
"""

from __future__ import annotations

import numpy as np

from benchmarks.flaws.descriptor import descriptors, nearest_mean, standardised
from benchmarks.flaws.frozen import Frozen, open_frozen
from benchmarks.flaws.table import show
from rdface.cohort import load_cohort
from rdface.protocols import PROTOCOLS

RESAMPLES = 2000


def scored(
    data: Frozen, x: np.ndarray, controls: np.ndarray, standard: bool
) -> tuple[np.ndarray, np.ndarray]:
    """Cosines to condition means of other patients: real ``[N, C]``, controls ``[folds, n, C]``.

    A real image has those of the fold that tests it, NaN if none does.
    """
    found = np.full((len(x), data.n_conditions), np.nan)
    of_controls = []
    both = np.concatenate([x, controls])
    for fold in PROTOCOLS.get("strict")(data.cohort.images, seed=0, repeats=1).folds:
        parts = fold.rows(data.cohort.image_ids)
        development = np.concatenate([parts.train, parts.validation])
        prepared = standardised(both, development) if standard else both
        found[parts.test] = nearest_mean(data, prepared, parts.test, development)
        extra = np.arange(len(x), len(both))
        of_controls.append(nearest_mean(data, prepared, extra, development))
    return found, np.array(of_controls)


def kept(real: np.ndarray, patients: np.ndarray, controls: np.ndarray) -> tuple[str, str]:
    """Share of controls above the median of the real ones, and the AUC, with intervals.

    Patients and controls are resampled, and the threshold with them.

    Args:
        real: ``[N]``.
        patients: ``[N]``.
        controls: ``[n, folds]``.
    """
    rng = np.random.default_rng(0)
    members = {patient: np.flatnonzero(patients == patient) for patient in np.unique(patients)}
    names = list(members)
    shares, areas = [], []
    for _ in range(RESAMPLES):
        drawn = np.concatenate(
            [members[names[i]] for i in rng.integers(len(names), size=len(names))]
        )
        others = controls[rng.integers(len(controls), size=len(controls))]
        shares.append((others >= np.median(real[drawn])).mean())
        areas.append(area(real[drawn], others))
    share = with_interval(float((controls >= np.median(real)).mean()), shares, 100, ".0f")
    return share, with_interval(area(real, controls), areas, 1, ".2f")


def area(real: np.ndarray, controls: np.ndarray) -> float:
    """Chance that a real image scores above a control; a tie counts half."""
    ordered = np.sort(controls.ravel())
    below = np.searchsorted(ordered, real) + np.searchsorted(ordered, real, side="right")
    return float(below.mean() / 2 / len(ordered))


def with_interval(value: float, samples: list[float], scale: float, form: str) -> str:
    """Value and percentile interval."""
    low, high = np.percentile(samples, [2.5, 97.5])
    return f"{scale * value:{form}} ({scale * low:{form}} to {scale * high:{form}})"


def main() -> None:
    """Measure and print."""
    names = ("facenet", "sface")
    data = open_frozen(names)
    others = open_frozen(names, load_cohort("sim103-controls"))
    spaces = {
        "paper's 25 distances": (
            descriptors(data.cohort, data.faces),
            descriptors(others.cohort, others.faces),
            False,
        )
    } | {
        name: (data.features[name].astype(float), others.features[name].astype(float), True)
        for name in names
    }
    rows = []
    for name, (x, controls, standard) in spaces.items():
        of_real, of_controls = scored(data, x, controls, standard)
        tested = ~np.isnan(of_real).any(axis=1)
        of_real, labels = of_real[tested], data.labels[tested]
        patients = data.patients[tested]
        drawn = np.random.default_rng(0).integers(data.n_conditions, size=len(controls))
        best = of_real.max(axis=1)
        right = of_real.argmax(axis=1) == labels
        upper = best >= np.median(best)
        for kind, real, unaffected in (
            ("argmax labels and ranks", best, of_controls.max(axis=2).T),
            (
                "label given beforehand",
                of_real[np.arange(len(labels)), labels],
                of_controls[:, np.arange(len(controls)), drawn].T,
            ),
        ):
            right_kept = f"{100 * right[upper].mean():.1f}, {100 * right.mean():.1f}"
            rows.append(
                [
                    name,
                    kind,
                    *kept(real, patients, unaffected),
                    right_kept if real is best else "given",
                    f"{len(real)} / {len(unaffected)}",
                ]
            )
    show(
        [
            "score",
            "rule",
            "controls kept, %",
            "AUC, real against control",
            "label right, %: kept, all",
            "n real / controls",
        ],
        rows,
        "Threshold that keeps half of the real images; intervals over patients and controls",
    )


if __name__ == "__main__":
    main()
