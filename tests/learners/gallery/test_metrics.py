"""Each metric learner does what its paper says, and the inner split chooses among its points."""

from __future__ import annotations

import importlib.util

import numpy as np
import pytest

from rdface.errors import UsageError
from rdface.learners.gallery import METRICS, learn_metric, make_metric
from rdface.learners.gallery.metric import TrainingCases

Matrix = np.ndarray


def world(
    seed: int = 0, conditions: int = 12, people: int = 5, dim: int = 10, nuisance: float = 3.0
) -> tuple[Matrix, Matrix, Matrix]:
    """Conditions differ in the first half of the directions, people mostly in the second."""
    rng = np.random.default_rng(seed)
    y = np.repeat(np.arange(conditions), people)
    signal = rng.normal(size=(conditions, dim // 2))[y] + 0.5 * rng.normal(size=(len(y), dim // 2))
    x = np.concatenate([signal, nuisance * rng.normal(size=(len(y), dim - dim // 2))], axis=1) + 1
    return x, y, np.arange(len(y))


def separation(x: Matrix, y: Matrix) -> float:
    """Mean cosine within conditions less that between them."""
    cosines, same = x @ x.T, y[:, None] == y[None, :]
    return float(cosines[same & ~np.eye(len(x), dtype=bool)].mean() - cosines[~same].mean())


def test_raw_cosine_is_the_raw_cosine() -> None:
    x, y, patients = world()
    metric = learn_metric(
        make_metric("cosine"),
        x,
        y,
        patients,
        train=np.empty(0, np.intp),
        validation=np.empty(0, np.intp),
    )
    lengths = np.linalg.norm(x, axis=1)
    vectors = metric.projection.apply(x)
    np.testing.assert_allclose(vectors @ vectors.T, x @ x.T / np.outer(lengths, lengths))
    assert metric.chosen == {}


@pytest.mark.parametrize("name", sorted({"lda", "arcface", "supcon"}))
def test_what_is_learnt_serves_conditions_that_were_never_seen(name: str) -> None:
    """New conditions of the same world are farther apart than under the centred cosine."""
    x, y, patients = world(conditions=40)
    train = np.flatnonzero(y < 30)
    unseen = y >= 30
    options = {"shrinkage": [0.1]} if name == "lda" else {"epochs": [100], "learning_rate": 0.02}
    learner = make_metric(name, options)
    cases = TrainingCases.of(x, y, patients, train)
    (learnt,) = learner.learn(cases, learner.candidates()[:1])
    (plain,) = make_metric("centred").learn(cases, [{}])
    apart, before = (separation(m.apply(x[unseen]), y[unseen]) for m in (learnt, plain))
    assert apart > before + 0.05


@pytest.mark.parametrize("name", METRICS.names())
def test_the_same_cases_give_the_same_bits(name: str) -> None:
    x, y, patients = world()
    cases = TrainingCases.of(x, y, patients, np.arange(len(x)))
    learner = make_metric(name)
    first, second = (learner.learn(cases, learner.candidates()[:2]) for _ in range(2))
    for one, other in zip(first, second, strict=True):
        assert one.apply(x).tobytes() == other.apply(x).tobytes()


@pytest.mark.parametrize("name", METRICS.names())
def test_a_case_is_mapped_by_itself_to_unit_length(name: str) -> None:
    x, y, patients = world()
    learner = make_metric(name)
    (metric,) = learner.learn(
        TrainingCases.of(x, y, patients, np.arange(40)), learner.candidates()[:1]
    )
    together = metric.apply(x)
    np.testing.assert_allclose(np.linalg.norm(together, axis=1), 1.0)
    np.testing.assert_allclose(metric.apply(x[7:8])[0], together[7], atol=1e-12)
    np.testing.assert_allclose(metric.apply(3.0 * x), together, atol=1e-9)
    assert together.shape[1] == metric.dim


def test_lda_is_that_of_scikit_learn() -> None:
    """With next to no shrinkage, the reduced rank gives scikit-learn's cosines."""
    from sklearn.discriminant_analysis import LinearDiscriminantAnalysis

    x, y, patients = world(conditions=6, people=20)
    cases = TrainingCases.of(x, y, patients, np.arange(len(x)))
    (metric,) = make_metric("lda").learn(cases, [{"shrinkage": 1e-10, "dimension": 3}])
    theirs = LinearDiscriminantAnalysis(solver="eigen", n_components=3).fit(cases.x, y)
    mapped = theirs.transform(cases.x - metric.mean)
    mapped /= np.linalg.norm(mapped, axis=1, keepdims=True)
    ours = metric.apply(x)
    np.testing.assert_allclose(ours @ ours.T, mapped @ mapped.T, atol=1e-5)


def test_lda_wholly_shrunk_is_the_centred_cosine() -> None:
    x, y, patients = world()
    cases = TrainingCases.of(x, y, patients, np.arange(len(x)))
    (lda,) = make_metric("lda").learn(cases, [{"shrinkage": 1.0, "dimension": None}])
    (centred,) = make_metric("centred").learn(cases, [{}])
    np.testing.assert_allclose(lda.apply(x), centred.apply(x), atol=1e-9)


def test_lda_of_one_case_a_condition_whitens_nothing() -> None:
    x, y, patients = world(people=1)
    cases = TrainingCases.of(x, y, patients, np.arange(len(x)))
    (metric,) = make_metric("lda").learn(cases, [{"shrinkage": 0.5, "dimension": 4}])
    assert np.isfinite(metric.apply(x)).all()


def test_supcon_is_equation_2_of_its_paper() -> None:
    """Against loops over anchors and pairs; pictures of one patient are no pair."""
    import torch

    from rdface.learners.gallery.supcon import contrast

    rng = np.random.default_rng(0)
    z = rng.normal(size=(7, 4))
    z /= np.linalg.norm(z, axis=1, keepdims=True)
    y, patient = np.array([0, 0, 0, 1, 1, 2, 2]), np.array([0, 0, 1, 2, 3, 4, 4])
    losses = []
    for i in range(7):
        others = [a for a in range(7) if patient[a] != patient[i]]
        positives = [p for p in others if y[p] == y[i]]
        if positives:
            total = sum(np.exp(z[i] @ z[a] / 0.1) for a in others)
            shares = [np.log(np.exp(z[i] @ z[p] / 0.1) / total) for p in positives]
            losses.append(-np.mean(shares))
    assert len(losses) == 5  # the last two are one patient: nobody to be drawn to
    tensors = (torch.from_numpy(each) for each in (z, y, patient))
    assert float(contrast(*tensors, 0.1)) == pytest.approx(np.mean(losses))


def test_arcface_widens_the_angle() -> None:
    """cos(angle + m) while that is below pi, and never rises with the angle."""
    import torch

    from rdface.learners.gallery.arcface import widen

    angles = np.linspace(0.01, np.pi - 0.01, 200)
    wide = widen(torch.from_numpy(np.cos(angles)), 0.5).numpy()
    inside = angles + 0.5 < np.pi
    np.testing.assert_allclose(wide[inside], np.cos(angles[inside] + 0.5), atol=1e-9)
    assert (np.diff(wide) < 0).all()


def test_the_inner_split_chooses() -> None:
    """Of two shrinkages the one that serves the validation's conditions better."""
    x, y, patients = world(conditions=24, nuisance=6.0)
    train, validation = np.flatnonzero(y < 16), np.flatnonzero((y >= 16) & (y < 20))
    learner = make_metric("lda", {"dimension": [None], "shrinkage": [1.0, 0.05]})
    learnt = learn_metric(learner, x, y, patients, train=train, validation=validation)
    assert learnt.chosen["shrinkage"] == 0.05
    assert learnt.chosen["validation_mrr"] > 0
    nobody = learn_metric(learner, x, y, patients, train=train, validation=np.empty(0, np.intp))
    assert nobody.chosen == {"dimension": None, "shrinkage": 1.0}


@pytest.mark.parametrize(
    ("name", "options", "said"),
    [
        ("ldaa", {}, "lda"),
        ("lda", {"shrinkag": [0.5]}, "shrinkage"),
        ("lda", {"shrinkage": [0.0]}, "greater than 0"),
        ("arcface", {"margin": []}, "at least 1"),
        ("cosine", {"seed": 1}, "none"),
    ],
)
def test_mistakes_are_named(name: str, options: dict, said: str) -> None:
    with pytest.raises(UsageError) as raised:
        make_metric(name, options)
    assert said in f"{raised.value.message} {raised.value.hint}"


@pytest.mark.parametrize("name", ["arcface", "supcon"])
def test_without_torch_it_says_how_to_get_it(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    x, y, patients = world()
    find = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda module: None if module == "torch" else find(module)
    )
    learner = make_metric(name)
    with pytest.raises(UsageError, match="needs torch"):
        learner.learn(TrainingCases.of(x, y, patients, np.arange(len(x))), learner.candidates()[:1])
