"""Stored embeddings are biometric data: those that hold the patient's go, and others stay."""

from __future__ import annotations

import numpy as np

from rdface.backbones.stored import part
from rdface.curation.withdrawal import withdraw
from rdface.files import write_json
from tests.curation.withdrawal.conftest import PATIENT, Workspace


def test_a_folder_of_embeddings_goes_whole(workspace: Workspace) -> None:
    images = workspace.cohort.images.assign(face="one")
    others = images[images["patient_id"] != PATIENT].assign(
        image_id=lambda table: "other-" + table["image_id"], sha256="f" * 64
    )
    for name, rows in (("stored", images), ("others", others)):
        folder = workspace.also / name
        part.write_part(
            folder / "part-00000.parquet", rows, np.zeros((len(rows), 4), np.float32), "key"
        )
        write_json(folder / "embeddings.json", {"cohort": {"name": name}})
    withdraw(workspace.cohort.root, PATIENT, also=[workspace.also], signed_by="A. Lead, officer")
    assert not (workspace.also / "stored").exists()
    assert (workspace.also / "others" / "part-00000.parquet").exists()
    assert workspace.names_patient() == []
