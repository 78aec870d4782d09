"""The face is cut out, redrawn and laid back where it was."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from rdface.cohort import load_cohort
from rdface.imaging import Image, read_image
from rdface.restore.gfpgan import GFPGAN, _run


@pytest.fixture(scope="module")
def face() -> Image:
    """A simulated face."""
    cohort = load_cohort("sim103")
    return read_image(cohort.path(cohort.image_ids[0]))


@pytest.mark.weights
def test_a_network_that_changes_nothing_changes_nothing(face: Image) -> None:
    """But for the resampling to 512 pixels and back."""
    drawn = GFPGAN(network=lambda planes: planes).restore(face)
    assert drawn is not None and drawn.shape == face.shape
    away = np.abs(drawn.astype(int) - face).mean()
    assert away < 2
    for axis in (0, 1):  # it lies where it was, to less than a pixel
        for pixels in (-1, 1):
            assert away < np.abs(np.roll(drawn, pixels, axis).astype(int) - face).mean() / 2


@pytest.mark.weights
def test_only_the_face_is_redrawn(face: Image) -> None:
    """Black instead of a face: the middle of the face is black, the corners stay to the bit."""

    def black(planes: NDArray[np.float32]) -> NDArray[np.float32]:
        return 0 * planes

    drawn = GFPGAN(network=black).restore(face)
    assert drawn is not None
    height, width = face.shape[:2]
    assert drawn[height // 2, width // 2].max() == 0
    assert (drawn[-8:, :8] == face[-8:, :8]).all()


@pytest.mark.weights
def test_a_picture_without_a_face_is_left_alone() -> None:
    step = GFPGAN(network=lambda planes: planes)
    assert step.restore(np.zeros((64, 64, 3), np.uint8)) is None


def test_the_network_works_on_minus_1_to_1_and_draws_no_noise() -> None:
    """As GFPGAN's own code calls it; spandrel would hand 0 to 1 through, and draw noise anew."""
    torch = pytest.importorskip("torch")
    seen = []

    def network(x: Any, **options: bool) -> tuple[Any, list[Any]]:  # noqa: ANN401
        seen.append((x.min().item(), x.max().item(), options))
        return torch.clone(x), []

    planes = np.linspace(0, 1, 3 * 16, dtype=np.float32).reshape(3, 4, 4)
    np.testing.assert_allclose(_run(network, planes), planes, atol=1e-6)
    assert seen == [(-1, 1, {"return_rgb": False, "randomize_noise": False})]


@pytest.mark.slow
@pytest.mark.weights
def test_weights_of_full_size_load_and_run(tmp_path: Path, face: Image) -> None:
    """Random ones, of the class and size of the published file."""
    import torch
    from spandrel.architectures.GFPGAN import GFPGAN as Network

    network = Network(
        out_size=512,
        num_style_feat=512,
        channel_multiplier=2,
        decoder_load_path=None,
        fix_decoder=False,
        num_mlp=8,
        input_is_latent=True,
        different_w=True,
        narrow=1,
        sft_half=True,
    )
    for name, weight in network.named_parameters():
        if "style_conv" in name and name.endswith("weight") and weight.numel() == 1:
            torch.nn.init.ones_(weight)  # of the noise, which training moves from 0
    torch.save({"params_ema": network.state_dict()}, tmp_path / "GFPGANv1.4.pth")
    del network
    step = GFPGAN(str(tmp_path / "GFPGANv1.4.pth"))
    drawn = step.restore(face)
    assert drawn is not None and (drawn != face).any()
    assert np.array_equal(drawn, step.restore(face))
