"""The linear head that training begins with."""

from __future__ import annotations

import numpy as np
import pytest

from rdface.learners.logistic import LogisticProbe
from rdface.learners.tuning.head import make_head
from rdface.learners.tuning.scoring import log_probabilities
from rdface.learners.tuning.warm_start import warm_start

Matrix = np.ndarray
Clusters = tuple[Matrix, Matrix, Matrix, Matrix]


def test_a_linear_head_is_the_logistic_regression_itself(clusters: Clusters) -> None:
    """Also on rows that it has not seen; condition 5 has no training rows."""
    import torch

    x, y, x_test, _ = clusters
    head = make_head("linear", (30,), 7, 0.5)
    warm_start(head, torch.from_numpy(x).float(), y)
    got = log_probabilities(head(torch.from_numpy(x_test).float()), np.unique(y))
    single = x.astype(np.float32).astype(np.float64)
    wanted = LogisticProbe(c=10.0).fit(single, y, n_conditions=7).scores(x_test)
    np.testing.assert_allclose(got, wanted, atol=1e-4)


@pytest.mark.parametrize("kind", ["pooled", "hidden", "map"])
def test_a_head_of_the_paper_begins_as_the_regression_on_what_reaches_its_end(
    clusters: Clusters, kind: str
) -> None:
    """Its BatchNorm has the training statistics; its random parts stay."""
    import torch

    x, y, _, _ = clusters
    features = torch.from_numpy(x).float()
    shape: tuple[int, ...] = (30,)
    if kind == "map":
        features, shape = features.view(-1, 5, 3, 2), (5, 3, 2)
    torch.manual_seed(0)
    head = make_head(kind, shape, 7, 0.5)
    gate = head.gate.squeeze.weight.clone()
    warm_start(head, features, y)
    assert torch.equal(gate, head.gate.squeeze.weight)
    assert head.training and head.norm.training and head.norm.momentum == 0.1
    head.eval()
    with torch.no_grad():
        names = [name for name, _ in head.named_children()]
        normed = head[: names.index("norm") + 1](features)
        reached = head[:-1](features).double().numpy()
        got = log_probabilities(head(features), np.unique(y))
    np.testing.assert_allclose(normed.mean(dim=0), 0, atol=1e-4)
    np.testing.assert_allclose(normed.var(dim=0), 1, atol=1e-2)
    wanted = LogisticProbe(c=10.0).fit(reached, y, n_conditions=7).scores(reached)
    np.testing.assert_allclose(got, wanted, atol=1e-3)
    assert (got.argmax(axis=1) == y).mean() > 0.8


def test_two_conditions_and_one(rng: np.random.Generator) -> None:
    """The special cases of logistic regression give finite weights."""
    import torch

    for present in ([0, 2], [1]):
        y = np.tile(present, 6)
        x = torch.from_numpy(rng.normal(size=(len(y), 8)).astype(np.float32))
        head = make_head("linear", (8,), 3, 0.5)
        warm_start(head, x, y)
        assert all(torch.isfinite(weight).all() for weight in head.parameters())
        assert set(head(x).argmax(dim=1).tolist()) <= set(present)
