"""All that the runs of a gallery spec share: cohort, division, faces, backbones."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from rdface.backbones import Backbone, embed_all, load_backbone
from rdface.bench.backbone_names import renamed, without_paths
from rdface.bench.gallery.spec import GallerySpec
from rdface.bench.opened import Opened, check_detector, open_cohort
from rdface.engines import Engine, check_private
from rdface.learners.tuning.device import choose_device
from rdface.protocols.gallery import GalleryRows, GallerySplit, divide_gallery


@dataclass(frozen=True, eq=False)
class GalleryStudy(Opened):
    """What a gallery spec names, opened; make one with :func:`open_gallery_study`.

    Attributes:
        spec: The spec; its backbones under the names that they have in results.
        split: The folds, past the guards.
        backbones: By name.
    """

    spec: GallerySpec
    split: GallerySplit
    backbones: dict[str, Backbone]
    _embedded: dict[str, NDArray[np.float32]] = field(default_factory=dict, init=False, repr=False)

    @cached_property
    def labels(self) -> NDArray[np.intp]:
        """``intp [N]``: condition of each image."""
        column = {condition: index for index, condition in enumerate(self.cohort.condition_ids)}
        return np.array([column[name] for name in self.cohort.images["condition"]], dtype=np.intp)

    @cached_property
    def patients(self) -> NDArray[np.intp]:
        """``intp [N]``: patient of each image, as a number."""
        names = self.cohort.images["patient_id"].to_numpy(dtype=str)
        return np.unique(names, return_inverse=True)[1].astype(np.intp)

    @cached_property
    def fold_rows(self) -> tuple[GalleryRows, ...]:
        """The folds as row numbers."""
        return tuple(fold.rows(self.cohort.image_ids) for fold in self.split.folds)

    def embeddings(self, backbone: str) -> NDArray[np.float32]:
        """``float32 [N, D]`` of the whole cohort; those asked for last are kept."""
        if backbone not in self._embedded:
            self._embedded.clear()
            (self._embedded[backbone],) = embed_all(
                self.cohort, [self.backbones[backbone]], self.faces, engine=self.engine
            )
        return self._embedded[backbone]


def open_gallery_study(spec: GallerySpec, engine: Engine | None = None) -> GalleryStudy:
    """Open everything that a spec names, the cheap things first, so that errors come early.

    Args:
        spec: The spec.
        engine: Where faces are found and embedded; this process if None.

    Raises:
        UsageError: An unknown name, or a cohort that cannot be divided so.
        CohortError, LeakageError: The cohort is not sound.
        WeightsError: Weights are missing.
        TermsError: Patients would cross a network in the clear.
    """
    check_detector(spec.detector)
    if any(metric.make().needs_torch for metric in spec.metrics):
        choose_device("cpu")  # says how to get torch, where it is missing
    cohort = open_cohort(spec.cohort)
    check_private(engine, simulated=cohort.info.simulated)
    split = divide_gallery(cohort.images, cohort_sha256=cohort.sha256, **spec.protocol)
    backbones = {name: load_backbone(name) for name in spec.backbones}
    names = without_paths(backbones)
    backbones = {names[name]: backbone for name, backbone in backbones.items()}
    spec = spec.model_copy(update={"backbones": renamed(spec.backbones, names)})
    return GalleryStudy(cohort, spec.detector, spec, split, backbones, engine=engine)
