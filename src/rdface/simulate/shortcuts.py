"""Can the condition be told from anything but the face? A probe and its permutation test.

Classes are told apart by the mean of their other patients' whitened features, so that nothing is
fitted to labels but those means; the null is the same score after the patients' conditions have
been shuffled (E. Ojala and G. Garriga, JMLR 11, 2010).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from rdface.imaging import read_image

if TYPE_CHECKING:
    import pandas as pd

    from rdface.cohort import Cohort

Features: TypeAlias = NDArray[np.float64]

DILATION = 1.25
"""The trait-free head's ellipse is widened by this before all inside it is blanked."""


@dataclass(frozen=True)
class ProbeResult:
    """What a probe finds.

    Attributes:
        auc: Mean share of wrong conditions ranked behind the right one; 0.5 is chance.
        top1: Share of images whose condition is ranked first.
        chance: Mean of `auc` under shuffled conditions.
        p: Permutation p-value, one-sided.
    """

    auc: float
    top1: float
    chance: float
    p: float


def probe(
    features: Features,
    conditions: NDArray[np.str_],
    patients: NDArray[np.str_],
    *,
    seed: int,
    permutations: int = 999,
    dimensions: int = 40,
) -> ProbeResult:
    """Test whether features [N, D] tell conditions [N] of patients [N] never seen.

    Conditions with one patient are left out: nobody is there to compare with.
    """
    _, group = np.unique(patients, return_inverse=True)
    first = np.array([np.flatnonzero(group == number)[0] for number in range(group.max() + 1)])
    names, label = np.unique(conditions[first], return_inverse=True)
    whitened = _whiten(features, dimensions)
    alike = whitened @ whitened.T
    alike[group[:, None] == group[None, :]] = 0.0
    auc, top1 = _score(alike, label, group, len(names))
    rng = np.random.default_rng(seed)
    null = np.array(
        [_score(alike, rng.permutation(label), group, len(names))[0] for _ in range(permutations)]
    )
    p = (1 + int((null >= auc).sum())) / (1 + permutations)
    return ProbeResult(auc, top1, float(null.mean()), p)


def _whiten(features: Features, dimensions: int) -> Features:
    spread = features.std(0)
    scaled = (features - features.mean(0))[:, spread > 1e-9] / spread[spread > 1e-9]
    if scaled.shape[1] == 0:
        return np.zeros((len(features), 1))
    left, strength, _ = np.linalg.svd(scaled, full_matrices=False)
    kept = min(dimensions, int((strength > 1e-6 * strength[0]).sum()))
    return np.asarray(left[:, :kept] * np.sqrt(len(features)))


def _score(
    alike: Features, label: NDArray[np.int64], group: NDArray[np.int64], n: int
) -> tuple[float, float]:
    """Mean AUC and top-1 for patients' labels; the own patient never counts."""
    onehot = np.eye(n)[label]  # [patients, conditions]
    members = np.eye(len(label))[group]  # [images, patients]
    of_image = members @ onehot
    others = of_image.sum(0) - (np.bincount(group)[group])[:, None] * of_image
    means = (alike @ of_image) / np.maximum(others, 1)
    means[others == 0] = -np.inf
    truth = means[np.arange(len(group)), label[group]]
    tested = np.isfinite(truth)
    rivals = np.isfinite(means).sum(1) - 1
    above = (means > truth[:, None]).sum(1) + 0.5 * ((means == truth[:, None]).sum(1) - 1)
    auc = 1 - above / np.maximum(rivals, 1)
    return float(auc[tested].mean()), float((above[tested] < 1).mean())


def face_mask(row: Mapping[str, str], shape: tuple[int, int], dilation: float) -> NDArray[np.bool_]:
    """True inside the dilated ellipse of the trait-free head, bool [H, W]."""
    y, x = np.mgrid[0 : shape[0], 0 : shape[1]]
    x0, y0, rx, ry = (float(row[name]) for name in ("head_x", "head_y", "head_rx", "head_ry"))
    inside = ((x - x0) / (dilation * rx)) ** 2 + ((y - y0) / (dilation * ry)) ** 2 <= 1
    return np.asarray(inside)


