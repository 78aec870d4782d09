"""A pool scored from end to end, its card, its file, and what is refused."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from rdface.cohort import Cohort
from rdface.errors import CohortError, UsageError
from rdface.screening import ScoreTable, ScreenOptions, score_pool
from rdface.screening.score_table import HEAD
from rdface.screening.scorer import SCORERS
from tests.conftest import MakeCohort
from tests.screening.pools import OPTIONS, TRAINING, hand_made_pool

pytestmark = [pytest.mark.weights, pytest.mark.usefixtures("own_cache")]


@pytest.fixture
def real(make_cohort: MakeCohort) -> Cohort:
    return make_cohort(conditions=3, patients=6, folder="real", size=40)


@pytest.fixture
def pool(real: Cohort, tmp_path: Path) -> Cohort:
    return hand_made_pool(real, tmp_path / "pool")


def test_a_pool_is_scored_row_by_row(real: Cohort, pool: Cohort) -> None:
    """Noisy copies are near copies of their parents; the twin and the blank one are flagged."""
    table = score_pool(pool, real, options=OPTIONS)
    frame = table.frame.set_index("image_id")
    assert tuple(table.frame["image_id"]) == pool.image_ids
    known = {one.name for scorer in OPTIONS.scorers for one in SCORERS.get(scorer).columns}
    assert set(table.frame.columns) == {*HEAD, *known}
    assert frame["duplicate_of"].to_dict() == dict.fromkeys(pool.image_ids, "") | {
        "S-twin": "S-C0-0"
    }
    assert frame.index[frame["blank"]].tolist() == ["S-void"]
    copies = frame.drop(index=["S-void"])
    assert copies["near_copy"].all()
    parents = pool.images.set_index("image_id")["synthetic_of"]
    assert (copies["nearest_training"] == parents[copies.index]).all()
    assert (copies["condition_probability_rank"] == 1).all()
    assert table.card["training"]["images"] == len(TRAINING)
    assert table.card["training"]["conditions"] == 3
    assert table.card["real"]["sha256"] == real.sha256


def test_scores_are_written_and_read_whole(real: Cohort, pool: Cohort, tmp_path: Path) -> None:
    table = score_pool(pool, real, options=OPTIONS)
    table.write(tmp_path / "scores.parquet")
    table.write(tmp_path / "scores.csv")
    read = ScoreTable.read(tmp_path / "scores.parquet")
    pd.testing.assert_frame_equal(read.frame, table.frame, check_dtype=False)
    assert read.card == table.card and read.options == OPTIONS
    assert len(pd.read_csv(tmp_path / "scores.csv")) == len(pool)
    with pytest.raises(UsageError, match=r"\.parquet or \.csv"):
        table.write(tmp_path / "scores.txt")


def test_files_that_are_no_scores_are_refused(tmp_path: Path) -> None:
    pd.DataFrame({"a": [1]}).to_parquet(tmp_path / "other.parquet")
    (tmp_path / "text.parquet").write_text("no parquet")
    with pytest.raises(UsageError, match="no table of scores"):
        ScoreTable.read(tmp_path / "other.parquet")
    for name in ("text.parquet", "missing.parquet"):
        with pytest.raises(UsageError, match="cannot be read"):
            ScoreTable.read(tmp_path / name)


def test_scores_of_one_image_do_not_depend_on_the_others(real: Cohort, pool: Cohort) -> None:
    """The first half of the pool alone: equal but for duplicates, which are of the pool."""
    half = dataclasses.replace(pool, images=pool.images.head(3).reset_index(drop=True))
    whole = score_pool(pool, real, options=OPTIONS).frame.head(3)
    alone = score_pool(half, real, options=OPTIONS).frame
    pd.testing.assert_frame_equal(alone, whole, rtol=1e-9)


def test_what_cannot_be_scored_is_refused(real: Cohort, pool: Cohort) -> None:
    with pytest.raises(UsageError, match="no pool"):
        score_pool(real, real, TRAINING, OPTIONS)
    with pytest.raises(UsageError, match="no image 'Z'"):
        score_pool(pool, real, ["Z"], OPTIONS)
    with pytest.raises(UsageError, match="nothing to score"):
        score_pool(pool, real, [], OPTIONS)
    nameless = dataclasses.replace(
        pool, info=pool.info.model_copy(update={"training_images": None})
    )
    with pytest.raises(UsageError, match="does not say which training images"):
        score_pool(nameless, real, options=OPTIONS)
    about = pool.info.model_copy(update={"training_sha256": "0" * 64})
    with pytest.raises(UsageError, match="made from other pictures"):
        score_pool(dataclasses.replace(pool, info=about), real, options=OPTIONS)
    kept = real.info.model_copy(update={"evaluation_only": True})
    with pytest.raises(UsageError, match="both have an image"):
        score_pool(pool, real, controls=real)
    with pytest.raises(UsageError, match="evaluation only"):
        score_pool(pool, dataclasses.replace(real, info=kept), TRAINING, OPTIONS)
    strange = pool.images.assign(condition="X")
    with pytest.raises(CohortError, match="condition 'X'"):
        score_pool(dataclasses.replace(pool, images=strange), real, TRAINING, OPTIONS)
    with pytest.raises(UsageError, match="no scorer called 'landmark'"):
        score_pool(pool, real, options=ScreenOptions(scorers=("landmark",)))
    mixed = dataclasses.replace(real, images=real.images.assign(synthetic_of="C0_P0_0"))
    with pytest.raises(UsageError, match="is synthetic"):
        score_pool(pool, mixed, TRAINING, OPTIONS)


def test_what_is_missing_is_told_before_any_work(real: Cohort, pool: Cohort) -> None:
    """The pictures are gone: whoever opens one before the weights are asked for fails otherwise."""
    for name in pool.image_ids:
        pool.path(name).unlink()
    for options in ({"held_out": "no-such-network"}, {"identity": "no-such-network"}):
        with pytest.raises(UsageError, match="no-such-network"):
            score_pool(pool, real, options=OPTIONS.model_copy(update=options))


def test_controls_and_the_shape_scorers_run_on_real_faces(tmp_path: Path) -> None:
    """Three pictures of sim103 as a pool of themselves: at no distance from their own means."""
    from rdface.cohort import load_cohort

    whole = load_cohort("sim103")
    images = whole.images.drop_duplicates("condition").head(3).reset_index(drop=True)
    real = dataclasses.replace(whole, images=images)
    made = images.assign(synthetic_of=images["image_id"], image_id=["a", "b", "c"])
    pool = dataclasses.replace(whole, images=made)
    people = load_cohort("sim103-controls")
    controls = dataclasses.replace(people, images=people.images.head(4).reset_index(drop=True))
    scorers = ("shape", "anthropometry")
    found = score_pool(
        pool, real, real.image_ids, ScreenOptions(scorers=scorers), controls=controls
    ).frame
    for name in ("procrustes_468", "procrustes_5", "anthropometric"):
        np.testing.assert_allclose(found[name], 0, atol=1e-6)
        assert (found[f"{name}_rank"] == 1).all()
