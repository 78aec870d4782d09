"""What was measured on copies of a patient's pictures is found and removed, too."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from rdface.cohort import load_cohort
from rdface.curation.withdrawal.caches import cached_rows, forget_pictures
from rdface.faces.origins import copies_of
from rdface.faces.row_cache import EMBEDDINGS, FACES
from rdface.files import cache_dir
from rdface.screening.audit.framing import _framed
from rdface.screening.audit.looking import look_at
from rdface.screening.audit.sides import Side

pytestmark = pytest.mark.weights


def keys() -> set[str]:
    """Of all rows of faces and embeddings in the cache."""
    found: set[str] = set()
    for kind in (FACES, EMBEDDINGS):
        for path in cache_dir(kind).glob("*/*.npz"):
            with np.load(path) as content:
                found |= set(content["keys"].tolist())
    return found


def test_portraits_of_an_audit_are_the_patients(own_cache: Path, tmp_path: Path) -> None:
    """Both patients' pictures are framed and embedded; one withdraws, and the other's rows stay."""
    cohort = load_cohort("sim103")
    images = cohort.images.iloc[:2].reset_index(drop=True)
    one, other = images["sha256"]
    whole = Side(replace(cohort, images=images))
    framed = _framed(whole, 96, "yunet", tmp_path / "portraits")
    portrait_of_one, portrait_of_other = framed.cohort.images["sha256"]
    look_at(framed, ("sface",), "sface", "yunet")
    assert copies_of([one]) == {portrait_of_one}
    before = keys()
    assert {one, other, portrait_of_one, portrait_of_other} <= before
    found = sum(cached_rows([one]).values())
    assert forget_pictures([one]) == found >= 4  # two faces, an embedding, whose copy it is
    left = keys()
    assert not left & {one, portrait_of_one}
    assert {other, portrait_of_other} <= left
    # Embeddings are kept by a hash of picture and face: half of them are gone, mirror images all.
    assert not cached_rows([one])
    assert forget_pictures([other]) > 0
    assert keys() == set()
