"""Pictures are decoded when they are looked at."""

from __future__ import annotations

import pytest

from rdface.errors import ImageError
from rdface.phenotype.cohort_pictures import CohortPictures
from tests.conftest import MakeCohort


def test_a_part_is_a_part_and_nothing_is_opened_before_it_is_looked_at(
    make_cohort: MakeCohort,
) -> None:
    cohort = make_cohort()
    keys = list(zip(cohort.images["image_id"], cohort.images["sha256"], strict=True))
    pictures = CohortPictures(cohort, None, keys)
    cohort.path(keys[3][0]).write_bytes(b"no picture")
    part = pictures[2:4]
    assert (len(pictures), len(part)) == (12, 2)
    assert part[0].image_id == keys[2][0] and part[0].image.shape == (24, 24, 3)
    with pytest.raises(ImageError, match="altered"):
        part[1]
    assert [picture.image_id for picture in pictures[:3]] == [key[0] for key in keys[:3]]
