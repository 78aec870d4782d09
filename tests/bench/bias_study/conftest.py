"""A population made of numbers: twelve conditions, patients who look a little like them."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from rdface.bench.bias_study.population import StudyPopulation, read_population
from rdface.files import sha256_file, write_json

SIZES = [1] * 9 + [2] * 4 + [3] * 3


def write_numbers(folder: Path, *, of_patient: float, seed: int = 0) -> None:
    """Write a population whose faces are condition + patient (that much of it) + noise."""
    rng = np.random.default_rng(seed)
    rows, faces = [], []
    for condition in range(12):
        centre = rng.normal(size=6)
        for patient, size in enumerate(SIZES):
            person = centre + of_patient * rng.normal(size=6)
            for image in range(size):
                name = f"C{condition:02d}"
                rows.append((f"{name}.{patient}.{image}", f"{name}.{patient}", name))
                faces.append(person + 0.3 * rng.normal(size=6))
    table = pd.DataFrame(rows, columns=["image_id", "patient_id", "condition"])
    for column in ("sex", "age", "ancestry", "country"):
        table[column] = ""
    folder.mkdir(parents=True, exist_ok=True)
    table.to_csv(folder / "images.csv", index=False)
    np.savez(folder / "embeddings.npz", numbers=np.array(faces, dtype=np.float16))
    hashes = {
        f"{part}_sha256": sha256_file(folder / file)
        for part, file in (("images", "images.csv"), ("embeddings", "embeddings.npz"))
    }
    write_json(
        folder / "population.json",
        {"cohort": "numbers", "command": "", "simulated": True, **hashes},
    )


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of a population whose patients differ more than its conditions do."""
    path = tmp_path_factory.mktemp("population")
    write_numbers(path, of_patient=1.5)
    assert json.loads((path / "population.json").read_text())["simulated"]
    return path


@pytest.fixture(scope="session")
def population(folder: Path) -> StudyPopulation:
    """The same, read."""
    return read_population(folder)
