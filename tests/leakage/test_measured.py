"""The describer `measured` was fitted on nobody that it is tested on, and cannot be.

Its provenance names the study population; its fitting opens no file and refuses shipped cohorts;
patients of the study are not those of a shipped cohort, by id and by picture.
"""

from __future__ import annotations

import builtins
import io
import os
import sys
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest

from rdface.cohort import load_cohort, shipped_cohorts
from rdface.errors import LeakageError
from rdface.phenotype.fitting import fit, folds_of, validate
from rdface.phenotype.measured_model import shipped_model

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


def test_the_shipped_model_names_its_people_and_none_is_shipped() -> None:
    about = shipped_model().about
    shipped = [load_cohort(name) for name in shipped_cohorts()]
    assert about["cohort"] == "study-population"
    assert "--population study" in about["command"]
    assert about["cohort sha256"] not in {cohort.sha256 for cohort in shipped}
    first, _, last = about["patients"].partition(" to ")
    assert first[0] == last[0] == "S"
    for cohort in shipped:
        assert not cohort.images["patient_id"].str.startswith("S").any()


def test_fitting_opens_no_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """All that it knows comes through its arguments."""
    rng = np.random.default_rng(0)
    x, measures = rng.normal(size=(60, 8)), rng.normal(size=(60, 3))
    terms = (measures > 0.3).astype(float)
    folds = folds_of([f"P{k}" for k in range(60)], 0)
    fit(x, measures, terms, folds, ruler_penalty=1, term_penalty=1)  # imports are done

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a file was opened")

    for module, name in ((builtins, "open"), (io, "open"), (os, "open"), (os, "scandir")):
        monkeypatch.setattr(module, name, refuse)
    fit(x, measures, terms, folds, ruler_penalty=1, term_penalty=1)
    validate(x, measures, terms, folds, ruler_penalty=1, term_penalty=1)


@pytest.mark.parametrize("name", ["sim103", "sim103-fresh", "sim103-controls"])
def test_a_shipped_cohort_is_refused(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    benchmark = import_module("measured_terms")
    try:
        with pytest.raises(LeakageError, match="must not be fitted"):
            benchmark.load_study(load_cohort(name).root, Path("/nowhere"), 0)
    finally:
        sys.modules.pop("measured_terms", None)
