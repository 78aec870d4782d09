"""The real weights enlarge; half a weight does not."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from rdface.cohort import load_cohort
from rdface.errors import UsageError, WeightsError
from rdface.imaging import Image, read_image
from rdface.restore import load_chain
from rdface.restore.resizing import resized_bicubic
from rdface.restore.upscaling import enlarged


@pytest.fixture(scope="module")
def face() -> Image:
    """A simulated face, 256 pixels."""
    cohort = load_cohort("sim103")
    return read_image(cohort.path(cohort.image_ids[0]))


@pytest.mark.weights
def test_the_small_network_enlarges_what_was_shrunk(face: Image) -> None:
    """3.5 times, the same on every run, near the picture it was shrunk from, colours included."""
    import cv2

    small = np.asarray(cv2.resize(face, (72, 72), interpolation=cv2.INTER_AREA), np.uint8)
    chain = load_chain(["realesr_animevideov3"])
    result = chain.run(small)
    assert result.image.shape == (252, 252, 3) and result.applied == ("realesr_animevideov3",)
    assert (chain.run(small).image == result.image).all()
    away = np.abs(resized_bicubic(result.image, 256, 256).astype(float) - face)
    assert away.mean() < 8
    swapped = np.abs(resized_bicubic(result.image[..., ::-1], 256, 256).astype(float) - face)
    assert away.mean() < swapped.mean()


@pytest.mark.weights
def test_tiles_of_the_real_network_leave_no_seam(face: Image) -> None:
    from rdface.restore.ncnn_network import NcnnUpscaler

    small = face[64:160, 64:160]
    network = NcnnUpscaler("realesr_animevideov3")._run
    whole = enlarged(small, network, tile=96).astype(int)
    tiled = enlarged(small, network, tile=40, overlap=16).astype(int)
    assert np.abs(whole - tiled).max() <= 2


@pytest.mark.weights
@pytest.mark.slow
def test_the_papers_network_enlarges_what_was_shrunk(face: Image) -> None:
    import cv2

    small = np.asarray(cv2.resize(face, (48, 48), interpolation=cv2.INTER_AREA), np.uint8)
    result = load_chain(["realesrgan_x4plus"]).run(small)
    assert result.image.shape == (168, 168, 3)
    assert np.abs(resized_bicubic(result.image, 256, 256).astype(float) - face).mean() < 10


def test_missing_weights_name_every_way(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ANN001
    monkeypatch.setenv("RDFACE_CACHE", str(tmp_path))
    monkeypatch.delenv("RDFACE_WEIGHTS", raising=False)
    with pytest.raises(WeightsError) as caught:
        load_chain(["realesrgan_x4plus"])
    hint = str(caught.value.hint)
    assert "rdface weights pull realesrgan_x4plus" in hint and "RDFACE_WEIGHTS" in hint


@pytest.mark.weights
def test_without_ncnn_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ncnn", None)
    with pytest.raises(UsageError) as caught:
        load_chain(["realesr_animevideov3"])
    assert "rdface[restore]" in str(caught.value.hint)
