"""Who meets whom: never a patient with itself, never an image with whom it was made from."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from rdface.errors import UsageError
from rdface.phenotype.similarity.pairs import KINDS, lay_out
from tests.phenotype.similarity import world

REAL = world.cohort()
POOL = world.pool(REAL)
IDS = dict.fromkeys([*REAL.image_ids, *POOL.image_ids])
LAYOUT = lay_out(REAL, POOL, IDS)


def test_anchors_share_the_condition_and_the_three_kinds_do_not_overlap() -> None:
    kinds = [LAYOUT.anchors(kind) for kind in KINDS]
    assert (np.sum(kinds, axis=0) <= 1).all()
    names = np.array(LAYOUT.image_ids)
    partner = list(LAYOUT.image_ids).index("C2_P0")
    real, synthetic, own = (set(names[kind[partner]]) for kind in kinds)
    assert real == {"C2_P1", "C2_P2", "C2_P3"}
    assert synthetic == set() and own == {"syn-C2-0", "syn-C2-1", "syn-C2-2"}
    later = list(LAYOUT.image_ids).index("C2_P3")
    assert set(names[kinds[1][later]]) == own and not kinds[2][later].any()


def test_strangers_are_of_another_condition_and_the_same_sex_and_age() -> None:
    partner = list(LAYOUT.image_ids).index("C2_P3")
    found = {LAYOUT.image_ids[k] for k in np.flatnonzero(LAYOUT.strangers[partner])}
    assert found == {f"C{c}_P3" for c in range(8) if c != 2}


def test_what_is_not_known_is_not_matched() -> None:
    images = REAL.images.copy()
    images.loc[images["image_id"] == "C2_P3", "sex"] = ""
    images.loc[images["image_id"] == "C1_P3", "age"] = ""
    unsure = lay_out(replace(REAL, images=images), None, IDS)
    partner = list(unsure.image_ids).index("C2_P3")
    found = {unsure.image_ids[k] for k in np.flatnonzero(unsure.strangers[partner])}
    assert found == {f"C{c}_P{p}" for c in range(8) for p in (2, 3) if c != 2} - {"C1_P3"}


def test_nobody_whom_an_anchor_was_made_from_is_a_stranger_to_it() -> None:
    images = POOL.images.copy()
    images.loc[images["image_id"] == "syn-C2-0", "synthetic_of"] = "C2_P0|C5_P3"
    crossed = lay_out(REAL, replace(POOL, images=images), IDS)
    names = list(crossed.image_ids)
    table = np.ones((crossed.n_real, len(names)))
    meeting = crossed.meetings(table, "synthetic")[names.index("C2_P3")]
    strangers = [f"C{c}_P3" for c in range(8) if c != 2]
    missing = np.isnan(meeting.other)
    assert missing.sum() == 1 and missing[0, strangers.index("C5_P3")]


def test_without_a_report_there_is_no_meeting() -> None:
    table = np.full((LAYOUT.n_real, len(LAYOUT.image_ids)), np.nan)
    assert LAYOUT.meetings(table, "real") == {}
    fewer = lay_out(REAL, POOL, {"C0_P0": None, "syn-C0-1": None})
    assert fewer.image_ids == ("C0_P0", "syn-C0-1")


def test_a_pool_of_another_cohort_is_refused() -> None:
    other = replace(REAL, info=world.info("other", True))
    with pytest.raises(UsageError, match="no pool of synthetic images made from this other"):
        lay_out(other, POOL, IDS)
    with pytest.raises(UsageError, match="no pool"):
        lay_out(REAL, REAL, IDS)
