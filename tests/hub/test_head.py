"""A head that is written and read again gives the same scores to the bit, whatever its learner."""

from __future__ import annotations

import numpy as np
import pytest

from rdface.errors import UsageError
from rdface.hub.config import HeadConfig
from rdface.hub.head import Head, model_of, pack, preparation_of, tensors_of
from rdface.learners import LEARNERS
from rdface.learners.learner import Parameters
from rdface.learners.model import fit_model
from rdface.learners.preparation import Preparation

CASES = [
    (name, preparation, LEARNERS.get(name).grid[-1])
    for name in LEARNERS.names()
    for preparation in LEARNERS.get(name).preparations
]


def _config(learner: str, parameters: Parameters, preparation: dict[str, bool | int]) -> HeadConfig:
    return HeadConfig.model_validate(
        {
            "rdface": "0",
            "backbone": {
                "name": "toy",
                "fingerprint": "toy-1",
                "dim": 20,
                "crop": {"width": 8, "height": 8},
            },
            "detector": "yunet",
            "learner": learner,
            "parameters": dict(parameters),
            "preparation": preparation,
            "validation_mrr": None,
            "conditions": [
                {"condition": f"C{c}", "name": "", "patients": 3, "images": 3} for c in range(4)
            ],
            "left_out": 0,
            "smallest": 1,
            "cohort": {"name": "toy", "version": "1", "sha256": "0"},
            "simulated": True,
            "licence": "CC0-1.0",
            "terms": {"data_use": []},
            "tested": {
                "key": "",
                "spec": "",
                "protocol": {"name": "strict"},
                "split_sha256": "",
                "candidates": 4,
                "metrics": {},
                "chance": {},
            },
            "tensors_sha256": "0" * 64,
        }
    )


@pytest.mark.parametrize(("name", "preparation", "parameters"), CASES)
def test_what_is_written_scores_as_what_was_fitted(
    name: str, preparation: Preparation, parameters: Parameters
) -> None:
    from safetensors.numpy import load

    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(12, 20)), np.repeat(np.arange(4), 3)
    model = fit_model(
        LEARNERS.get(name), x, y, n_conditions=4, preparation=preparation, parameters=parameters
    )
    config = _config(name, parameters, preparation_of(model))
    again = HeadConfig.model_validate_json(config.model_dump_json())
    head = Head(again, model_of(again, load(pack(tensors_of(model)))))
    probes = rng.normal(size=(5, 20)).astype(np.float32)
    assert np.array_equal(head.scores(probes), model.scores(probes.astype(np.float64)))
    with pytest.raises(UsageError, match=r"expected \[M, 20\]"):
        head.scores(probes[:, :19])


def test_tensors_of_another_learner_are_refused() -> None:
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(12, 20)), np.repeat(np.arange(4), 3)
    steps = Preparation(unit=True)
    model = fit_model(
        LEARNERS.get("prototype"), x, y, n_conditions=4, preparation=steps, parameters={}
    )
    tensors = tensors_of(model)
    with pytest.raises(ValueError, match="has the arrays"):
        model_of(_config("lda", {}, preparation_of(model)), tensors)
    with pytest.raises(ValueError, match="preparation has the tensors"):
        model_of(_config("prototype", {}, {"whiten": 4}), tensors)
