"""Evaluate a gallery of stored embeddings, read group by group: what memory cannot hold."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from rdface.backbones.stored import EmbeddingTable
from rdface.bench.gallery.census import NOBODY, Census, refuse_copies, texts_of
from rdface.bench.opened import refuse_untrainable
from rdface.bench.predictions import Predictions
from rdface.errors import UsageError
from rdface.files import sha256_bytes
from rdface.learners.gallery import BestCosines, LearntMetric, MetricLearner, learn_metric
from rdface.progress import bar
from rdface.protocols.dealing import shuffled
from rdface.protocols.gallery import LeftOut, leave_out

LARGEST_TABLE = 25_000_000
"""Scores (probes x conditions) that are kept: all five settings of them take about 1 GB."""
MOST_PATIENTS = 50_000
"""Probe patients; the bootstrap holds 2,000 numbers of each: 0.8 GB."""
FIT_IMAGES = 10_000
"""Images that a metric is fitted on at most."""

Rows = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class StreamedGallery:
    """Embeddings, and who is searched among them; make one with :func:`open_streamed`.

    Attributes:
        table: The embeddings.
        census: Who is who in them.
        split: Who is searched.
        seed: Of the draws.
        fit_images: Images that a metric is fitted on at most.
    """

    table: EmbeddingTable
    census: Census
    split: LeftOut
    seed: int
    fit_images: int

    @cached_property
    def probes(self) -> Rows:
        """Rows of the images that are searched, ascending."""
        return self.census.rows(self.split.probes)

    @cached_property
    def split_sha256(self) -> str:
        """Hash of the cohort and of who is searched in it."""
        content = {"cohort": self.table.manifest.cohort_sha256} | self.split._asdict()
        return sha256_bytes(json.dumps(content, sort_keys=True).encode())

    @cached_property
    def fitted(self) -> tuple[Rows, Rows]:
        """Rows, ascending, of the training and of the validation of a learnt metric.

        No probe is among them. Of each frequent condition come first one patient, then the
        second, and so on, whole, until there are ``fit_images``.
        """
        probes, condition_of = set(self.split.probes), self.census.condition_of
        number = {patient: place for place, patient in enumerate(self.census.patient_ids)}
        left: list[tuple[int, str, str]] = []
        patients = self.census.patients()
        for name in self.split.frequent:
            order = shuffled((p for p in patients[name] if p not in probes), self.seed, "fit")
            left += [(place, name, p) for place, p in enumerate(islice(order, self.fit_images))]
        taken: list[str] = []
        images = 0
        for _, _, patient in sorted(left):
            images += int(self.census.images_of_patient[number[patient]])
            if images > self.fit_images:
                break
            taken.append(patient)
        held_out = set(self.split.validation)
        parts: tuple[list[str], list[str]] = ([], [])
        for patient in taken:
            name = self.census.conditions[condition_of[number[patient]]]
            parts[name in held_out].append(patient)
        return self.census.rows(parts[0]), self.census.rows(parts[1])

    def vectors(self, rows: Rows) -> NDArray[np.float32]:
        """The embeddings of some rows, ascending: ``float32 [n, D]``."""
        found = np.empty((len(rows), self.table.manifest.dim), np.float32)
        if not len(rows):
            return found
        for start, vectors in self._groups():
            first, end = np.searchsorted(rows, [start, start + len(vectors)])
            found[first:end] = vectors[rows[first:end] - start]
        return found

    def learn(self, learner: MetricLearner) -> LearntMetric:
        """Learn a metric on :attr:`fitted`, as a fold of the gallery does.

        Raises:
            UsageError: It has nothing to learn from.
            LeakageError: A picture of theirs stands under another patient, too.
        """
        census = self.census
        rows = train = validation = np.empty(0, dtype=np.intp)
        if learner.learns:
            train, validation = self.fitted
            if not len(train) or not len(validation):
                raise UsageError(
                    "Too few frequent patients are left to learn a metric from: the others are"
                    " searched.",
                    hint="Search fewer (--patients-per-condition 1), or use the metric cosine.",
                )
            rows = np.sort(np.concatenate([train, validation]))
            refuse_copies(self.table, census, rows)
        return learn_metric(
            learner,
            self.vectors(rows),
            census.condition[rows].astype(np.intp),
            census.patient[rows].astype(np.intp),
            train=np.searchsorted(rows, train).astype(np.intp),
            validation=np.searchsorted(rows, validation).astype(np.intp),
        )

    def search(self, metric: LearntMetric) -> Predictions:
        """Search every probe among all real images but those of its own patient."""
        census, probes = self.census, self.probes
        projection = metric.projection
        best = BestCosines(
            projection.apply(self.vectors(probes)),
            census.patient[probes],
            len(census.conditions),
        )
        with bar("Searching", len(self.table)) as advance:
            for start, vectors in self._groups():
                here = slice(start, start + len(vectors))
                real = census.patient[here] != NOBODY
                best.add(
                    projection.apply(vectors[real]),
                    census.condition[here][real],
                    census.patient[here][real],
                )
                advance(len(vectors))
        own = census.patient[probes]
        names = np.array(census.patient_ids, dtype=object)[own]
        truth = census.condition[probes]
        place = {patient: fold for fold, patient in enumerate(self.split.probes)}
        return Predictions(
            image_ids=np.array(texts_of(self.table, "image_id", probes), dtype=object),
            patient_ids=names,
            truth=np.array(census.conditions, dtype=object)[truth],
            repeat=np.zeros(len(probes), dtype=np.int64),
            fold=np.array([place[patient] for patient in names], dtype=np.int64),
            training_count=census.images_of_condition[truth] - census.images_of_patient[own],
            conditions=census.conditions,
            scores=best.scores,
        )

    def _groups(self) -> Iterator[tuple[int, NDArray[np.float32]]]:
        start = 0
        for vectors in self.table.vectors():
            yield start, vectors
            start += len(vectors)


def open_streamed(
    table: EmbeddingTable,
    *,
    seed: int = 0,
    patients_per_condition: int | None = None,
    frequent_from: int,
    inner_folds: int = 4,
    fit_images: int = FIT_IMAGES,
) -> StreamedGallery:
    """Draw the probes, and make sure that they may be searched and can be.

    Args:
        table: The embeddings.
        seed: Of all draws.
        patients_per_condition: Probe patients of each condition at most; all if None.
        frequent_from: Patients from which on a condition trains the metric.
        inner_folds: One in so many frequent conditions chooses the metric.
        fit_images: Images that a metric is fitted on at most.

    Raises:
        TermsError: The cohort's terms forbid it.
        UsageError: Too many probes to keep the scores of, or as :func:`leave_out`.
        CohortError, LeakageError: Rows that are not sound.
    """
    refuse_untrainable(table.manifest.cohort, str(table.folder))
    census = Census.of(table)
    split = leave_out(
        census.patients(),
        seed=seed,
        per_condition=patients_per_condition,
        frequent_from=frequent_from,
        inner_folds=inner_folds,
    )
    found = StreamedGallery(table, census, split, seed, fit_images)
    scores = len(found.probes) * len(census.conditions)
    if scores > LARGEST_TABLE or len(split.probes) > MOST_PATIENTS:
        raise UsageError(
            f"{len(found.probes):,} images of {len(split.probes):,} patients would be searched for"
            f" {len(census.conditions):,} conditions: more than {LARGEST_TABLE:,} scores or"
            f" {MOST_PATIENTS:,} patients, which is what memory is planned for.",
            hint="Search fewer: --patients-per-condition 1, or 2.",
        )
    refuse_copies(table, census, found.probes)
    return found
