"""LPIPS as rows is the package's LPIPS, number for number; AlexNet's real weights are not needed.

The trunk is AlexNet with made-up weights, the same in both; the linear heads are the package's.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from rdface.errors import WeightsError
from rdface.screening.perceptual.lpips_alexnet import LpipsAlexNet
from rdface.screening.perceptual.space import squared_distances

State = dict[str, Any]

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:torchvision")


@pytest.fixture(scope="module")
def trunk() -> State:
    """AlexNet's state dict with random weights of such a size that no layer dies out."""
    import torchvision

    torch.manual_seed(0)
    network = torchvision.models.alexnet(weights=None)
    for module in network.features:
        if hasattr(module, "weight"):
            torch.nn.init.kaiming_normal_(module.weight)
            torch.nn.init.normal_(module.bias, std=0.1)
    return network.state_dict()


@pytest.fixture(scope="module")
def package(trunk: State) -> Any:  # noqa: ANN401
    """The package's LPIPS with that trunk."""
    import lpips

    found = lpips.LPIPS(net="alex", pnet_rand=True, verbose=False).eval()
    for slot in range(1, 6):
        for name, module in getattr(found.net, f"slice{slot}").named_children():
            if hasattr(module, "weight"):
                module.weight.data.copy_(trunk[f"features.{name}.weight"])
                module.bias.data.copy_(trunk[f"features.{name}.bias"])
    return found


def pictures(n: int, side: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (n, side, side, 3)).astype(np.uint8)


def by_package(package: Any, one: np.ndarray, other: np.ndarray) -> float:  # noqa: ANN401
    tensors = [torch.from_numpy(x).permute(2, 0, 1)[None].float() / 127.5 - 1 for x in (one, other)]
    with torch.inference_mode():
        return float(package(*tensors))


@pytest.mark.parametrize("side", [64, 256])
def test_squared_distances_of_rows_are_the_packages_lpips(
    package: Any,  # noqa: ANN401
    trunk: State,
    side: int,
) -> None:
    """Every pair, to 1e-5; noise, a smooth picture, a black one and a near copy."""
    one, others = pictures(2, side), pictures(2, side, 1)
    others = np.concatenate([others, np.zeros_like(others[:1]), one[:1] // 2 * 2])
    space = LpipsAlexNet(trunk)
    found = squared_distances(space.rows(one), space.rows(others))
    for i, a in enumerate(one):
        for j, b in enumerate(others):
            assert found[i, j] == pytest.approx(by_package(package, a, b), abs=1e-5)
    assert found[0, 3] < 0.5 * found[0, 0]
    assert found.min() > 0


def test_equal_pictures_have_no_distance(trunk: State) -> None:
    space = LpipsAlexNet(trunk)
    rows = space.rows(pictures(1, 64))
    assert squared_distances(rows, rows)[0, 0] == 0


def test_rows_do_not_depend_on_the_batch(trunk: State) -> None:
    space = LpipsAlexNet(trunk)
    together = space.rows(pictures(3, 64))
    alone = np.concatenate([space.rows(x[None]) for x in pictures(3, 64)])
    np.testing.assert_allclose(together, alone, atol=1e-6)


def test_other_weights_have_another_fingerprint(trunk: State) -> None:
    changed = dict(trunk) | {"features.0.bias": trunk["features.0.bias"] + 1}
    assert LpipsAlexNet(trunk).fingerprint != LpipsAlexNet(changed).fingerprint
    assert LpipsAlexNet(trunk).fingerprint == LpipsAlexNet(dict(trunk)).fingerprint


def test_weights_come_from_a_local_folder(
    trunk: State, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "weights" / "alexnet"
    folder.mkdir(parents=True)
    torch.save(trunk, folder / "alexnet-owt-7be5be79.pth")
    monkeypatch.setenv("RDFACE_WEIGHTS", str(tmp_path / "weights"))
    assert LpipsAlexNet().fingerprint == LpipsAlexNet(trunk).fingerprint


def test_without_weights_both_ways_are_named_and_nothing_is_made_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No folder and no network: a hub and a file are named, and the scorer that needs neither."""
    monkeypatch.delenv("RDFACE_WEIGHTS", raising=False)
    monkeypatch.setattr(torch.hub, "get_dir", lambda: str(tmp_path))

    def nobody(address: str) -> None:
        raise OSError("no network")

    monkeypatch.setattr("rdface.weights.published.knock", nobody)
    with pytest.raises(WeightsError, match="no LPIPS without AlexNet") as caught:
        LpipsAlexNet()
    hint = str(caught.value.hint)
    assert "RDFACE_WEIGHTS" in hint and "alexnet/alexnet-owt-7be5be79.pth" in hint
    assert "fetches it" in hint and "`perceptual`" in hint


def test_weights_of_another_network_are_refused(trunk: State) -> None:
    with pytest.raises(WeightsError, match="do not fit"):
        LpipsAlexNet({"features.0.weight": trunk["features.0.weight"]})
    heads = {f"lin{k}.model.1.weight": torch.full((1, 1, 1, 1), -1.0) for k in range(5)}
    with pytest.raises(WeightsError, match="below 0"):
        LpipsAlexNet(trunk, heads)
