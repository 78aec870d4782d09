"""Measures in words: direction, uncertainty, what is not seen, and when nothing is said."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from rdface.explain import deviations
from rdface.explain.deviations import (
    Deviation,
    Measured,
    Trust,
    measure_probe,
    signed,
    trust_table,
    wordings,
)
from rdface.explain.probe import Probe
from rdface.faces import Face
from rdface.faces.anthropometry import NAMES
from rdface.faces.norms import Reference

TRUST = Trust(r=0.6, r_low=0.5, r_high=0.7, offset=0.0, slope=0.5, sd=1.0, n=100)


def deviation(z: float, name: str = "mouth_width", trust: Trust = TRUST) -> Deviation:
    """With the words of a measure and a trust of one's own."""
    centre = trust.offset + trust.slope * z
    return Deviation(name, wordings()[name], z, centre, centre - 2, centre + 2, trust)


def test_every_measure_has_words_and_a_trust() -> None:
    assert set(wordings()) == set(trust_table()) == set(NAMES)
    for trust in trust_table().values():
        assert trust.r_low <= trust.r <= trust.r_high
        assert trust.sd > 0
        assert trust.n > 300


def test_the_trust_was_measured_by_this_ruler() -> None:
    """A new ruler needs benchmarks/measure_trust.py --write."""
    from importlib.resources import files

    from rdface.faces.anthropometry import measuring_fingerprint

    text = files("rdface.explain").joinpath("trust.csv").read_text()
    assert f"# measured by: {measuring_fingerprint()[:16]}\n" in text


def test_what_the_docs_call_unseen_speaks_for_nothing() -> None:
    """Depth of the bridge, rotation of the tip, cheeks, asymmetry: docs/anthropometry.md."""
    for name in ("nasal_bridge_depth", "nasal_tip_rotation", "cheek_protrusion", "asymmetry"):
        far = deviation(9.0, name, trust_table()[name])
        assert far.seen == "not"
        assert not far.deviates


@pytest.mark.parametrize(
    ("r", "r_low", "seen"),
    [(0.5, 0.4, "well"), (0.3, 0.1, "weakly"), (0.3, -0.1, "not"), (0.1, 0.05, "not")],
)
def test_how_well_a_measure_is_seen(r: float, r_low: float, seen: str) -> None:
    assert replace(TRUST, r=r, r_low=r_low).seen == seen


def test_the_sentence_has_direction_and_uncertainty_and_no_verdict() -> None:
    low, high = deviation(-2.5).sentence, deviation(2.5).sentence
    assert "width of the mouth is smaller" in low
    assert "width of the mouth is larger" in high
    assert "z = −2.5" in low
    assert "−1.2 [−3.2, +0.8]" in low
    assert "diagnos" not in low.lower()


def test_only_far_measures_that_are_seen_deviate_the_farthest_first() -> None:
    unseen = deviation(9.0, trust=replace(TRUST, r=0))
    found = (deviation(1.9), deviation(-3.0), deviation(2.0), unseen)
    measured = Measured(found, "", 0.0, 0.0, "people")
    assert [each.z for each in measured.deviating] == [-3.0, 2.0]
    assert measured.by_chance == pytest.approx(3 * 0.0455)


def test_zero_has_no_sign() -> None:
    assert [signed(z) for z in (-0.04, 0.04, -1.0, 2.26)] == ["0.0", "0.0", "−1.0", "+2.3"]


def a_probe(**changes: object) -> Probe:
    """A probe whose pixels do not matter."""
    points = np.array([[30, 40], [70, 40], [50, 60], [35, 80], [65, 80]], np.float32)
    face = Face(np.array([20, 20, 60, 75], np.float32), points, 0.9)
    image = np.zeros((100, 100, 3), np.uint8)
    left_out = np.zeros(0, dtype=bool)
    return replace(
        Probe("p", image, face, left_out, sex="male", age=5.0, simulated=True), **changes
    )


@pytest.fixture
def reference() -> Reference:
    rng = np.random.default_rng(0)
    people = rng.normal(1, 0.1, (60, len(NAMES)))
    return Reference.fit(people, rng.uniform(1, 15, 60), ["male", "female"] * 30)


@pytest.mark.weights
def test_nothing_is_said_without_an_age_or_a_reference(reference: Reference) -> None:
    unknown = measure_probe(a_probe(age=float("nan")), reference)
    assert "age is not known" in unknown.left_out
    assert not unknown.deviations
    assert "does not apply to a photograph" in measure_probe(a_probe(), None).left_out


@pytest.mark.weights
def test_nothing_is_said_of_a_head_that_is_turned_too_far(
    reference: Reference, monkeypatch: pytest.MonkeyPatch
) -> None:
    for pose, said in (((25.0, 0.0), True), ((0.0, -24.0), True), ((15.0, 10.0), False)):
        monkeypatch.setattr(deviations, "head_pose", lambda _, pose=pose: np.array(pose))
        assert ("turned too far" in measure_probe(a_probe(), reference).left_out) is said


@pytest.mark.weights
def test_ages_and_sexes_that_the_reference_lacks_are_told(
    reference: Reference, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deviations, "head_pose", lambda _: np.zeros(2))
    notes = " ".join(measure_probe(a_probe(age=60.0, sex=""), reference).notes)
    assert "outside the reference" in notes
    assert "sex is not known" in notes
    assert "another version of the ruler" in notes
