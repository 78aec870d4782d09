"""A few simulated patients and their embeddings, ready to be asked."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rdface.backbones import embed_cohort, load_backbone
from rdface.cohort import Cohort, load_cohort
from rdface.faces import locate_faces
from rdface.photograph import Recogniser


@pytest.fixture(scope="session")
def cohort() -> Cohort:
    """The first eight conditions of sim103."""
    shipped = load_cohort("sim103")
    kept = list(shipped.condition_ids[:8])
    images, conditions = shipped.images, shipped.conditions
    return replace(
        shipped,
        images=images[images["condition"].isin(kept)].reset_index(drop=True),
        conditions=conditions[conditions["condition"].isin(kept)].reset_index(drop=True),
    )


@pytest.fixture(scope="session")
def recogniser(cohort: Cohort) -> Recogniser:
    """Of that cohort."""
    backbone, faces = load_backbone("sface"), locate_faces(cohort)
    return Recogniser.of(cohort, faces, embed_cohort(cohort, backbone, faces), backbone)


@pytest.fixture(scope="session")
def stranger() -> bytes:
    """A picture of an unaffected simulated child."""
    controls = load_cohort("sim103-controls")
    return controls.path(controls.image_ids[3]).read_bytes()
