"""Black-and-white pictures are told by their colours, toned ones included."""

from __future__ import annotations

import numpy as np
import pytest

from rdface.cohort import load_cohort
from rdface.imaging import Image, decode_image, encode_jpeg, read_image
from rdface.restore.greyness import GREY, colourfulness, is_grey


@pytest.fixture
def grey() -> Image:
    """A grey gradient with texture."""
    rng = np.random.default_rng(0)
    plane = np.linspace(20, 230, 96)[:, None] + rng.normal(0, 12, (96, 96))
    return np.repeat(np.clip(plane, 0, 255).astype(np.uint8)[..., None], 3, axis=2)


def test_grey_is_grey_and_stays_so_as_jpeg(grey: Image) -> None:
    assert colourfulness(grey) < 0.5 and is_grey(decode_image(encode_jpeg(grey, 40)))


def test_a_toned_print_is_black_and_white(grey: Image) -> None:
    """Sepia: far from neutral everywhere, but its colour follows its lightness."""
    sepia = np.clip(grey * np.array([1.0, 0.83, 0.62]), 0, 255).astype(np.uint8)
    assert is_grey(sepia)


def test_a_picture_with_two_colours_of_one_lightness_is_not(grey: Image) -> None:
    coloured = grey.copy()
    coloured[:, :48, 0] = np.minimum(coloured[:, :48, 0] * 1.3, 255).astype(np.uint8)
    assert not is_grey(coloured)


def test_black_and_white_pictures_hold_nothing_to_measure() -> None:
    for value in (0, 255):
        assert colourfulness(np.full((8, 8, 3), value, np.uint8)) == 0


def test_simulated_photographs_are_told_apart() -> None:
    """The simulator knows its films: of its grey ones each is found, of its digital ones none.

    Prints are either faded colour prints or pages of ink, which have none; they lie on both sides
    and not near the limit.
    """
    cohort = load_cohort("sim103")
    films = dict(zip(cohort.image_ids, cohort.images["film"], strict=True))
    chosen = [name for name, film in films.items() if film in ("grey", "print")]
    chosen += [name for name, film in films.items() if film == "digital"][:30]
    values = {name: colourfulness(read_image(cohort.path(name))) for name in chosen}
    for name, value in values.items():
        if films[name] != "print":
            assert (value <= GREY) == (films[name] == "grey"), name
        assert not 0.6 * GREY < value < 1.4 * GREY
