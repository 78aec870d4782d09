"""One explanation: nearest cases, measures, terms, and the map with its test."""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from rdface.cohort import parse_facial_hpo
from rdface.errors import UsageError
from rdface.explain.cases import Neighbours, find_neighbours
from rdface.explain.deletion import DeletionTest, deletion_test
from rdface.explain.deviations import Measured, measure_probe, reference_without
from rdface.explain.fills import Fill
from rdface.explain.probe import Probe, find_probe
from rdface.explain.saliency import MAPS, SaliencyMap, draw_map
from rdface.explain.target import Target, TargetName, choose_target
from rdface.explain.terms import ConditionEvidence, TermEvidence, links, weigh_condition, weigh_term
from rdface.faces import Crop, align
from rdface.imaging import Image

if TYPE_CHECKING:
    from rdface.backbones import Backbone
    from rdface.cohort import Cohort
    from rdface.faces.norms import Reference

WEIGHED = 5
"""Conditions whose terms are held against the measures."""


@dataclass(frozen=True, eq=False)
class Explanation:
    """What can be said of a ranking for one picture. It says nothing about the person's health.

    Attributes:
        cohort: That was asked.
        backbone: Its name.
        probe: Whom it is about.
        neighbours: Cases and conditions.
        measured: Measures and z-scores.
        conditions: The first conditions' terms against the measures.
        recorded: The terms recorded for the picture against the measures; empty where none are.
        view: How the backbone wants a picture cut.
        crop: What the backbone saw, ``uint8 [H, W, 3]``.
        target: The score that the map is about.
        map: The saliency map; None where none was asked for.
        test: Whether the map is better than chance; None without a map.
    """

    cohort: Cohort
    backbone: str
    probe: Probe
    neighbours: Neighbours
    measured: Measured
    conditions: tuple[ConditionEvidence, ...]
    recorded: tuple[TermEvidence, ...]
    view: Crop
    crop: Image
    target: Target
    map: SaliencyMap | None
    test: DeletionTest | None

    def to_dict(self) -> dict[str, Any]:
        """As plain types that JSON can hold; no pixels and no embedding."""
        info = self.cohort.info
        probe = self.probe
        return {
            "what": "explanation of a ranking by likeness; research use, not about a person",
            "cohort": {"name": info.name, "version": info.version, "sha256": self.cohort.sha256},
            "simulated_cohort": info.simulated,
            "backbone": self.backbone,
            "probe": {
                "name": probe.name,
                "simulated": probe.simulated,
                "condition": probe.condition or None,
                "sex": probe.sex or None,
                "age_years": None if math.isnan(probe.age) else round(probe.age, 3),
                "recorded_terms": None if probe.recorded is None else list(probe.recorded),
                "notes": list(probe.notes),
            },
            "gallery": {
                "images": self.neighbours.n_cases,
                "patients": self.neighbours.n_patients,
                "images_left_out": self.neighbours.n_left_out,
                "pairs_same_condition": self.neighbours.same_pairs,
                "pairs_different_conditions": self.neighbours.different_pairs,
            },
            "cases": [dataclasses.asdict(case) for case in self.neighbours.cases],
            "conditions": [dataclasses.asdict(each) for each in self.neighbours.conditions],
            "measures": {
                "left_out": self.measured.left_out or None,
                "yaw": round(self.measured.yaw, 1),
                "pitch": round(self.measured.pitch, 1),
                "reference": self.measured.reference,
                "notes": list(self.measured.notes),
                "expected_by_chance": round(self.measured.by_chance, 2),
                "deviating": [each.sentence for each in self.measured.deviating],
                "all": [
                    {
                        "measure": each.measure,
                        "z": each.z,
                        "true_z": each.true_z,
                        "true_z_low": each.low,
                        "true_z_high": each.high,
                        "seen": each.seen,
                        "r": each.trust.r,
                        "n": each.trust.n,
                    }
                    for each in self.measured.deviations
                ],
            },
            "terms": [
                {
                    "condition": each.condition,
                    "name": each.name,
                    "terms": [_term(term) for term in each.terms],
                    "deviating_but_not_listed": [one.measure for one in each.unlisted],
                }
                for each in self.conditions
            ],
            "recorded_terms": [_term(term) for term in self.recorded],
            "map": None if self.map is None or self.test is None else self._map(),
        }

    def _map(self) -> dict[str, Any]:
        assert self.map is not None and self.test is not None  # noqa: S101 - asked before
        test = self.test
        return {
            "method": self.map.method,
            "target": self.target.about,
            "score": self.map.score,
            "fill": self.map.fill,
            "settings": dict(self.map.settings),
            "values": np.round(self.map.values, 6).tolist(),
            "deletion": {
                "area": test.deletion_area,
                "insertion_area": test.insertion_area,
                "random_areas": test.random_areas.tolist(),
                "p_deletion": test.p_deletion,
                "p_insertion": test.p_insertion,
                "verdict": verdict(test),
            },
        }


