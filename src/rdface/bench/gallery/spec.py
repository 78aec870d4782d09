"""The spec of a gallery benchmark."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from rdface.bench.jobs import ENSEMBLE
from rdface.bench.named import Named
from rdface.bench.spec import read_model
from rdface.learners.gallery import MetricLearner, make_metric
from rdface.protocols.gallery import FREQUENT_FROM

TASK = "gallery"


class MetricSpec(Named):
    """A metric learner by name; further keys are its options."""

    @model_validator(mode="after")
    def _known(self) -> Self:
        self.make()
        return self

    def make(self) -> MetricLearner:
        """The metric learner itself."""
        return make_metric(self.name, self.options)


class GallerySpec(BaseModel):
    """What to run: every backbone with every metric, on one cohort.

    Attributes:
        version: Version of the spec format.
        name: Names the folder of the runs.
        task: ``gallery``.
        cohort: A cohort's folder, as seen from the working directory, or a shipped one's name.
        detector: Face detector.
        backbones: Names; no ensembles, whose cosines have no common gallery.
        metrics: Names, or names with options.
        frequent_from: Patients from which on a condition trains the metric.
        seed: Of all deals.
        repeats: How often all patients are dealt anew.
        folds: Folds a repeat.
        inner_folds: One in so many frequent conditions chooses the metric.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: int = Field(ge=1, le=1)
    name: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")
    task: Literal["gallery"]
    cohort: str = Field(min_length=1)
    detector: str = "yunet"
    backbones: tuple[str, ...] = Field(min_length=1)
    metrics: tuple[MetricSpec, ...] = Field(min_length=1)
    frequent_from: int = Field(default=FREQUENT_FROM, ge=3)
    seed: int = Field(default=0, ge=0)
    repeats: int = Field(default=5, ge=1)
    folds: int = Field(default=5, ge=2)
    inner_folds: int = Field(default=4, ge=2)

    @field_validator("backbones")
    @classmethod
    def _single(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        if any(ENSEMBLE in name for name in names):
            raise ValueError("a gallery has no ensembles")
        if len(set(names)) < len(names):
            raise ValueError("a name stands twice")
        return names

    @field_validator("metrics")
    @classmethod
    def _distinct(cls, metrics: tuple[MetricSpec, ...]) -> tuple[MetricSpec, ...]:
        if len({metric.title for metric in metrics}) < len(metrics):
            raise ValueError("a name stands twice; give one of the two a label")
        return metrics

    @property
    def protocol(self) -> dict[str, Any]:
        """What the patients are divided with."""
        names = ("seed", "frequent_from", "repeats", "folds", "inner_folds")
        return {name: getattr(self, name) for name in names}


def read_gallery_spec(path: Path) -> GallerySpec:
    """Read a gallery spec.

    Raises:
        UsageError: It is missing, no YAML, or a key is wrong; every wrong key is named.
    """
    return read_model(path, GallerySpec, example="specs/gallery.yaml")
