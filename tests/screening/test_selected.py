"""A selected pool is a pool, says what it was selected by, and never mixes up pools."""

from __future__ import annotations

from pathlib import Path

import pytest

from rdface.cohort import Cohort, load_cohort
from rdface.errors import UsageError
from rdface.screening import ScoreTable, Selection, score_pool, write_selected
from tests.conftest import MakeCohort
from tests.screening.pools import OPTIONS, hand_made_pool

pytestmark = [pytest.mark.weights, pytest.mark.usefixtures("own_cache")]

BEST = Selection(by=("condition_probability",), n=1)


@pytest.fixture
def scored(make_cohort: MakeCohort, tmp_path: Path) -> tuple[Cohort, ScoreTable]:
    real = make_cohort(conditions=3, patients=6, folder="real", size=40)
    pool = hand_made_pool(real, tmp_path / "pool")
    return pool, score_pool(pool, real, options=OPTIONS)


def test_the_selected_pool_is_a_pool_with_its_rule(
    scored: tuple[Cohort, ScoreTable], tmp_path: Path
) -> None:
    pool, table = scored
    made, ids = write_selected(pool, table, BEST, tmp_path / "best")
    assert len(ids) == 3 and sorted(ids) == sorted(made.image_ids)
    again = load_cohort(str(tmp_path / "best"))
    assert again.sha256 == made.sha256
    about = again.info.model_extra or {}
    assert about["training_images"] == list((pool.info.model_extra or {})["training_images"])
    assert about["screening"]["rule"]["by"] == ["condition_probability"]
    assert about["screening"]["pool"] == {
        "name": "by-hand",
        "sha256": pool.sha256,
        "images": len(pool),
    }
    assert about["screening"]["kept"] == 3 and about["screening"]["flaws"] == []
    kept = pool.images.set_index("image_id").loc[list(again.image_ids)].reset_index()
    assert again.images.equals(kept[again.images.columns])
    for name in again.image_ids:
        assert again.path(name).read_bytes() == pool.path(name).read_bytes()


def test_a_flaw_stands_in_the_card(scored: tuple[Cohort, ScoreTable], tmp_path: Path) -> None:
    rule = Selection(by=("landmark_cosine",), n=2, over="pool")
    made, _ = write_selected(*scored, rule, tmp_path / "best")
    assert (made.info.model_extra or {})["screening"]["flaws"][0].startswith("F12")


def test_nothing_is_written_where_nothing_is_left_or_the_scores_are_of_another_pool(
    scored: tuple[Cohort, ScoreTable], tmp_path: Path
) -> None:
    pool, table = scored
    with pytest.raises(UsageError, match="keeps no image"):
        write_selected(pool, table, Selection(at_least={"landmark_cosine": 2}), tmp_path / "x")
    table.card["pool"]["sha256"] = "0" * 64
    with pytest.raises(UsageError, match="another pool"):
        write_selected(pool, table, BEST, tmp_path / "x")
    assert not (tmp_path / "x").exists()
    with pytest.raises(UsageError, match="not empty"):
        write_selected(pool, table, BEST, pool.root)
