"""The paper's heads against the formulas, written out in NumPy."""

from __future__ import annotations

import numpy as np
import pytest

from rdface.learners.tuning.head import make_head

Matrix = np.ndarray


def numbers(head, name: str) -> Matrix:  # noqa: ANN001
    return head.get_parameter(name).detach().numpy()


def gate_by_hand(head, z: Matrix) -> Matrix:  # noqa: ANN001
    """Equation 3 of Hu et al.: s(W2 relu(W1 z)), with offsets."""
    inner = z @ numbers(head, "gate.squeeze.weight").T + numbers(head, "gate.squeeze.bias")
    outer = np.maximum(inner, 0) @ numbers(head, "gate.excite.weight").T
    return 1 / (1 + np.exp(-(outer + numbers(head, "gate.excite.bias"))))


def batch_norm(x: Matrix) -> Matrix:
    """Of a new layer in training mode."""
    return (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + 1e-5)


@pytest.mark.parametrize("kind", ["pooled", "hidden"])
def test_gate_norm_and_linear_layers_on_a_feature(kind: str, rng: np.random.Generator) -> None:
    """Dropout 0, training mode."""
    import torch

    torch.manual_seed(0)
    head = make_head(kind, (64,), 5, 0.0)
    x = rng.normal(size=(7, 64)).astype(np.float32)
    wanted = batch_norm(x * gate_by_hand(head, x))
    if kind == "hidden":
        wanted = wanted @ numbers(head, "hidden.weight").T + numbers(head, "hidden.bias")
        assert wanted.shape == (7, 256)
        wanted = np.maximum(wanted, 0)
    wanted = wanted @ numbers(head, "classify.weight").T + numbers(head, "classify.bias")
    np.testing.assert_allclose(head(torch.from_numpy(x)).detach().numpy(), wanted, atol=1e-4)
    assert numbers(head, "gate.squeeze.weight").shape == (4, 64)


def test_the_gate_of_a_map_is_made_of_its_channel_means(rng: np.random.Generator) -> None:
    """VGGFace: the gate on the channels, then flatten, BatchNorm, linear."""
    import torch

    torch.manual_seed(0)
    head = make_head("map", (32, 3, 2), 5, 0.0)
    x = rng.normal(size=(6, 32, 3, 2)).astype(np.float32)
    gated = x * gate_by_hand(head, x.mean(axis=(2, 3)))[:, :, None, None]
    wanted = batch_norm(gated.reshape(6, -1)) @ numbers(head, "classify.weight").T
    wanted += numbers(head, "classify.bias")
    np.testing.assert_allclose(head(torch.from_numpy(x)).detach().numpy(), wanted, atol=1e-4)


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        ("pooled", "gate norm dropout classify"),
        ("map", "gate flatten norm dropout classify"),
        ("hidden", "gate norm dropout hidden relu dropout_hidden classify"),
        ("linear", "classify"),
    ],
)
def test_the_parts_and_their_order(kind: str, names: str) -> None:
    """As the paper's section names them; dropout has the probability that was asked for."""
    head = make_head(kind, (32, 2, 2) if kind == "map" else (32,), 5, 0.3)
    assert [name for name, _ in head.named_children()] == names.split()
    assert {part.p for name, part in head.named_children() if "dropout" in name} <= {0.3}


def test_a_linear_head_takes_a_map_too(rng: np.random.Generator) -> None:
    """Flattened."""
    import torch

    head = make_head("linear", (4, 3, 2), 5, 0.5)
    assert head(torch.zeros(2, 4, 3, 2)).shape == (2, 5)
