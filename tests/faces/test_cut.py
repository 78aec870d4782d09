"""Cutting out pictures: all at once or a batch, the same; and never another picture."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest

from rdface.errors import ImageError
from rdface.faces import Crop, FaceTable
from rdface.faces.cut import cut_all, cut_some, pictures_of
from rdface.faces.table import NUMBERS
from rdface.files import write_bytes
from rdface.imaging import encode_jpeg

CROP = Crop(16, 12, "box")


def table_of(ids: tuple[str, ...]) -> FaceTable:
    """A face in every second picture."""
    face = [0.9, 4, 4, 12, 12, 8, 8, 14, 8, 11, 11, 8, 14, 14, 14]
    rows = [face if k % 2 else [np.nan] * len(face) for k in range(len(ids))]
    frame = pd.DataFrame(rows, columns=list(NUMBERS))
    frame.insert(0, "image_id", ids)
    frame.insert(1, "status", ["one" if k % 2 else "none" for k in range(len(ids))])
    return FaceTable(frame, "made up")


def test_a_batch_is_cut_as_the_whole_cohort_is(make_cohort) -> None:  # noqa: ANN001
    cohort = make_cohort()
    table = table_of(cohort.image_ids)
    whole = cut_all(cohort, table, CROP)
    assert whole.shape == (len(cohort), CROP.height, CROP.width, 3)
    wanted = [3, 0, 2]
    pictures = pictures_of(cohort)
    some = cut_some([pictures[row] for row in wanted], table, CROP)
    np.testing.assert_array_equal(some, whole[wanted])
    assert cut_some([], table, CROP).shape == (0, CROP.height, CROP.width, 3)


def test_an_exchanged_picture_is_refused_and_one_without_a_hash_is_not(make_cohort) -> None:  # noqa: ANN001
    cohort = make_cohort()
    table, pictures = table_of(cohort.image_ids), pictures_of(cohort)
    write_bytes(pictures[1][2], encode_jpeg(np.full((32, 32, 3), 7, np.uint8)))
    for cut in (lambda: cut_some(pictures, table, CROP), lambda: cut_all(cohort, table, CROP)):
        with pytest.raises(ImageError, match="was altered"):
            cut()
    nameless = cohort.images.assign(sha256="")
    assert len(cut_all(dataclasses.replace(cohort, images=nameless), table, CROP)) == len(cohort)
