"""Does the test between groups hold its level, has it power, and do the gap's intervals cover?

    python benchmarks/fairness.py --worlds 400
    python benchmarks/fairness.py --worlds 400 --run runs/demo/facenet__lda

Outcomes are simulated on the very patients, conditions and groups of sim103: each condition has
its own ease, each patient its own chance, each image five repeats. In a world without a difference
a group says nothing about the outcome; in a planted one the first large group loses some points.
In a mixed world groups are dealt anew so that they hold different conditions: easy ones go to the
first group more often. Beside our answers stand those of two plain ways: labels dealt over all
patients without a look at the condition, and the percentile bootstrap of the gap itself.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import numpy as np

from rdface.bench import Run
from rdface.bench.fairness import image_groups
from rdface.bench.tested import tested_cohort
from rdface.cohort import GROUPINGS, load_cohort
from rdface.cohort.groups import groups_of
from rdface.metrics import true_ranks
from rdface.metrics.subgroups import Division, Subgroups, judge

REPEATS = 5
PLANTED = (0.1, 0.2, 0.3)
MIXED = "ancestry"
TOP_K = 5


@dataclass(frozen=True)
class World:
    """Hit rates of the images of sim103, and what they are on average.

    Attributes:
        values: ``[N]``, hit rate of each image over its repeats.
        expected: ``[N]``, the truth behind it.
    """

    values: np.ndarray
    expected: np.ndarray


@dataclass(frozen=True)
class Layout:
    """Images that can be tested, with patients and conditions as numbers."""

    image: np.ndarray
    patient: np.ndarray
    truth: np.ndarray
    groups: dict[str, np.ndarray]

    def division(self, group: np.ndarray, *, deals: int, seed: int = 0) -> Division:
        """By one of the groupings."""
        return Division.of(
            self.image,
            self.patient,
            self.truth,
            group,
            n_resamples=deals + 1,
            n_permutations=deals,
            seed=seed,
        )


def layout_of(cohort: str) -> Layout:
    """Of a cohort's images whose condition has at least two patients."""
    images = load_cohort(cohort).images
    people = images.groupby("condition")["patient_id"].transform("nunique")
    kept = images[people > 1]
    number = {
        name: np.unique(kept[name].to_numpy(dtype=str), return_inverse=True)[1]
        for name in ("image_id", "patient_id", "condition")
    }
    names = [*GROUPINGS, "sex x ancestry"]
    groups = {name: groups_of(kept, name) for name in names}
    return Layout(number["image_id"], number["patient_id"], number["condition"], groups)


def world(layout: Layout, lost: np.ndarray, ease: np.ndarray, seed: int) -> World:
    """Draw patients and outcomes.

    Args:
        layout: Who is there.
        lost: ``[N]``, points that an image's group loses.
        ease: ``[K]``, of the conditions.
        seed: Of this world.
    """
    rng = np.random.default_rng([seed, 7])
    expected = np.clip(ease[layout.truth] - lost, 0.01, 0.99)
    first = np.unique(layout.patient, return_index=True)[1]
    own = rng.beta(2 * expected[first], 2 * (1 - expected[first]))[layout.patient]
    return World(rng.binomial(REPEATS, own) / REPEATS, expected)


def ease_of(layout: Layout, seed: int) -> np.ndarray:
    """Ease of each condition: 40 % on average, from nearly never to nearly always."""
    return np.random.default_rng([seed, 3]).beta(1.2, 1.8, layout.truth.max() + 1)


def true_gap(layout: Layout, group: np.ndarray, expected: np.ndarray, found: Subgroups) -> float:
    """Best minus worst of the large groups, had each patient been drawn without end."""
    large = [one.name for one in found.groups if not one.too_few]
    values = [expected[group == name].mean() for name in large]
    return float(max(values) - min(values))


def naive_gap(division: Division, values: np.ndarray) -> tuple[float, float]:
    """Percentile bootstrap of best minus worst."""
    amounts = division.per_patient(division.per_image(values))[:, division.large]
    sums = np.einsum("bp,pg->bg", division.weights, amounts)
    counts = np.einsum("bp,pg->bg", division.weights, division.images[:, division.large])
    low, high = np.percentile(np.ptp(sums / counts, axis=1), [2.5, 97.5])
    return float(low), float(high)


def mixed_labels(layout: Layout, ease: np.ndarray, seed: int) -> np.ndarray:
    """Groups of ancestry dealt so that easy conditions have more of the first one."""
    rng = np.random.default_rng([seed, 11])
    names = np.unique(layout.groups[MIXED])
    first = np.unique(layout.patient, return_index=True)[1]
    easy = ease[layout.truth[first]]
    odds = np.stack([np.where(easy > np.median(ease), 4.0, 1.0)] + [np.ones(len(easy))] * 3)
    cumulative = np.cumsum(odds / odds.sum(axis=0), axis=0)
    drawn = (rng.random(len(easy)) > cumulative).sum(axis=0)
    return names[np.minimum(drawn, len(names) - 1)][layout.patient].astype(object)


def without_conditions(layout: Layout, division: Division, values: np.ndarray) -> float:
    """P-value of the same test if labels are dealt over all patients."""
    flat = Division.of(
        layout.image,
        layout.patient,
        np.zeros_like(layout.truth),
        np.array([*division.names, ""], dtype=object)[division.group[division.image_of_row]],
        n_resamples=2,
        n_permutations=division.n_permutations,
    )
    return float(judge(flat, values).p_value or 1.0)


