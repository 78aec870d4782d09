"""The distance of drawings, with and without AlexNet."""

from __future__ import annotations

from pathlib import Path

import pytest

from rdface.errors import WeightsError


def test_l1_needs_nothing_and_names_itself() -> None:
    import torch

    from rdface.synthesis.fastgan.reconstruction import reconstruction

    found = reconstruction("l1", torch.device("cpu"))
    x = torch.zeros(2, 3, 8, 8)
    assert found.name == "l1" and found.distance(x, x + 0.5).item() == pytest.approx(0.5)


@pytest.fixture
def weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to put AlexNet in; torch's own cache is empty, and nobody answers."""
    import torch

    monkeypatch.setenv("RDFACE_WEIGHTS", str(tmp_path / "weights"))
    monkeypatch.setattr(torch.hub, "get_dir", lambda: str(tmp_path / "hub"))
    monkeypatch.setattr("rdface.weights.published.knock", _nobody)
    folder = tmp_path / "weights" / "alexnet"
    folder.mkdir(parents=True)
    return folder


def _nobody(address: str) -> None:
    raise OSError("nobody answers")


def test_lpips_is_the_package_on_torchvisions_alexnet(weights: Path) -> None:
    """Weights of chance, as there are no others here: each layer gets its own, none is missed."""
    import torch
    from lpips import LPIPS
    from torchvision.models import alexnet

    from rdface.synthesis.fastgan.reconstruction import reconstruction

    torch.manual_seed(0)
    network = alexnet(weights=None)
    torch.save(network.state_dict(), weights / "alexnet.pth")
    found = reconstruction("lpips", torch.device("cpu"))
    assert found.name.startswith("lpips alexnet ") and len(found.name.split()[-1]) == 64
    plain = LPIPS(net="alex", pnet_rand=True, verbose=False).eval()
    slices = [getattr(plain.net, f"slice{k}") for k in range(1, 6)]
    layers = {name: layer for part in slices for name, layer in part.named_children()}
    for name, layer in layers.items():
        if isinstance(layer, torch.nn.Conv2d):
            layer.load_state_dict(network.features[int(name)].state_dict())
    drawn, wanted = torch.rand(2, 3, 64, 64, requires_grad=True), torch.rand(2, 3, 64, 64)
    distance = found.distance(drawn, wanted)
    torch.testing.assert_close(distance, plain(drawn, wanted).mean())
    distance.backward()
    assert drawn.grad is not None and drawn.grad.abs().sum() > 0


def test_a_missing_or_wrong_alexnet_says_how_to_go_on(weights: Path) -> None:
    import torch

    from rdface.synthesis.fastgan.reconstruction import reconstruction

    torch.save({"weight": torch.zeros(1)}, weights / "other.pth")
    with pytest.raises(WeightsError, match="no AlexNet"):
        reconstruction("lpips", torch.device("cpu"))
    (weights / "other.pth").unlink()
    weights.rmdir()
    with pytest.raises(WeightsError, match="no LPIPS without AlexNet") as caught:
        reconstruction("lpips", torch.device("cpu"))
    assert caught.value.hint and "reconstruction: l1" in caught.value.hint