def explain(
    asked: str,
    cohort: Cohort,
    backbone: str | Backbone,
    *,
    method: str | None = "occlusion",
    target: TargetName = "case",
    fill: Fill = "blur",
    reference: Reference | None = None,
    sex: str = "",
    age: float | None = None,
    simulated: bool = False,
    shown: int = 10,
    seed: int = 0,
    detector: str = "yunet",
) -> Explanation:
    """Explain the ranking that a gallery gives one picture.

    Args:
        asked: An image_id of the cohort, or the path of a picture.
        cohort: The gallery. The probe's patient is left out of it, and of the reference.
        backbone: Name, or the backbone itself.
        method: Of the map; None for none.
        target: The score that the map is about, see :func:`rdface.explain.target.choose_target`.
        fill: What stands in a picture where something is taken away.
        reference: Unaffected people to compare measures with. By default the one that comes with
            rdface where the picture is simulated, and none where it is not.
        sex: Of a file's person.
        age: The same, years.
        simulated: Whether a file's picture is known to show nobody.
        shown: Nearest cases.
        seed: Of every lot that is drawn.
        detector: What finds faces.

    Raises:
        UsageError: An unknown image, backbone, map or target, or a backbone without gradients.
        ImageError: No picture, or no face on it.
        WeightsError: Weights that are missing.
    """
    from rdface.backbones import embed_cohort, load_backbone
    from rdface.faces import locate_faces
    from rdface.faces.norms_table import shipped_reference

    loaded = load_backbone(backbone) if isinstance(backbone, str) else backbone
    if method is not None:
        MAPS.get(method)  # an unknown name is told before any work
    if shown < 1:
        raise UsageError("At least one case is shown.")
    faces = locate_faces(cohort, detector)
    probe = find_probe(
        asked, cohort, faces, sex=sex, age=age, simulated=simulated, detector=detector
    )
    embeddings = embed_cohort(cohort, loaded, faces)
    crop = align(probe.image, probe.face, loaded.crop)
    embedding = embeddings[probe.row] if probe.row is not None else loaded.embed(crop[None])[0]
    neighbours = find_neighbours(probe, embedding, cohort, embeddings, shown=shown, seed=seed)
    if reference is None and probe.simulated:
        reference = shipped_reference()
    if reference is not None:
        reference = reference_without(probe, cohort, reference, detector)
    measured = measure_probe(probe, reference)
    terms = dict(zip(cohort.conditions["condition"], cohort.conditions["facial_hpo"], strict=True))
    weighed = tuple(
        weigh_condition(
            each.condition,
            each.name,
            parse_facial_hpo(terms[each.condition]),
            measured,
            probe.recorded,
        )
        for each in neighbours.conditions[:WEIGHED]
    )
    score = choose_target(target, probe, neighbours, cohort, embeddings)
    drawn = None if method is None else draw_map(method, crop, loaded, score, fill)
    tested = (
        None if drawn is None else deletion_test(crop, drawn.values, loaded, score, fill, seed=seed)
    )
    return Explanation(
        cohort=cohort,
        backbone=loaded.name,
        probe=probe,
        neighbours=neighbours,
        measured=measured,
        conditions=weighed,
        recorded=_recorded(probe, cohort, measured),
        view=loaded.crop,
        crop=crop,
        target=score,
        map=drawn,
        test=tested,
    )


def verdict(test: DeletionTest) -> str:
    """What the deletion test says of one map, in words."""
    good = [
        name
        for name, p in (("deletion", test.p_deletion), ("insertion", test.p_insertion))
        if p <= 0.05
    ]
    n = len(test.random)
    if len(good) == 2:
        return f"better than all {n} random orders, taking away and putting back"
    if good:
        other = "insertion" if good == ["deletion"] else "deletion"
        return f"better than all {n} random orders in {good[0]}, no better than chance in {other}"
    return f"no better than chance: {n} random orders find places that matter as well"


def _recorded(probe: Probe, cohort: Cohort, measured: Measured) -> tuple[TermEvidence, ...]:
    """The picture's recorded terms that a measure is about."""
    if not probe.recorded:
        return ()
    labels = {
        term.id: term.label
        for text in cohort.conditions["facial_hpo"]
        for term in parse_facial_hpo(text)
    }
    known = frozenset(probe.recorded)
    return tuple(
        weigh_term(term, labels.get(term) or links()[term][0].label, measured, known)
        for term in probe.recorded
        if term in links()
    )


def _term(term: TermEvidence) -> dict[str, Any]:
    return {
        "term": term.term,
        "label": term.label,
        "frequency": None if term.frequency is None else round(term.frequency, 3),
        "state": term.state,
        "measure": term.link.measure if term.link else None,
        "z_in_its_direction": term.z,
        "auc_of_the_measure": None if term.trust is None else term.trust.auc,
        "why": term.why or None,
        "recorded": term.recorded,
    }