def blanked(cohort: Cohort, *, inside: bool) -> NDArray[np.uint8]:
    """The pictures of a simulated cohort with the face blanked, or all but the face.

    Args:
        cohort: Its pictures have one size.
        inside: Keep what lies inside the mask instead of what lies outside.

    Returns:
        ``uint8 [N, H, W, 3]``, grey where it is blank.
    """
    pictures = []
    for row in cohort.images.to_dict("records"):
        image = read_image(cohort.path(str(row["image_id"]))).copy()
        texts = {str(key): str(value) for key, value in row.items()}
        kept = face_mask(texts, (image.shape[0], image.shape[1]), DILATION)
        image[~kept if inside else kept] = 128
        pictures.append(image)
    return np.stack(pictures)


def _picture_features(cohort: Cohort, *, inside: bool) -> tuple[Features, Features]:
    """Down-sampled pictures [N, 32 * 32 * 3] and colour histograms [N, 48] of one region."""
    small, colours = [], []
    for row in cohort.images.to_dict("records"):
        image = read_image(cohort.path(str(row["image_id"]))).astype(np.float64) / 255
        mask = face_mask(
            {str(key): str(row[key]) for key in row}, (image.shape[0], image.shape[1]), DILATION
        )
        kept = mask if inside else ~mask
        share = _shrink(kept[..., None].astype(float))
        small.append((_shrink(image * kept[..., None]) / np.maximum(share, 1e-6)).ravel())
        small[-1][np.repeat(share.ravel() < 0.05, 3)] = 0.5
        levels = [np.histogram(image[kept][:, c], bins=16, range=(0, 1))[0] for c in range(3)]
        colours.append(np.concatenate(levels) / max(int(kept.sum()), 1))
    return np.stack(small), np.stack(colours)


def _shrink(image: Features, cells: int = 32) -> Features:
    rows = np.array_split(np.arange(image.shape[0]), cells)
    columns = np.array_split(np.arange(image.shape[1]), cells)
    bands = np.stack([image[row].mean(0) for row in rows])
    return np.stack([bands[:, column].mean(1) for column in columns], axis=1)


def _dummies(values: pd.Series[str]) -> Features:
    return np.asarray(values.to_numpy()[:, None] == np.unique(values)[None, :], dtype=float)


def _quantisation(path: Path) -> Features:
    """The JPEG quantisation tables of a file, [64 or 128], which tell its quality."""
    from PIL import Image

    with Image.open(path) as image:
        tables = image.quantization  # type: ignore[attr-defined] # a JPEG has it
    return np.concatenate([np.asarray(tables[key], dtype=float) for key in sorted(tables)])


def probe_cohort(
    cohort: Cohort, *, seed: int = 0, permutations: int = 999
) -> dict[str, ProbeResult]:
    """All probes of a simulated cohort by name; `face` is the control that must succeed."""
    from rdface.cohort import age_in_years

    images = cohort.images
    conditions = images["condition"].to_numpy(dtype=str)
    patients = images["patient_id"].to_numpy(dtype=str)
    around, colours = _picture_features(cohort, inside=False)
    face, _ = _picture_features(cohort, inside=True)
    size = np.array(
        [[cohort.path(name).stat().st_size] for name in images["image_id"]], dtype=float
    )
    frame = ["yaw", "pitch", "head_x", "head_y", "head_rx", "head_ry"]
    ages = images["age"].map(age_in_years).to_numpy(dtype=float)[:, None]
    probed: dict[str, Features] = {
        "picture outside the face": around,
        "colours outside the face": colours,
        "file size": size,
        "file quality": np.stack([_quantisation(cohort.path(name)) for name in cohort.image_ids]),
        "camera": images[frame].to_numpy(dtype=float),
        "expression, light and film": np.hstack(
            [_dummies(images[name]) for name in ("expression", "light", "film")]
        ),
        "age": ages,
        "sex": _dummies(images["sex"]),
        "ancestry": _dummies(images["ancestry"]),
        "country": _dummies(images["country"]),
        "face": face,
    }
    return {
        name: probe(features, conditions, patients, seed=seed, permutations=permutations)
        for name, features in probed.items()
    }
