"""What was found, in words and four numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rdface.bench.measure import Comparison
from rdface.metrics.measures import TOP_K
from rdface.pages.evidence import RANKED_BY, Evidence, metric, run_name
from rdface.pages.wording import count, interval, listed, points

SIGNIFICANT = 0.05


@dataclass(frozen=True)
class Headline:
    """One of the large numbers; all are text, per cent."""

    k: int
    value: str
    interval: str
    chance: str


@dataclass(frozen=True)
class Summary:
    """The head of the page.

    Attributes:
        best: Name of the best run.
        headlines: Its top-k accuracies.
        n_images: Images that were tested.
        n_patients: Their patients.
        n_tested: Conditions that were tested.
        against_others: What the paired comparisons say; empty with a single run.
        against_chance: Whether any run is within reach of chance.
        flattered: That the best of many looks better than it is; empty with a single run.
    """

    best: str
    headlines: tuple[Headline, ...]
    n_images: int
    n_patients: int
    n_tested: int
    against_others: str
    against_chance: str
    flattered: str


def summarise_evidence(evidence: Evidence, comparisons: Sequence[Comparison]) -> Summary:
    """Say in words what the runs show.

    Args:
        evidence: Runs and cohort.
        comparisons: The best run against each other one.
    """
    result = evidence.best.result
    shown = [
        Headline(
            k,
            points(found.value),
            interval(found.low, found.high),
            points(result.chance[name]) if name in result.chance else "",
        )
        for k in TOP_K
        for name in [f"top{k}_micro"]
        for found in [metric(evidence.best, name)]
        if found is not None
    ]
    predictions = evidence.best.predictions
    return Summary(
        best=run_name(evidence.best),
        headlines=tuple(shown),
        n_images=len(set(predictions.image_ids)),
        n_patients=len(set(predictions.patient_ids)),
        n_tested=len(set(predictions.truth)),
        against_others=_against_others(comparisons),
        against_chance=_against_chance(evidence),
        flattered=_flattered(evidence),
    )


def _against_others(comparisons: Sequence[Comparison]) -> str:
    judged = [one for one in comparisons if RANKED_BY in one.differences]
    if not judged:
        return ""
    level = [one for one in judged if one.differences[RANKED_BY].p_value > SIGNIFICANT]
    worse = len(judged) - len(level)
    how = "on the same images and patients, corrected for the number of comparisons"
    if not level:
        return f"In top-1 it is better than every other run, compared {how}."
    names = listed([run_name(one.b) for one in level])
    if not worse:
        return f"In top-1 it cannot be told apart from any other run ({names}), compared {how}."
    return (
        f"Compared {how}, it is better in top-1 than {worse} of the {len(judged)} other runs; it"
        f" cannot be told apart from {names}."
    )


def _against_chance(evidence: Evidence) -> str:
    near = []
    for run in evidence.runs:
        found, chance = metric(run, RANKED_BY), run.result.chance.get(RANKED_BY)
        if found and chance is not None and found.low is not None and found.low <= chance:
            near.append(run_name(run))
    if not near:
        return "The interval of every run lies above chance."
    return f"The interval of {listed(near)} reaches down to chance in top-1."


def _flattered(evidence: Evidence) -> str:
    if len(evidence.runs) == 1:
        return ""
    return (
        f"It was picked as the best of {count(len(evidence.runs), 'run')} on these very tests, so"
        " its own numbers flatter it somewhat; the intervals do not allow for that."
    )
