"""A tiny cohort with faces placed by hand."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from rdface.cohort import Cohort
from rdface.faces import FaceTable
from rdface.faces.crop import TEMPLATE
from rdface.faces.table import NUMBERS

MakeFaces = Callable[[Cohort], FaceTable]


@pytest.fixture
def make_faces() -> MakeFaces:
    """Every picture has a face in its middle, but for the last one, which has none."""

    def make(cohort: Cohort) -> FaceTable:
        box = np.array([2.0, 2.0, 20.0, 20.0])
        row = np.concatenate([[0.9], box, (TEMPLATE * 24 / 112).ravel()])
        rows = np.tile(row, (len(cohort), 1))
        rows[-1] = np.nan
        frame = pd.DataFrame(rows.astype(np.float32), columns=list(NUMBERS))
        frame.insert(0, "image_id", list(cohort.image_ids))
        return FaceTable(frame)

    return make
