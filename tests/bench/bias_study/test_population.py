"""A population is kept whole, and a damaged one is refused."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from rdface.bench.bias_study.population import BACKBONES, StudyPopulation, read_population
from rdface.errors import CohortError


def test_a_changed_file_is_found(folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy)
    text = (copy / "images.csv").read_text().replace("C00.0", "C00.9", 1)
    (copy / "images.csv").write_text(text)
    with pytest.raises(CohortError, match="damaged"):
        read_population(copy)


def test_rows_and_labels_agree(population: StudyPopulation) -> None:
    assert len(population.conditions) == 12
    assert len(population.features["numbers"]) == len(population.images) == 12 * 26
    assert population.patients.max() + 1 == 12 * 16


def test_the_shipped_population_is_whole_simulated_and_large_enough() -> None:
    """2,472 patients of 103 conditions, and not one picture beside the embeddings."""
    shipped = read_population()
    assert shipped.card["simulated"] and shipped.card["command"].startswith("rdface simulate")
    assert len(shipped.images) == 3296 and len(shipped.conditions) == 103
    assert shipped.patients.max() + 1 == 2472
    assert set(shipped.features) == set(BACKBONES)
    assert all(len(matrix) == 3296 for matrix in shipped.features.values())
