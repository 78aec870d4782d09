"""What film, print and file do to a picture."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter

from rdface.simulate.photo.film import KINDS, Film, draw_film, expose

CLEAN = Film(
    kind="digital",
    balance=(1.0, 1.0),
    contrast=0.0,
    blur=0.0,
    motion=(0.0, 0.0),
    sharpen=0.0,
    noise=0.0,
    vignette=0.0,
    pixels=0,
    first_quality=0,
    quality=90,
    seed=3,
)


@pytest.fixture
def picture() -> NDArray[np.uint8]:
    """Coloured noise of every frequency, uint8 [128, 128, 3]."""
    noise = np.random.default_rng(0).uniform(60, 190, (128, 128, 3))
    return np.asarray(noise).astype(np.uint8)


def _detail(image: NDArray[np.uint8]) -> float:
    values = image.astype(float)
    return float((values - gaussian_filter(values, (2, 2, 0))).std())


def test_a_clean_film_changes_nothing(picture: NDArray[np.uint8]) -> None:
    """Every effect is off at its zero."""
    assert np.array_equal(expose(picture, CLEAN), picture)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("number", range(3))
def test_size_and_type_are_kept(picture: NDArray[np.uint8], kind: str, number: int) -> None:
    """Whatever is drawn, uint8 of the same size comes back, the same each time."""
    film = replace(draw_film(1, f"P1/{number}"), kind=kind, pixels=80 if kind == "small" else 0)
    taken = expose(picture, film)
    assert taken.dtype == np.uint8
    assert taken.shape == picture.shape
    assert np.array_equal(taken, expose(picture, film))


@pytest.mark.parametrize("first", [0, 70])
def test_a_black_and_white_picture_has_equal_channels(
    picture: NDArray[np.uint8], first: int
) -> None:
    """Also after an earlier saving, whose JPEG knows colour."""
    taken = expose(picture, replace(CLEAN, kind="grey", noise=0.02, first_quality=first))
    assert np.array_equal(taken[..., 0], taken[..., 1])
    assert np.array_equal(taken[..., 0], taken[..., 2])


@pytest.mark.parametrize(
    "change", [{"kind": "small", "pixels": 64}, {"blur": 2.0}, {"motion": (6.0, 20.0)}]
)
def test_detail_is_lost(picture: NDArray[np.uint8], change: dict[str, object]) -> None:
    """A low resolution, a wrong focus and a shake take the high frequencies away."""
    taken = expose(picture, replace(CLEAN, **change))  # type: ignore[arg-type]
    assert _detail(taken) < 0.7 * _detail(picture)
    assert abs(taken.mean() - picture.mean()) < 3


def test_sharpening_contrast_and_vignette(picture: NDArray[np.uint8]) -> None:
    """Halos add detail, an S curve spreads the values, corners darken, a gain tints."""
    soft = expose(picture, replace(CLEAN, blur=1.5))
    assert _detail(expose(soft, replace(CLEAN, sharpen=1.0))) > 1.2 * _detail(soft)
    assert expose(soft, replace(CLEAN, contrast=0.5)).std() > soft.std()
    dark = expose(picture, replace(CLEAN, vignette=0.3)).astype(float)
    assert dark[:16, :16].mean() < 0.85 * dark[56:72, 56:72].mean()
    warm = expose(picture, replace(CLEAN, balance=(1.1, 0.9))).astype(float).mean((0, 1))
    assert warm[0] > warm[1] > warm[2]


def test_shares_of_the_kinds() -> None:
    """Each kind comes as often as stated, within four standard deviations."""
    n = 1500
    films = [draw_film(11, f"P{number}/1") for number in range(n)]
    for kind, share in KINDS.items():
        spread = 4 * np.sqrt(share * (1 - share) / n)
        assert abs(np.mean([film.kind == kind for film in films]) - share) < spread
    assert all(60 <= film.quality <= 95 for film in films)
    assert all((64 <= film.pixels <= 110) == (film.kind == "small") for film in films)
