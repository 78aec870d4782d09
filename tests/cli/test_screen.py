"""``rdface screen``: score, look, select; mistakes are told in a sentence."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from rdface.cli.main import rdface
from rdface.cohort import Cohort, load_cohort
from rdface.errors import UsageError
from rdface.imaging import read_image
from tests.conftest import MakeCohort
from tests.screening.pools import hand_made_pool

pytestmark = [pytest.mark.weights, pytest.mark.usefixtures("own_cache")]


def call(*arguments: object) -> Result:
    return CliRunner().invoke(rdface, list(map(str, arguments)), catch_exceptions=False)


@pytest.fixture
def places(make_cohort: MakeCohort, tmp_path: Path) -> tuple[Cohort, Path, Path]:
    real = make_cohort(conditions=3, patients=6, folder="real", size=40)
    hand_made_pool(real, tmp_path / "pool")
    return real, tmp_path / "pool", tmp_path / "scores.parquet"


def scored(real: Cohort, pool: Path, out: Path, *more: str) -> Result:
    usual = "--detector whole-test --held-out pixels-test --identity pixels-test".split()
    chosen = "--scorer face --scorer landmarks --also likelihood --also copies".split()
    return call("screen", "score", pool, "--real", real.root, "--out", out, *usual, *chosen, *more)


def test_a_pool_is_scored_and_the_best_of_each_condition_copied(
    places: tuple[Cohort, Path, Path], tmp_path: Path
) -> None:
    real, pool, scores = places
    shown = scored(real, pool, scores).stdout
    assert "8 images, against 12 training images" in shown
    assert "duplicate                     1 flagged" in shown
    assert scores.with_suffix(".csv").exists()
    chosen = ("--by", "condition_probability", "--per-condition", 1)
    done = call("screen", "select", pool, scores, "--out", tmp_path / "best", *chosen)
    assert "3 of 8 images selected, of 3 conditions" in done.stdout
    assert "a condition has 1 to 1; 0 have none" in done.stdout
    assert len(load_cohort(str(tmp_path / "best"))) == 3


def test_best_and_worst_are_drawn_for_the_eye(
    places: tuple[Cohort, Path, Path], tmp_path: Path
) -> None:
    """Two rows a score under a line that says SYNTHETIC; scores that rank nothing are refused."""
    real, pool, scores = places
    scored(real, pool, scores)
    for name in ("sheet.png", "sheet.jpg"):
        call("screen", "sheet", pool, scores, "--by", "copy_share", "--out", tmp_path / name)
        assert read_image(tmp_path / name).shape == (26 + 2 * (18 + 112 + 14), 8 * 112, 3)
    for name, what in (("n_faces", "ranks nothing"), ("lpips", "no score 'lpips'")):
        with pytest.raises(UsageError, match=what):
            call("screen", "sheet", pool, scores, "--by", name, "--out", tmp_path / "x.png")
    with pytest.raises(UsageError, match="must end in"):
        call("screen", "sheet", pool, scores, "--by", "copy_share", "--out", tmp_path / "x.gif")


def test_training_ids_may_be_given_and_quirks_by_name(
    places: tuple[Cohort, Path, Path], tmp_path: Path
) -> None:
    """The paper's way: means of all, aspect lost, the best of the whole pool; all of it noted."""
    real, pool, scores = places
    (tmp_path / "ids.txt").write_text("C0_P0_0\nC1_P0_0\n\nC2_P0_0\n")
    quirks = ("--quirk", "means-of-all-images", "--quirk", "aspect-lost")
    shown = scored(real, pool, scores, "--training", str(tmp_path / "ids.txt"), *quirks)
    assert "against 3 training images" in shown.stdout
    best = ("--by", "landmark_cosine", "--over-pool", 2, "--quirk", "missing-first")
    call("screen", "select", pool, scores, "--out", tmp_path / "best", *best)
    about = load_cohort(str(tmp_path / "best")).info.model_extra or {}
    flaws = [line.split(":")[0] for line in about["screening"]["flaws"]]
    assert flaws == ["F12", "F12", "F11", "F3"]


def test_a_pool_of_other_patients_is_refused(
    places: tuple[Cohort, Path, Path], make_cohort: MakeCohort
) -> None:
    """The message names an image that the cohort does not have, and where to look."""
    _, pool, scores = places
    fewer = make_cohort(conditions=2, patients=3, folder="other", size=40)
    with pytest.raises(UsageError, match=r"6 images that .* does not have, such as") as caught:
        scored(fewer, pool, scores)
    assert "pool_of" in str(caught.value.hint)


def test_mistakes_are_told(places: tuple[Cohort, Path, Path], tmp_path: Path) -> None:
    real, pool, scores = places
    with pytest.raises(UsageError, match="other step"):
        scored(real, pool, scores, "--quirk", "missing-first")
    with pytest.raises(UsageError, match=r"must end in \.parquet"):
        scored(real, pool, tmp_path / "scores.txt")
    scored(real, pool, scores)
    out = ("--out", tmp_path / "best")
    for arguments, what in (
        (("--by", "landmark_cosine", "--total", 2, "--over-pool", 2), "Give one of"),
        (("--total", 2), "best by"),
        (("--at-least", "landmark_cosine"), "give SCORE=X"),
        (("--quirk", "aspect-lst"), "no screening quirk"),
        (("--quirk", "missing-first"), "needs one --by"),
    ):
        with pytest.raises(UsageError, match=what):
            call("screen", "select", pool, scores, *out, *arguments)
    assert not (tmp_path / "best").exists()


def test_ids_of_training_that_are_no_text_are_told(tmp_path: Path) -> None:
    """A list that another program saved as Latin-1; said before any cohort is opened."""
    (tmp_path / "ids.txt").write_bytes("Zoë_1\n".encode("latin-1"))
    arguments = ("--real", "real", "--out", tmp_path / "x.parquet", "--training")
    with pytest.raises(UsageError, match=r"ids\.txt is no text in UTF-8") as told:
        call("screen", "score", "pool", *arguments, tmp_path / "ids.txt")
    assert told.value.hint


def test_columns_are_explained() -> None:
    shown = call("screen", "columns").stdout
    assert "landmark_cosine" in shown and "(high is better)" in shown
    assert "perceptual_efficientnet_lite0" in shown and "own formula" in shown
