"""Ages and sexes are guessed from other patients: a child's own wrong rows cannot excuse it.

The canary is a patient with eight pictures, each with the wrong entry, whose faces have a mark that
nobody else has. What was fitted on those rows as well learns the mark and finds them fitting.
"""

from __future__ import annotations

from types import ModuleType

import numpy as np
import pytest
from numpy.typing import NDArray

from rdface.curation.quality import Evidence
from rdface.curation.quality.checks import picture_age, picture_sex
from rdface.curation.quality.cross_fitting import Predict
from tests.curation.quality.world import evidence, found

N, WRONG = 400, 8


def marked() -> Evidence:
    """400 pictures; the first eight are of one girl of 4 years, entered as a boy of 15."""
    rng = np.random.default_rng(3)
    years, female = rng.integers(2, 14, N), rng.random(N) < 0.5
    years[:WRONG], female[:WRONG] = 4, True
    entered, sexes = years.copy(), np.where(female, "female", "male")
    entered[:WRONG], sexes[:WRONG] = 15, "male"
    patients = ["canary"] * WRONG + [f"p{k}" for k in range(N - WRONG)]
    seen = evidence(
        N,
        dim=8,
        seed=1,
        age=[f"P{k}Y" for k in entered],
        sex=list(sexes),
        patient_id=list(patients),
    )
    seen.embedded[:] *= 0.3
    seen.embedded[:, 0] += 4 * (np.log1p(years) - 2)
    seen.embedded[:, 1] += 4 * (female - 0.5)
    seen.embedded[:WRONG, 2] += 30
    return seen


def leaky(patients: NDArray[np.str_], predict: Predict) -> NDArray[np.float64]:
    """The twin: fitted on every row, the patient's own among them."""
    rows = np.arange(len(patients))
    return predict(rows, rows)


def caught(check: str) -> set[str]:
    own = {f"i{k}" for k in range(WRONG)}
    return {each.images[0] for each in found(marked(), check)} & own


@pytest.mark.parametrize(
    ("check", "module"), [("picture-age", picture_age), ("picture-sex", picture_sex)]
)
def test_a_child_is_judged_by_other_children(
    check: str, module: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert len(caught(check)) >= 3  # of the four rows that are shown
    monkeypatch.setattr(module, "crossed", leaky)
    assert not caught(check)
