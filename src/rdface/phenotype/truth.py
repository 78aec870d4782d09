"""How right reports are, which only a simulated cohort can say: it records what each picture shows.

Terms that a report calls "not assessable", and reports that failed, are counted apart (see
:mod:`rdface.metrics.term_scores`). Terms that a describer does not mention are missed. Only the
terms asked about count: :func:`shown_terms` lists those that the simulator shows, and which of
them a front view can tell.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

import numpy as np

from rdface.errors import UsageError
from rdface.metrics import bootstrap
from rdface.metrics.calibration import CalibrationError, classwise_error
from rdface.metrics.estimate import Estimate
from rdface.metrics.means import ImageRows, mean_over
from rdface.metrics.ranking import Floats
from rdface.metrics.term_scores import (
    Brier,
    TermCounts,
    TermScores,
    brier,
    macro_scores,
    micro_scores,
)
from rdface.phenotype.report import Report

if TYPE_CHECKING:
    import pandas as pd

Related = Callable[[str, str], bool]
"""Whether a term that was said may stand for one that is recorded."""


@dataclass(frozen=True)
class ShownTerm:
    """One HPO term that the simulator shows.

    Attributes:
        id: HPO id.
        label: Its name.
        region: ``eyes``, ``nose``, ``mouth``, ``chin``, ``ears`` or ``face``.
        view: ``front``: a front view can tell it; else why not: ``depth``, ``ear``, ``fine`` or
            ``hidden`` (see views.csv).
        trait: What the simulator shows it by.
    """

    id: str
    label: str
    region: str
    view: str
    trait: str


def table(name: str) -> list[dict[str, str]]:
    """Rows of a table of this package, without its lines of remarks."""
    text = files("rdface.phenotype").joinpath(name).read_text(encoding="utf-8")
    return list(csv.DictReader(line for line in text.splitlines() if not line.startswith("#")))


@lru_cache(maxsize=1)
def shown_terms() -> Mapping[str, ShownTerm]:
    """All terms that the simulator shows, by id; the rule stands in shown_terms.csv."""
    return {
        row["hpo_id"]: ShownTerm(
            row["hpo_id"], row["hpo_label"], row["region"], row["view"], row["trait"]
        )
        for row in table("shown_terms.csv")
    }


def front_terms() -> tuple[str, ...]:
    """Those that a front view can tell, sorted."""
    return tuple(sorted(term.id for term in shown_terms().values() if term.view == "front"))


@dataclass(frozen=True, eq=False)
class Judged:
    """Reports held against what is recorded.

    Attributes:
        terms: ``T``, the terms that count.
        patients: ``P``.
        counts: ``[P, T]``.
        statuses: How many reports have each status.
        missing: Images of the cohort without a report.
    """

    terms: tuple[str, ...]
    patients: tuple[str, ...]
    counts: TermCounts
    statuses: Mapping[str, int]
    missing: int

    def micro(self, *, n_resamples: int = bootstrap.N_RESAMPLES) -> TermScores:
        """All terms together."""
        return micro_scores(self.counts, n_resamples=n_resamples)

    def macro(self, *, n_resamples: int = bootstrap.N_RESAMPLES) -> TermScores:
        """Means over the terms that are recorded."""
        return macro_scores(self.counts, n_resamples=n_resamples)

    def by_term(self, *, n_resamples: int = bootstrap.N_RESAMPLES) -> dict[str, TermScores]:
        """Each term by itself, the most frequent first."""
        often = self.counts.recorded.sum(axis=0)
        order = np.argsort(-often, kind="stable")
        return {
            self.terms[k]: micro_scores(self.counts.of([k]), n_resamples=n_resamples)
            for k in order.tolist()
            if often[k] > 0
        }

    def by_region(self, *, n_resamples: int = bootstrap.N_RESAMPLES) -> dict[str, TermScores]:
        """The terms of each region together."""
        known = shown_terms()
        regions = [known[term].region if term in known else "other" for term in self.terms]
        return {
            region: micro_scores(
                self.counts.of([k for k, own in enumerate(regions) if own == region]),
                n_resamples=n_resamples,
            )
            for region in dict.fromkeys(regions)
        }


def judge(
    reports: Sequence[Report],
    images: pd.DataFrame,
    terms: Collection[str],
    related: Related | None = None,
) -> Judged:
    """Hold reports against the terms recorded for their images.

    Args:
        reports: At most one an image. An image without one counts as not seen, and as missing.
        images: Of the cohort: image_id, patient_id, hpo_terms.
        terms: Which terms count; what a report says of others does not.
        related: Whether a term that was said stands for a recorded one, such as "one is the other
            or its ancestor". None: they have to be equal. With it a term said is counted if it
            is among ``terms`` or related to one of them.

    Raises:
        UsageError: Two reports of one image, a report of no image, or no term.
    """
    columns = {term: k for k, term in enumerate(sorted(set(terms)))}
    ids = images["image_id"].astype(str).tolist()
    by_image = {report.image_id: report for report in reports}
    strange = sorted(by_image.keys() - set(ids))
    if len(by_image) != len(reports) or strange or not columns:
        raise UsageError(
            f"The reports do not fit the cohort: {len(reports)} reports of {len(by_image)} images, "
            f"{len(strange)} of which it does not have, about {len(columns)} terms."
        )
    patients = tuple(dict.fromkeys(images["patient_id"].astype(str)))
    rows = {patient: k for k, patient in enumerate(patients)}
    said, right, recorded, found, unseen = np.zeros((5, len(patients), len(columns)))
    texts = zip(ids, images["patient_id"].astype(str), images["hpo_terms"].astype(str), strict=True)
    for image_id, patient, text in texts:
        row, report = rows[patient], by_image.get(image_id)
        true = {term for term in text.split("|") if term in columns}
        for term in true:
            recorded[row, columns[term]] += 1
        if report is None or report.status in ("empty", "refused", "failed"):
            for term in true:
                unseen[row, columns[term]] += 1
            continue
        claimed = report.terms("present")
        blind = report.terms("not assessable")
        for term in true:
            if _stands(term, claimed, related, said_first=False):
                found[row, columns[term]] += 1
            elif term in blind:
                unseen[row, columns[term]] += 1
        for term in claimed & columns.keys():
            said[row, columns[term]] += 1
            right[row, columns[term]] += _stands(term, true, related, said_first=True)
    return Judged(
        tuple(columns),
        patients,
        TermCounts(said, right, recorded, found, unseen),
        dict(Counter(report.status for report in reports)),
        len(ids) - len(by_image),
    )


def _stands(term: str, others: Collection[str], related: Related | None, said_first: bool) -> bool:
    if related is None or term in others:
        return term in others
    return any(related(term, o) if said_first else related(o, term) for o in others)


@dataclass(frozen=True)
class Calibration:
    """How far probabilities can be taken at their word.

    Attributes:
        error: Expected calibration error over pairs of picture and term, beside that of a
            perfectly calibrated model of the same probabilities.
        brier: Mean squared error, beside that of each term's rate.
        bins: Lower end, mean probability, rate and number of pairs, for ten bins of equal width.
    """

    error: CalibrationError
    brier: Brier
    bins: tuple[tuple[float, float, float, int], ...]


def calibration_of(
    reports: Sequence[Report],
    images: pd.DataFrame,
    terms: Collection[str],
    *,
    n_resamples: int = 500,
    n_draws: int = 500,
) -> Calibration:
    """Calibration of the probabilities that reports give; a term in two sections counts once.

    Raises:
        UsageError: No report gives a probability of one of the terms.
    """
    by_image = {report.image_id: report for report in reports}
    order = {term: k for k, term in enumerate(sorted(set(terms)))}
    p: Floats = np.full((len(images), len(order)), np.nan)
    happened = np.zeros(p.shape)
    for row, (image_id, text) in enumerate(
        zip(images["image_id"].astype(str), images["hpo_terms"].astype(str), strict=True)
    ):
        for term in set(text.split("|")) & order.keys():
            happened[row, order[term]] = 1
        if image_id in by_image:
            for each in by_image[image_id].findings:
                if each.term in order and each.probability is not None:
                    p[row, order[each.term]] = each.probability
    given = np.isfinite(p)
    if not given.any():
        raise UsageError("No report gives a probability of one of these terms.")
    people = np.unique(images["patient_id"].to_numpy(str), return_inverse=True)[1].reshape(-1)
    values, truth = np.clip(p[given], 1e-9, 1 - 1e-9), happened[given].astype(np.int64)
    # Each pair is an event of its own under the null; patients are what is resampled.
    rows = ImageRows(np.arange(len(values)), np.broadcast_to(people[:, None], p.shape)[given])
    error = classwise_error(
        rows,
        np.log(np.stack([1 - values, values], axis=1)),
        truth,
        n_bins=10,
        n_resamples=n_resamples,
        n_draws=n_draws,
    )
    place = np.minimum((values * 10).astype(int), 9)
    bins = tuple(
        (k / 10, float(values[own].mean()), float(truth[own].mean()), int(own.sum()))
        for k in range(10)
        for own in [place == k]
        if own.any()
    )
    return Calibration(error, brier(p, happened), bins)


def top_k(
    rankings: Mapping[str, Sequence[str | None]],
    images: pd.DataFrame,
    ks: Sequence[int] = (1, 5, 10),
) -> dict[int, Estimate | None]:
    """Share of pictures whose recorded condition is among the first k that a report leads to.

    Args:
        rankings: image_id -> ids of conditions, the likeliest first, None for a name that is none
            of the cohort's; an image without a ranking, or with an empty one, is a miss.
        images: Of the cohort: image_id, patient_id, condition.
        ks: How many of the first count.
    """
    ids = images["image_id"].astype(str).tolist()
    conditions = images["condition"].astype(str).tolist()
    people = np.unique(images["patient_id"].to_numpy(str), return_inverse=True)[1].reshape(-1)
    rows = ImageRows(np.arange(len(ids)), people)
    return {
        k: mean_over(
            rows,
            np.array(
                [
                    float(condition in list(rankings.get(image_id, ()))[:k])
                    for image_id, condition in zip(ids, conditions, strict=True)
                ]
            ),
        )
        for k in ks
    }
