"""Can strangers be refused? Every score against unseen conditions and unaffected children."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rdface.bench.reliability.table import ReliabilityTable, World
from rdface.metrics.calibrators.temperature import best_sharpness
from rdface.metrics.confidence import are_normalised, energy, max_score, softmax_strangeness
from rdface.metrics.open_set_summary import Meeting, summarise_open_set
from rdface.metrics.ranking import Bools, Floats, Ints

if TYPE_CHECKING:
    from rdface.bench.result import Metric

Strangers = Literal["unseen", "unaffected"]
WORLD: dict[Strangers, World] = {"unseen": "open", "unaffected": "closed"}
"""Where each kind of stranger is met."""


class Encounter(NamedTuple):
    """Test images of known conditions and one kind of stranger.

    Attributes:
        meeting: Who met whom.
        strangeness: Name of a score to ``float64 [M]``, higher is stranger; NaN of images that
            it does not judge (a probe's own training images).
    """

    meeting: Meeting
    strangeness: dict[str, Floats]

    def by(self, score: str) -> tuple[Meeting, Floats]:
        """Who met whom as one score judges it, and the score."""
        judged = ~np.isnan(self.strangeness[score])
        return self.meeting.part(judged), self.strangeness[score][judged]


def encounter(table: ReliabilityTable, strangers: Strangers) -> Encounter | None:
    """The rows and scores behind the numbers; None where no such stranger was met."""
    world = WORLD[strangers]
    known, strange = table.rows(world, "test"), table.rows(world, strangers)
    both = known | strange
    # A model that met one side alone (a part without conditions) cannot be judged.
    judged = np.intersect1d(table.model[known], table.model[strange])
    rows = np.flatnonzero(both & np.isin(table.model, judged))
    if not len(rows):
        return None
    meeting = Meeting(
        stranger=strange[rows],
        right=np.asarray(table.scores[rows].argmax(axis=1) == table.truth_index[rows]),
        model=table.model[rows],
        image=_numbers(table.image_ids[rows].astype(str)),
        patient=_numbers(table.patient_ids[rows].astype(str)),
    )
    found = {
        name: values[rows].astype(np.float64)
        for name, values in table.novelty.items()
        if not np.isnan(values[rows]).all()
    }
    return Encounter(meeting, found | _by_class_scores(table, world, rows))


def measure_open_set(table: ReliabilityTable) -> dict[str, Metric]:
    """All numbers: ``auroc_unseen:mahalanobis``, ``oscr_unaffected:max_softmax`` ...

    Measures are those of :func:`rdface.metrics.open_set.measure_sides`. The accuracy, which no
    score changes, stands once, as ``accuracy_unseen``. ``auroc_unaffected:probe`` is that of a
    probe which has seen other unaffected children.
    """
    from rdface.bench.result import Metric

    numbers: dict[str, Metric] = {}
    for strangers in WORLD:
        met = encounter(table, strangers)
        if met is None:
            continue
        for score in met.strangeness:
            meeting, values = met.by(score)
            for measure, estimate in summarise_open_set(values, meeting).items():
                name = f"{measure}_{strangers}"
                name = name if measure == "accuracy" else f"{name}:{score}"
                numbers[name] = Metric(**estimate.to_dict())
    return numbers


def _by_class_scores(table: ReliabilityTable, world: World, rows: Ints) -> dict[str, Floats]:
    """Strangeness by the scores of the conditions, at each model's own temperature.

    The temperature is fitted on the model's calibration images and on nothing else.
    """
    calibration = table.rows(world, "calibration")
    softmax, free = np.empty(len(rows)), np.empty(len(rows))
    for model in np.unique(table.model[rows]):
        own = table.model[rows] == model
        sharpness = _sharpness(table, calibration & (table.model == model))
        scores = table.scores[rows[own]]
        softmax[own] = softmax_strangeness(scores, sharpness)
        free[own] = energy(scores, sharpness)
    found = {"max_softmax": softmax}
    if not are_normalised(table.scores[rows]):
        found |= {"energy": free, "max_score": max_score(table.scores[rows])}
    return found


def _sharpness(table: ReliabilityTable, rows: Bools) -> float:
    """1 / temperature of one model; 1 where it has no calibration image of a trained condition."""
    scores, truth = table.scores[rows].astype(np.float64), table.truth_index[rows]
    trained = np.isfinite(scores[np.arange(len(truth)), truth])
    return best_sharpness(scores[trained], truth[trained]) if trained.any() else 1.0


def _numbers(names: NDArray[np.str_]) -> Ints:
    return np.unique(names, return_inverse=True)[1].reshape(-1).astype(np.int64)
