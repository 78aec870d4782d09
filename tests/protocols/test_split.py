"""Folds and splits survive JSON and name themselves."""

from __future__ import annotations

import dataclasses
import json

import numpy as np
import pytest

from rdface.errors import UsageError
from rdface.protocols import PROTOCOLS, Fold, Split
from rdface.protocols.split import never_tested


@pytest.mark.parametrize("protocol", ["strict", "paper"])
def test_a_split_survives_json(paper_shaped, protocol: str) -> None:  # noqa: ANN001
    """Equal after the round trip, and of the same hash."""
    split = PROTOCOLS.get(protocol)(paper_shaped, seed=7, cohort_sha256="ab" * 32)
    again = Split.from_dict(json.loads(json.dumps(split.to_dict())))
    assert again == split
    assert again.sha256 == split.sha256
    assert len(split.sha256) == 64


def test_the_hash_tells_splits_apart(paper_shaped) -> None:  # noqa: ANN001
    """Seed, cohort and options change it."""
    strict = PROTOCOLS.get("strict")
    names = {
        strict(paper_shaped, seed=0).sha256,
        strict(paper_shaped, seed=1).sha256,
        strict(paper_shaped, seed=0, cohort_sha256="x").sha256,
        strict(paper_shaped, seed=0, repeats=4).sha256,
        dataclasses.replace(strict(paper_shaped, seed=0), refit=False).sha256,
    }
    assert len(names) == 5


def test_rows_point_at_the_ids(paper_shaped) -> None:  # noqa: ANN001
    """Row numbers lead back to the fold's ids, in order."""
    fold = PROTOCOLS.get("strict")(paper_shaped, seed=0).folds[3]
    ids = paper_shaped["image_id"].to_numpy()
    rows = fold.rows(list(ids))
    assert tuple(ids[rows.train]) == fold.train
    assert tuple(ids[rows.validation]) == fold.validation
    assert tuple(ids[rows.test]) == fold.test
    assert fold.development == tuple(ids[np.concatenate([rows.train, rows.validation])])


def test_a_split_of_another_cohort_is_refused(paper_shaped) -> None:  # noqa: ANN001
    """The missing image is named."""
    fold = PROTOCOLS.get("strict")(paper_shaped, seed=0).folds[0]
    with pytest.raises(UsageError, match=fold.train[0]):
        fold.rows(["someone-else"])


def test_never_tested_is_by_all_folds() -> None:
    """Trained and validated is not tested; one fold is enough."""
    folds = [
        Fold("made", 0, 0, 0, train=("a",), validation=("c",), test=("b",)),
        Fold("made", 0, 0, 1, train=("a", "b"), validation=("c",), test=("d",)),
    ]
    condition_of = {"a": "Z", "b": "B", "c": "A", "d": "D", "e": "D"}
    assert never_tested(condition_of, folds) == ("A", "Z")
