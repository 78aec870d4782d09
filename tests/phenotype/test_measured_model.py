"""The model that ships: small, readable, the same after a round trip, and with its provenance."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest

from rdface.errors import UsageError
from rdface.phenotype.measured_model import (
    LEAST_AUC,
    LEAST_R,
    MeasuredModel,
    read_model,
    save_model,
    shipped_model,
)
from rdface.phenotype.measured_words import labels, own_measures
from rdface.phenotype.truth import shown_terms


def raised(measure: str, sd: float) -> float:
    """Probability of hypertelorism of a face that is usual but for one measure."""
    model = shipped_model()
    face = model.fitted.centre.copy()
    face[model.measures.index(measure)] += sd
    return float(model.probabilities(face[None])[0, model.terms.index("HP:0000316")])


def test_it_is_small_and_whole() -> None:
    place = Path(str(files("rdface.phenotype"))) / "measured.npz"
    model = shipped_model()
    assert place.stat().st_size < 300_000
    assert set(model.terms) == set(shown_terms())
    assert set(own_measures().values()) <= set(model.measures) <= set(labels())
    assert np.isfinite(model.fitted.ruler.weights).all()


def test_only_terms_above_the_bars_may_be_assessed() -> None:
    model = shipped_model()
    own = [model.measures.index(own_measures()[term]) for term in model.terms]
    fine = model.assessable
    assert (model.auc[fine] >= LEAST_AUC - 1e-6).all()
    assert (model.r[own][fine] >= LEAST_R - 1e-6).all()
    views = {shown_terms()[term].view for term, yes in zip(model.terms, fine, strict=True) if yes}
    assert views <= {"front", "depth"}


@pytest.mark.parametrize("measure", ["interpupillary_distance", "outer_canthal_distance"])
def test_planted_deviations_give_the_term(measure: str) -> None:
    """Eyes further apart make hypertelorism likelier, the more so the further, and no lips do."""
    steps = [raised(measure, sd) for sd in (-1.0, 0.0, 1.0)]
    assert steps == sorted(steps)
    assert steps[2] - steps[0] > 0.05
    assert abs(raised("upper_vermilion_height", 1.0) - steps[1]) < steps[2] - steps[1]


def test_every_assessable_term_grows_with_its_own_measure_or_another() -> None:
    """Log-odds are the sum of the parts and the offset: the evidence leaves nothing out."""
    model = shipped_model()
    rng = np.random.default_rng(0)
    faces = model.fitted.centre + rng.normal(size=(3, len(model.measures))) * model.fitted.spread
    odds, parts = model.log_odds(faces)
    np.testing.assert_allclose(parts.sum(axis=1) + model.fitted.terms.offset, odds)
    np.testing.assert_allclose(1 / (1 + np.exp(-odds)), model.probabilities(faces))


def test_states_follow_the_limits() -> None:
    model = shipped_model()
    fine = int(np.flatnonzero(model.assessable)[0])
    blind = int(np.flatnonzero(~model.assessable)[0])
    p = np.tile(model.rate, (3, 1))
    p[0, fine], p[1, fine], p[:, blind] = model.present, model.excluded * model.rate[fine], 1.0
    p[2, fine] = (model.excluded * model.rate[fine] + model.present) / 2
    states = model.states(p)
    assert states[:, fine].tolist() == ["present", "excluded", ""]
    assert set(states[:, blind]) == {"not assessable"}


def test_a_round_trip_gives_the_same_numbers(tmp_path: Path) -> None:
    model: MeasuredModel = shipped_model()
    save_model(model, tmp_path / "a.npz")
    save_model(read_model(tmp_path / "a.npz"), tmp_path / "b.npz")
    one, two = read_model(tmp_path / "a.npz"), read_model(tmp_path / "b.npz")
    np.testing.assert_allclose(one.fitted.ruler.weights, two.fitted.ruler.weights)
    assert one.about == two.about == model.about
    assert one.terms == model.terms


def test_what_is_no_model_is_said(tmp_path: Path) -> None:
    place = tmp_path / "broken.npz"
    np.savez(place, ruler=np.zeros(3))
    with pytest.raises(UsageError, match="no model"):
        read_model(place)
    with pytest.raises(UsageError, match="no model"):
        read_model(tmp_path / "missing.npz")
    place.write_bytes(place.read_bytes()[:-30])
    with pytest.raises(UsageError, match="no model"):
        read_model(place)
