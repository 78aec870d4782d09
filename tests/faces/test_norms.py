from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rdface.errors import UsageError
from rdface.faces.anthropometry import NAMES
from rdface.faces.norms import Reference
from rdface.faces.norms_table import read_reference

FEW = ("grows", "still")
AGES = np.linspace(0.6, 17, 320)
SEXES = ["male", "female"] * 160


def truth(years: np.ndarray, male: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean and SD [N, 2]: one measure grows with age, differs by sex and spreads; one does not."""
    time = np.log(years + 0.75)
    mean = np.stack([0.3 + 0.03 * time + 0.01 * male, np.full(len(years), 5.0)], axis=1)
    sd = np.stack([0.01 * np.exp(0.3 * time), np.full(len(years), 0.4)], axis=1)
    return mean, sd


def people(seed: int, ages: np.ndarray = AGES, sexes: list[str] = SEXES) -> np.ndarray:
    mean, sd = truth(ages, np.array([sex == "male" for sex in sexes]))
    return mean + sd * np.random.default_rng(seed).normal(size=mean.shape)


@pytest.fixture(scope="module")
def reference() -> Reference:
    return Reference.fit(people(0), AGES, SEXES, names=FEW, provenance={"people": "invented"})


def test_a_known_truth_is_found_again(reference: Reference) -> None:
    """Mean within 0.4 true SD and SD within a quarter at every knot, for 160 children a sex."""
    for sex in ("female", "male"):
        mean, sd = truth(reference.knots, np.full(len(reference.knots), sex == "male"))
        assert np.abs((reference.mean[sex] - mean) / sd).max() < 0.4
        assert np.abs(np.log(reference.sd[sex] / sd)).max() < 0.25
    assert reference.n["female"].sum() == 160 and reference.n[""].sum() == 320


def test_the_reference_population_has_mean_0_and_sd_1_in_every_age_band(
    reference: Reference,
) -> None:
    """And so have other people of the same kind, who were not fitted on."""
    for seed in (0, 1):
        scores = reference.z_scores(people(seed), AGES, SEXES)
        for low, high in ((0, 2), (2, 5), (5, 10), (10, 18)):
            band = scores[(low <= AGES) & (high > AGES)]
            assert np.abs(band.mean(axis=0)).max() < 0.45
            assert 0.7 < band.std(axis=0).min() and band.std(axis=0).max() < 1.3


def test_a_measure_without_a_trend_gets_none(reference: Reference) -> None:
    """Cross-validation keeps the curve of a measure that does not grow nearly flat."""
    assert np.ptp(reference.mean[""][:, 1]) < 0.4 * 0.5


@settings(max_examples=15)
@given(st.integers(0, 1000), st.floats(0.1, 10), st.floats(-5, 5))
def test_the_unit_of_a_measure_does_not_matter(seed: int, scale: float, shift: float) -> None:
    ages, sexes = AGES[::6], SEXES[::6]
    values = people(seed, ages, sexes)
    scores = [
        Reference.fit(each, ages, sexes, names=FEW).z_scores(each, ages, sexes)
        for each in (values, scale * values + shift)
    ]
    np.testing.assert_allclose(scores[1], scores[0], atol=1e-5)


def test_a_table_written_and_read_gives_the_same_scores(
    reference: Reference, tmp_path: Path
) -> None:
    reference.write(tmp_path / "own.csv")
    again = read_reference(tmp_path / "own.csv")
    assert again.names == FEW and again.provenance == {"people": "invented"}
    values = people(2)
    np.testing.assert_allclose(
        again.z_scores(values, AGES, SEXES), reference.z_scores(values, AGES, SEXES), atol=1e-4
    )
    again.write(tmp_path / "again.csv")
    assert (tmp_path / "again.csv").read_text() == (tmp_path / "own.csv").read_text()


def test_unknown_sex_has_the_curve_of_both(reference: Reference) -> None:
    """It lies between those of the two where they differ."""
    value, age = np.array([[0.36, 5.0]]), [6.0]
    scores = {sex: reference.z_scores(value, age, [sex])[0, 0] for sex in ("female", "male", "")}
    assert scores["male"] < scores[""] < scores["female"]


def test_one_sex_alone_has_only_the_curve_of_both(caplog: pytest.LogCaptureFixture) -> None:
    girls = Reference.fit(people(0), AGES, ["female"] * 320, names=FEW)
    assert set(girls.mean) == {""}
    girls.z_scores(people(0), AGES, ["female"] * 320)
    assert "no curve of its own" in caplog.text


def test_ages_outside_are_held_at_the_end_and_said(
    reference: Reference, caplog: pytest.LogCaptureFixture
) -> None:
    value = np.array([[0.4, 5.0]])
    old = reference.z_scores(value, [60.0], ["male"])
    assert "1 of 1 ages lie outside" in caplog.text
    np.testing.assert_allclose(old, reference.z_scores(value, [17.0], ["male"]), rtol=1e-6)
    assert reference.outside([0.1, 5.0, 60.0, np.nan]).tolist() == [True, False, True, False]


def test_without_an_age_there_is_no_score(reference: Reference) -> None:
    scores = reference.z_scores([[0.4, 5.0], [0.4, np.nan]], [np.nan, 5.0], ["male", ""])
    assert np.isnan(scores[0]).all() and np.isfinite(scores[1, 0]) and np.isnan(scores[1, 1])


@pytest.mark.parametrize(
    ("ages", "sexes", "said"),
    [
        ([5.0], ["male", "female"], "as many ages and sexes"),
        ([5.0, 6.0], ["male", "boy"], "'boy'"),
        ([5.0, -1.0], ["male", "female"], "not below 0"),
    ],
)
def test_what_does_not_fit_is_answered_in_words(
    reference: Reference, ages: list[float], sexes: list[str], said: str
) -> None:
    with pytest.raises(UsageError, match=said):
        reference.z_scores(np.ones((2, 2)), ages, sexes)


def test_too_few_people_or_holes_make_no_reference() -> None:
    with pytest.raises(UsageError, match="at least 20"):
        Reference.fit(people(0)[:5], AGES[:5], SEXES[:5], names=FEW)
    with pytest.raises(UsageError, match="every measure of everybody"):
        Reference.fit(np.full((30, 2), np.nan), AGES[:30], SEXES[:30], names=FEW)
    with pytest.raises(UsageError, match="no spread"):
        Reference.fit(np.ones((30, 2)), AGES[:30], SEXES[:30], names=FEW)
    with pytest.raises(UsageError, match=f"{len(NAMES)}"):
        Reference.fit(people(0), AGES, SEXES)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "columns are missing"),
        ("name,mean\n", "columns are name, mean"),
        ("measure,sex,age,mean,sd,n\na,,5,1,1\n", "line 2: 5 cells"),
        ("# who: x\nmeasure,sex,age,mean,sd,n\na,boy,5,1,1,3\n", "line 3: a sex"),
        ("measure,sex,age,mean,sd,n\na,,5,one,1,3\n", "have to be numbers"),
        ("measure,sex,age,mean,sd,n\na,,5,1,0,3\n", "sd is above 0"),
        ("measure,sex,age,mean,sd,n\na,,5,1,1,3\na,,5,1,1,3\n", "is twice"),
        ("measure,sex,age,mean,sd,n\na,,5,1,1,3\nb,,6,1,1,3\n", "lacks a, both sexes, 6"),
        ("measure,sex,age,mean,sd,n\na,male,5,1,1,3\n", "no rows for both sexes"),
    ],
)
def test_a_damaged_table_names_the_place(text: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_text(text)
    with pytest.raises(UsageError, match=said):
        read_reference(path)


def test_a_missing_table_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        read_reference(tmp_path / "none.csv")
