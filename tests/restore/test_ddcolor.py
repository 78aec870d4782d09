"""DDColor colours what is black and white, and leaves its lightness."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from rdface.restore import load_chain


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A DDColor of the smallest encoder there is, of random weights, saved as its makers do."""
    import torch
    from spandrel_extra_arches.architectures.DDColor import DDColor

    torch.manual_seed(0)
    network = DDColor(
        encoder_name="convnext-t",
        decoder_name="MultiScaleColorDecoder",
        input_size=(256, 256),
        num_output_channels=2,
        last_norm="Spectral",
        num_queries=8,
        num_scales=3,
        dec_layers=3,
    )
    state = network.state_dict()
    # The last layer is divided by its spectral norm: a huge one leaves its bias alone, a and b.
    state["refine_net.0.0.weight_u"] *= 1e20  # features of chance are astronomical
    state["refine_net.0.0.bias"] = torch.tensor([12.0, 20.0])
    file = tmp_path_factory.mktemp("ddcolor") / "pytorch_model.bin"
    torch.save({"params": state}, file)
    return file


@pytest.mark.slow
def test_grey_pictures_alone_are_coloured_and_keep_their_lightness(weights: Path) -> None:
    import cv2

    rng = np.random.default_rng(0)
    plane = np.clip(np.linspace(40, 200, 64)[:, None] + rng.normal(0, 9, (64, 48)), 0, 255)
    grey = np.repeat(plane.astype(np.uint8)[..., None], 3, axis=2)
    coloured = rng.integers(0, 256, (64, 48, 3), dtype=np.uint8)
    chain = load_chain([f"ddcolor:{weights}"])
    result = chain.run(grey)
    assert result.applied == ("ddcolor",) and result.image.shape == grey.shape
    assert (result.image != grey).any()
    before, after = (
        cv2.cvtColor(image.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)
        for image in (grey, result.image)
    )
    away = (after - before).reshape(-1, 3).mean(axis=0)
    assert np.allclose(away, (0, 12, 20), atol=1.5), "the colours of the network, in this order"
    untouched = chain.run(coloured)
    assert untouched.applied == () and (untouched.image == coloured).all()
