"""Portraits are whole, named and never of another fold."""

from __future__ import annotations

import numpy as np
import pytest

from rdface.cohort import load_cohort
from rdface.errors import UsageError
from rdface.faces import locate_faces
from rdface.synthesis import Portraits, take_portraits
from rdface.synthesis.portraits import MARGIN, portrait_crop


def test_portraits_refuse_what_does_not_belong_together() -> None:
    """Shapes, types and ids are checked where portraits are made, not deep in a generator."""
    pictures = np.zeros((2, 8, 8, 3), np.uint8)
    with pytest.raises(UsageError, match="no id twice"):
        Portraits(pictures, ("a", "a"), ("X", "X"))
    with pytest.raises(UsageError, match="one condition each"):
        Portraits(pictures, ("a", "b"), ("X",))
    for wrong in (pictures.astype(np.float32), pictures[:, :4], pictures[..., :1]):
        with pytest.raises(UsageError, match="uint8"):
            Portraits(wrong, ("a", "b"), ("X", "Y"))


def test_the_portraits_of_a_condition_are_its_rows() -> None:
    pictures = np.arange(3, dtype=np.uint8)[:, None, None, None] * np.ones((8, 8, 3), np.uint8)
    portraits = Portraits(pictures, ("a", "b", "c"), ("X", "Y", "X"))
    own = portraits.of("X")
    assert own.image_ids == ("a", "c") and own.conditions == ("X", "X")
    np.testing.assert_array_equal(own.images[:, 0, 0, 0], [0, 2])
    assert len(portraits.of("Z")) == 0 and portraits.size == 8


@pytest.mark.weights
def test_portraits_hold_those_images_alone_and_the_whole_face() -> None:
    """Only the ids asked for, in their order; the box of the face lies within the portrait."""
    cohort = load_cohort("sim103")
    faces = locate_faces(cohort)
    ids = tuple(reversed(cohort.image_ids[:3]))
    portraits = take_portraits(cohort, faces, ids, 64)
    assert portraits.image_ids == ids and portraits.images.shape == (3, 64, 64, 3)
    table = cohort.images.set_index("image_id")["condition"]
    assert portraits.conditions == tuple(table[list(ids)])
    assert portrait_crop(64).margin == MARGIN > 0.2
    with pytest.raises(UsageError, match="no image 'nobody'"):
        take_portraits(cohort, faces, ["nobody"], 64)
