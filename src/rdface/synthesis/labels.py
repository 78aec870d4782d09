"""Labels for samples that have none: the condition whose mean real face is nearest.

RDFace (arXiv 2604.03454) labels the samples of an unconditional FastGAN so: the five-point
descriptor of each is compared with the mean descriptor of each condition, and the largest cosine
names it. Two of its flaws are options here, and refused outside protocol ``paper``: the means are
of all real images, the test's included (F3, quirk ``means-of-all-images``), and width and height
are divided apart (F11, quirk ``aspect-lost``). The third (F13) is what is done afterwards: to rank
samples by the very cosine that named them is circular, for each is then nearest to its own label.
Label by one evidence and rank by another; screening reads :attr:`NearestMean.provenance` in the
pool and warns where both are the same.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from rdface.backbones.backbone import load_backbone
from rdface.cohort.terms import check_allowed
from rdface.errors import UsageError
from rdface.faces import FaceTable, cut
from rdface.faces.descriptor import Scale, condition_means, cosines_to_means, describe_faces
from rdface.faces.locate import locate_checked
from rdface.registry import nearest

if TYPE_CHECKING:
    from rdface.cohort import Cohort

Floats = NDArray[np.float64]
Picture = tuple[str, Path]

LANDMARKS: Final = "landmarks"
QUIRKS: Final = {
    "means-of-all-images": "F3: means of all real images, the test's included",
    "aspect-lost": "F11: width and height of the descriptor divided apart",
}
_BATCH = 16
_logger = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False)
class NearestMean:
    """Names the condition whose mean is nearest.

    It is a label for :func:`~rdface.synthesis.pool.make_pool`.

    Attributes:
        conditions: ``C``, in the cohort's order.
        means: ``float64 [C, D]``; NaN for a condition without a face among the images averaged,
            which no sample is called after.
        centre: ``float64 [D]``, taken off before the cosine; zero for the landmarks.
        evidence: ``landmarks`` or the name of a backbone.
        scale: Of the landmark descriptor.
        quirks: Flaws of the paper that it has.
        detector: What finds the faces.
    """

    conditions: tuple[str, ...]
    means: Floats
    centre: Floats
    evidence: str
    scale: Scale
    quirks: tuple[str, ...]
    detector: str

    def __call__(self, pictures: Sequence[Picture]) -> list[str]:
        """The condition of each picture, or "" for one without a face: it is left out.

        How many are left out is logged.
        """
        unhashed = [(name, "", path) for name, path in pictures]
        named = self.names(describe(unhashed, self.evidence, self.scale, self.detector))
        lost = named.count("")
        if lost:
            _logger.warning("%d of %d samples show no face and get no label.", lost, len(named))
        return named

    def names(self, x: Floats) -> list[str]:
        """Names from evidence ``[N, D]``: the largest cosine; "" for a row that misses a number."""
        cosines = self.cosines(x)
        seen: NDArray[np.bool_] = np.asarray(~np.isnan(cosines).all(axis=1))
        best = np.argmax(np.where(np.isnan(cosines), -np.inf, cosines), axis=1)
        return [
            self.conditions[column] if known else ""
            for column, known in zip(best, seen, strict=True)
        ]

    def cosines(self, x: Floats) -> Floats:
        """Cosine of evidence ``[N, D]`` to each mean, ``[N, C]``; NaN where one is missing."""
        return cosines_to_means(x - self.centre, self.means - self.centre)

    @property
    def provenance(self) -> dict[str, Any]:
        """What a pool says of its labels, in plain types."""
        return {
            "by": "nearest mean",
            "evidence": self.evidence,
            "scale": self.scale if self.evidence == LANDMARKS else "",
            "quirks": list(self.quirks),
        }


def nearest_mean(
    cohort: Cohort,
    training_ids: Sequence[str],
    *,
    evidence: str = LANDMARKS,
    scale: Scale = "area",
    quirks: Sequence[str] = (),
    protocol: str = "strict",
    detector: str = "yunet",
) -> NearestMean:
    """Means of the real faces of each condition.

    Args:
        cohort: The real cohort.
        training_ids: Of the fold's training part: nothing else is opened, but under F3.
        evidence: ``landmarks``, the five-point descriptor; or a backbone, whose embeddings are
            centred on the mean of the training images.
        scale: Of the descriptor; see :func:`rdface.faces.descriptor.landmark_descriptor`.
        quirks: Flaws of the paper, of :data:`QUIRKS`.
        protocol: For whom; only ``paper`` has quirks.
        detector: What finds the faces.

    Raises:
        TermsError: The cohort's terms forbid it.
        UsageError: A quirk that is unknown, or outside ``paper``; or an unknown or synthetic id.
    """
    check_allowed(cohort, "methods")
    for quirk in quirks:
        if quirk not in QUIRKS:
            hint = f"{nearest(quirk, QUIRKS)} Known: {', '.join(QUIRKS)}.".lstrip()
            raise UsageError(f"There is no quirk of labels called {quirk!r}.", hint=hint)
    if quirks and protocol != "paper":
        raise UsageError(
            f"Protocol {protocol!r} never has the quirk {quirks[0]!r} "
            f"({QUIRKS[quirks[0]]}); 'paper' does."
        )
    images = cohort.images.set_index("image_id")
    real = images[images["synthetic_of"] == ""]
    strangers = sorted(set(training_ids) - set(real.index))
    if strangers:
        raise UsageError(f"{strangers[0]!r} is no real image of the cohort {cohort.info.name}.")
    ids = list(real.index) if "means-of-all-images" in quirks else list(dict.fromkeys(training_ids))
    scale = "apart" if "aspect-lost" in quirks else scale
    pictures = [(name, str(real.at[name, "sha256"]), cohort.path(name)) for name in ids]
    x = describe(pictures, evidence, scale, detector)
    return means_of(
        x,
        [str(real.at[name, "condition"]) for name in ids],
        cohort.condition_ids,
        evidence=evidence,
        scale=scale,
        quirks=tuple(quirks),
        detector=detector,
    )


def means_of(
    x: Floats,
    names: Sequence[str],
    conditions: tuple[str, ...],
    *,
    evidence: str = LANDMARKS,
    scale: Scale = "area",
    quirks: tuple[str, ...] = (),
    detector: str = "yunet",
) -> NearestMean:
    """The same from evidence ``[N, D]`` of images whose conditions are ``names``.

    Raises:
        UsageError: No image shows a face.
    """
    number = {condition: place for place, condition in enumerate(conditions)}
    labels = np.array([number[name] for name in names], dtype=np.intp)
    whole = ~np.isnan(x).any(axis=1)
    if not whole.any():
        raise UsageError("In none of the real images a face was found: there are no means.")
    centre = np.zeros(x.shape[1]) if evidence == LANDMARKS else x[whole].mean(axis=0)
    means = condition_means(x, labels, len(conditions))
    return NearestMean(conditions, means, centre, evidence, scale, quirks, detector)


def describe(pictures: Sequence[cut.Picture], evidence: str, scale: Scale, detector: str) -> Floats:
    """What labels are made of: the descriptor, or a backbone's embedding.

    Args:
        pictures: image_id, SHA-256 ("" of a sample, which is in no cohort yet) and place of each.
        evidence: ``landmarks`` or the name of a backbone.
        scale: Of the descriptor.
        detector: What finds the faces.

    Returns:
        ``float64 [N, D]``; NaN for a picture without a face.

    Raises:
        UsageError: There is no such backbone or detector.
        ImageError: A picture cannot be opened, or is not the one that its cohort names.
    """
    faces = locate_checked(pictures, detector)
    if evidence == LANDMARKS:
        return describe_faces(faces, [name for name, _, _ in pictures], scale)
    return _embed(pictures, faces, evidence)


def _embed(pictures: Sequence[cut.Picture], faces: FaceTable, name: str) -> Floats:
    backbone = load_backbone(name)
    found = [row for row, each in enumerate(pictures) if faces.face(each[0]) is not None]
    x = np.full((len(pictures), backbone.dim), np.nan)
    for start in range(0, len(found), _BATCH):
        part = found[start : start + _BATCH]
        crops = cut.cut_some([pictures[row] for row in part], faces, backbone.crop)
        x[part] = backbone.embed(crops)
    return x