def rows(layout: Layout, worlds: int, deals: int) -> Iterator[tuple[str, ...]]:
    """The lines of the table: level and coverage without a difference, power and coverage with."""
    for by, group in layout.groups.items():
        division = layout.division(group, deals=deals)
        target = next(n for n, big in zip(division.names, division.large, strict=True) if big)
        for planted in (0.0, *PLANTED):
            lost = np.where(group == target, planted, 0.0)
            yield _row(layout, by, planted, [(division, group, lost)] * worlds, deals)
    mixed = []
    for seed in range(worlds):
        group = mixed_labels(layout, ease_of(layout, seed), seed)
        division = layout.division(group, deals=deals, seed=seed)
        mixed.append((division, group, np.zeros(len(group))))
    yield _row(layout, f"{MIXED}, mixed", 0.0, mixed, deals)


def _row(
    layout: Layout,
    by: str,
    planted: float,
    cases: list[tuple[Division, np.ndarray, np.ndarray]],
    deals: int,
) -> tuple[str, ...]:
    tests, flat, gap, plain, rest, adjusted, share = [], [], [], [], [], [], []
    for seed, (division, group, lost) in enumerate(cases):
        made = world(layout, lost, ease_of(layout, seed), seed)
        found = judge(division, made.values)
        tests.append(found.p_value)
        if by.endswith("mixed"):
            flat.append(without_conditions(layout, division, made.values))
        truth = true_gap(layout, group, made.expected, found)
        if found.gap is None:
            continue
        gap.append(found.gap.low <= truth <= found.gap.high)
        share.append(found.gap.value / found.gap.expected if found.gap.expected else np.nan)
        low, high = naive_gap(division, made.values)
        plain.append(low <= truth <= high)
        rest.append(_all_hold(found, group, made.expected))
        adjusted.append(_adjusted_hold(layout, found, group, made.expected))
    p = np.array(tests, dtype=float)
    return (
        by,
        f"{100 * planted:.0f}",
        f"{len(cases)}",
        f"{100 * np.mean(p <= 0.05):.1f}",
        f"{np.mean(p):.2f}",
        f"{100 * np.mean(np.array(flat) <= 0.05):.1f}" if flat else "",
        f"{100 * np.mean(gap):.1f}",
        f"{100 * np.mean(plain):.1f}",
        f"{100 * np.mean(rest):.1f}",
        f"{100 * np.mean(adjusted):.1f}",
        f"{np.nanmean(share):.2f}",
    )


def _all_hold(found: Subgroups, group: np.ndarray, expected: np.ndarray) -> bool:
    """Whether the intervals of "group minus rest" hold the truth for all groups at once."""
    return all(
        one.minus_rest.low
        <= expected[group == one.name].mean() - expected[(group != one.name) & (group != "")].mean()
        <= one.minus_rest.high
        for one in found.groups
        if one.minus_rest
    )


def _adjusted_hold(
    layout: Layout, found: Subgroups, group: np.ndarray, expected: np.ndarray
) -> bool:
    """The same of the differences within conditions."""
    held = True
    for one in found.groups:
        if one.adjusted is None:
            continue
        total, weights = 0.0, 0.0
        for condition in np.unique(layout.truth):
            own = expected[(layout.truth == condition) & (group == one.name)]
            other = expected[(layout.truth == condition) & (group != one.name)]
            if len(own) and len(other):
                weight = len(own) * len(other) / (len(own) + len(other))
                total, weights = total + weight * (own.mean() - other.mean()), weights + weight
        held &= one.adjusted.low <= total / weights <= one.adjusted.high
    return held


def false_alarms(run: Run, worlds: int, deals: int) -> Iterator[tuple[str, ...]]:
    """Share of tests that find a difference between labels dealt by lot, on a run's outcomes."""
    cohort, predictions = tested_cohort(run), run.predictions
    _, truth, image, patient, _ = predictions.arrays
    hits = (true_ranks(predictions.scores, truth) <= TOP_K).astype(float)
    first = np.unique(patient, return_index=True)[1]
    for by in GROUPINGS:
        own = image_groups(predictions.image_ids, cohort, by)[first]
        tests = []
        for seed in range(worlds):
            group = np.random.default_rng([seed, 5]).permutation(own)[patient]
            division = Division.of(
                image, patient, truth, group, n_resamples=2, n_permutations=deals, seed=seed
            )
            tests.append(judge(division, hits).p_value)
        p = np.array(tests, dtype=float)
        yield by, f"{worlds}", f"{100 * np.mean(p <= 0.05):.1f}", f"{np.mean(p):.2f}"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--cohort", default="sim103")
    parser.add_argument("--worlds", type=int, default=400)
    parser.add_argument("--deals", type=int, default=499)
    parser.add_argument("--run", type=Path, help="a run folder: only its false alarms")
    options = parser.parse_args()
    if options.run:
        header: tuple[str, ...] = ("groups", "worlds", "p <= 0.05, %", "mean p")
        found = false_alarms(Run(options.run), options.worlds, options.deals)
        show(chain([header], found))
        return
    layout = layout_of(options.cohort)
    print(
        f"{len(layout.image)} images, {layout.patient.max() + 1} patients,"
        f" {layout.truth.max() + 1} conditions; {options.worlds} worlds a row"
    )
    header = (
        "groups", "planted, points", "worlds", "p <= 0.05, %", "mean p", "dealt over all, %",
        "gap held, %", "gap held, plain, %", "minus rest held, %", "adjusted held, %",
        "gap / expected",
    )  # fmt: skip
    show(chain([header], rows(layout, options.worlds, options.deals)))


def show(lines: Iterable[tuple[str, ...]]) -> None:
    """Print a table as Markdown, each line when it is there."""
    for number, line in enumerate(lines):
        print(f"| {' | '.join(line)} |", flush=True)
        if number == 0:
            print(f"|{' --- |' * len(line)}", flush=True)


if __name__ == "__main__":
    main()
