"""Integrated gradients find the place that a network looks at, and add up to the score."""

from __future__ import annotations

import numpy as np
import pytest

from rdface.errors import UsageError
from rdface.explain import draw_map
from rdface.explain.fills import FILLS, Fill, filled
from rdface.explain.pointing import hits, mass_in
from tests.explain.toys import PLANTED, SIDE, TOWARDS, Toy, picture, torch_toy


@pytest.mark.parametrize("fill", FILLS)
def test_it_finds_the_planted_place(fill: Fill) -> None:
    region = np.zeros((SIDE, SIDE), dtype=bool)
    region[PLANTED] = True
    found = draw_map("gradient", picture(), torch_toy(), TOWARDS, fill)
    assert hits(found.values, region)
    assert mass_in(found.values, region) > 8 * region.mean()


def test_what_the_pixels_add_is_the_score_less_that_of_the_filled_picture() -> None:
    """Completeness, the axiom that the method is named by; the rest is told."""
    backbone, crop = torch_toy(), picture()
    found = draw_map("gradient", crop, backbone, TOWARDS, "mean")
    whole, blank = TOWARDS.of_embeddings(
        np.stack([_eager(backbone, crop), _eager(backbone, filled(crop, "mean"))])
    )
    assert found.score == pytest.approx(whole, abs=1e-5)
    assert abs(found.settings["gap"]) < 0.02 * abs(whole - blank)
    assert found.values.sum() == pytest.approx(whole - blank, rel=0.1)


def test_a_backbone_without_gradients_is_refused_in_words() -> None:
    with pytest.raises(UsageError, match="no gradient") as caught:
        draw_map("gradient", picture(), Toy(), TOWARDS)
    assert "occlusion" in str(caught.value.hint)


def _eager(backbone, crop: np.ndarray) -> np.ndarray:  # noqa: ANN001
    import torch

    with torch.no_grad():
        return backbone.network(torch.from_numpy(crop)[None]).numpy()[0]
