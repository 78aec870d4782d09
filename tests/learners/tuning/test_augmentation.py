"""Variation of pictures on tensors."""

from __future__ import annotations

import numpy as np
import pytest

from rdface.learners.tuning import augmentation
from rdface.learners.tuning.augmentation import _move, augment


def pictures(n: int = 40, height: int = 20, width: int = 20):  # noqa: ANN201
    import torch

    rng = np.random.default_rng(0)
    return torch.from_numpy(rng.integers(0, 256, (n, 3, height, width), dtype=np.uint8))


def moved(x, *, angle: float = 0, mirror: float = 1, zoom: float = 1, shift=(0.0, 0.0)):  # noqa: ANN001, ANN201
    """All pictures in the same way."""
    n = len(x)
    return _move(
        x.float(),
        angle=np.full(n, angle),
        mirror=np.full(n, mirror),
        zoom=np.full(n, zoom),
        shift=np.tile(shift, (n, 1)),
    )


def test_none_is_nothing() -> None:
    """No draw, no copy."""
    x, rng = pictures(), np.random.default_rng(0)
    assert augment(x, "none", rng) is x
    assert rng.random() == np.random.default_rng(0).random()


def test_flip_mirrors_about_half_of_the_pictures_exactly() -> None:
    """Each by itself, and to the value."""
    import torch

    x = pictures(200)
    y = augment(x, "flip", np.random.default_rng(0))
    same = (x == y).flatten(1).all(dim=1)
    assert torch.equal(y[~same], x[~same].flip(3))
    assert 70 < int(same.sum()) < 130


@pytest.mark.parametrize("size", [(20, 20), (20, 30)])
def test_a_move_of_nothing_changes_nothing(size: tuple[int, int]) -> None:
    """Mirroring, a quarter turn and a shift by whole pixels are exact, too."""
    import torch

    x = pictures(3, *size)
    close = {"rtol": 0, "atol": 1e-2}
    torch.testing.assert_close(moved(x), x.float(), **close)
    torch.testing.assert_close(moved(x, mirror=-1), x.float().flip(3), **close)
    right = moved(x, shift=(2 / size[1], 0.0))
    torch.testing.assert_close(right[..., 2:], x[..., :-2].float(), **close)
    assert float(right[..., :2].abs().max()) < 1e-2  # black comes in
    down = moved(x, shift=(0.0, 3 / size[0]))
    torch.testing.assert_close(down[:, :, 3:], x[:, :, :-3].float(), **close)
    if size[0] == size[1]:
        turned = moved(x, angle=np.pi / 2)
        torch.testing.assert_close(turned, torch.rot90(x, -1, (2, 3)).float(), **close)


def test_a_small_turn_keeps_the_shape_of_what_is_turned() -> None:
    """A picture that is not square: a disc stays a disc, and zoom makes it larger."""
    import torch

    y, x = torch.meshgrid(torch.arange(60), torch.arange(120), indexing="ij")
    disc = (((y - 29.5) ** 2 + (x - 59.5) ** 2) < 20**2).float()[None, None] * 200
    turned = moved(disc.repeat(1, 3, 1, 1), angle=0.15)
    assert float((turned - disc).abs().mean()) < 1.5
    grown = moved(disc.repeat(1, 3, 1, 1), zoom=1.1)
    assert float(grown.sum() / 3 / disc.sum()) == pytest.approx(1.1**2, rel=0.02)


def test_standard_draws_for_each_picture_within_its_limits(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The values that reach the affine map; brightness alone on a flat picture."""
    import torch

    seen = {}
    monkeypatch.setattr(
        augmentation, "_move", lambda pixels, **values: (seen.update(values), pixels)[1]
    )
    flat = torch.full((500, 3, 4, 4), 100.0)
    varied = augment(flat, "standard", np.random.default_rng(0))
    light = varied[:, 0, 0, 0].numpy() / 100  # contrast has nothing to change
    for values, middle, limit in (
        (np.rad2deg(seen["angle"]), 0, 10),
        (seen["zoom"], 1, 0.1),
        (seen["shift"][:, 0], 0, 0.05),
        (seen["shift"][:, 1], 0, 0.05),
        (light, 1, 0.2),
    ):
        away = np.abs(values - middle)
        assert away.max() <= limit * 1.0001
        assert away.max() > 0.95 * limit
        assert len(np.unique(values)) > 450
    assert set(np.unique(seen["mirror"])) == {-1, 1}


def test_the_same_generator_gives_the_same_pictures() -> None:
    """And the next draw is another; values stay between 0 and 255."""
    import torch

    x = pictures()
    one, two = (np.random.default_rng(3) for _ in "ab")
    first = augment(x, "standard", one)
    assert torch.equal(first, augment(x, "standard", two))
    assert not torch.equal(first, augment(x, "standard", one))
    assert float(first.min()) >= 0 and float(first.max()) <= 255
    assert first.dtype == torch.float32
