"""What stands beside the appearance: mesh, age and sex, held where the network slips."""

from __future__ import annotations

import numpy as np
import pytest

from rdface.cohort import age_in_years, load_cohort
from rdface.faces import locate_faces
from rdface.faces.anthropometry import NAMES, measuring_fingerprint
from rdface.imaging import read_image
from rdface.phenotype.measured_model import shipped_model
from rdface.phenotype.picture_numbers import FARTHEST, MESH_WEIGHT, numbers_of, together


def test_numbers_stand_side_by_side_and_slips_are_held() -> None:
    z = np.full((2, 36), 99.0)
    x = together(np.zeros((2, 3)), z, [0.25, 9.25], ["female", "male"])
    assert x.shape == (2, 3 + 36 + 2)
    assert (x[:, 3:39] == MESH_WEIGHT * FARTHEST).all()
    np.testing.assert_allclose(x[:, 39], np.log([1.0, 10.0]))
    assert x[:, 40].tolist() == [0.0, 1.0]


@pytest.mark.weights
def test_the_shipped_model_reads_the_numbers_of_this_very_ruler() -> None:
    cohort = load_cohort("sim103-controls")
    row = cohort.images.iloc[0]
    face = locate_faces(cohort).face(row["image_id"])
    assert face is not None
    image, age = read_image(cohort.path(row["image_id"])), age_in_years(row["age"])
    numbers = numbers_of(image, face, age, row["sex"])
    model = shipped_model()
    assert numbers.x.shape == (len(model.fitted.ruler.weights),)
    assert len(NAMES) == 36
    assert model.about["measured by"] == measuring_fingerprint()[:16]
    # A younger child of the same looks is another child: age and sex are among the numbers.
    assert (numbers_of(image, face, age / 2, row["sex"]).x != numbers.x).any()
