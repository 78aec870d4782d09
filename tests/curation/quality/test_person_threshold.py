"""A threshold lets through the stated share of other people's pairs, and comes from elsewhere."""

from __future__ import annotations

import numpy as np
import pytest

from rdface.curation.quality.person_threshold import (
    calibrated_threshold,
    check_apart,
    shipped_threshold,
)
from rdface.curation.quality.similar_pairs import unit_rows
from rdface.errors import UsageError
from tests.conftest import MakeCohort


def test_the_stated_share_lies_above() -> None:
    rng = np.random.default_rng(0)
    people = rng.normal(size=(60, 16))
    rows = np.repeat(people, 2, axis=0) + 0.1 * rng.normal(size=(120, 16))
    patients = np.repeat([f"p{k}" for k in range(60)], 2).astype(object)
    found = calibrated_threshold(rows.astype(np.float32), patients, 0.01, "told")
    unit = unit_rows((rows - rows.mean(axis=0)).astype(np.float32))
    i, j = np.triu_indices(120, 1)
    other = patients[i] != patients[j]
    share = ((unit @ unit.T)[i, j][other] >= found.cosine - 1e-6).mean()
    assert share == pytest.approx(0.01, abs=2e-4) and found.found == 1.0
    with pytest.raises(UsageError, match="too few"):
        calibrated_threshold(rows.astype(np.float32), patients, 1e-4, "told")


def test_an_unknown_network_or_share_is_refused() -> None:
    assert shipped_threshold("sface", 1e-4).cosine > shipped_threshold("sface", 1e-3).cosine
    with pytest.raises(UsageError, match="No threshold"):
        shipped_threshold("sface", 0.5)
    with pytest.raises(UsageError, match="No threshold"):
        shipped_threshold("arcface", 1e-4)


def test_a_cohort_does_not_set_its_own_threshold(make_cohort: MakeCohort) -> None:
    one = make_cohort()
    with pytest.raises(UsageError, match="share 12 pictures"):
        check_apart(one, one)
    check_apart(one, make_cohort(seed=1, folder="other"))
