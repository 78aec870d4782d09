"""Everything that the checks look at, gathered once: tables, faces, looks and embeddings."""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from rdface.backbones import embed_cohort, load_backbone
from rdface.backbones.recognition import need_recognition
from rdface.cohort import age_in_years
from rdface.curation.quality.looks import Looks, look_at_cohort
from rdface.curation.quality.person_threshold import PersonThreshold
from rdface.curation.quality.picture_agreement import agreement, views_of
from rdface.curation.quality.picture_hashes import SIDE, bits_of
from rdface.curation.quality.similar_pairs import Pairs, pairs_above, unit_rows
from rdface.curation.quality.thresholds import Thresholds
from rdface.errors import UsageError
from rdface.faces import locate_faces

if TYPE_CHECKING:
    from rdface.cohort import Cohort
    from rdface.faces import FaceTable

Floats = NDArray[np.float32]
EQUAL: Final = ("file", "pixels")
CENTRED_FROM: Final = 20
"""Fewest faces whose mean is taken off the embeddings; thresholds of a person need that."""


@dataclass(frozen=True, eq=False)
class Agreeing:
    """Two pictures that are one photograph.

    Attributes:
        first: Row of the one.
        second: Row of the other.
        score: Correlation after alignment; 1 where the files or the pixels are equal.
        how: "file", "pixels", "aligned" or "mirrored".
    """

    first: int
    second: int
    score: float
    how: str


@dataclass(frozen=True, eq=False)
class Evidence:
    """What is known of a cohort's pictures.

    Attributes:
        cohort: Whose.
        faces: Faces found.
        looks: Numbers of each picture.
        embedded: ``float32 [N, D]`` of a face-recognition network.
        identity: Its name.
        thresholds: What the checks hold their numbers against.
        person: From which cosine on two pictures are said to show one person.
        notes: What a check could not do, and why; for the reader of the page.
    """

    cohort: Cohort
    faces: FaceTable
    looks: Looks
    embedded: Floats
    identity: str
    thresholds: Thresholds
    person: PersonThreshold
    notes: list[str] = field(default_factory=list)

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """Image ids in order."""
        return self.cohort.image_ids

    def column(self, name: str) -> NDArray[Any]:
        """A column of the images' table; empty strings where there is none."""
        images = self.cohort.images
        if name not in images.columns:
            return np.full(len(images), "", object)
        return images[name].astype(str).to_numpy(object)

    @cached_property
    def has_face(self) -> NDArray[np.bool_]:
        """Which pictures have a face."""
        return np.asarray(self.faces.frame["status"] != "none", bool)

    @cached_property
    def ages(self) -> NDArray[np.float64]:
        """Years; NaN where the table has none."""
        return np.array([age_in_years(a) if a else np.nan for a in self.column("age")], float)

    @cached_property
    def people(self) -> Floats:
        """Embeddings of length 1, the cohort's mean taken off; NaN without a face."""
        rows = np.array(self.embedded, np.float32)
        known = self.has_face
        if known.sum() >= CENTRED_FROM:
            rows -= rows[known].mean(axis=0)
        rows = unit_rows(rows)
        rows[~known] = np.nan
        return rows

    @cached_property
    def near_people(self) -> Pairs:
        """Pairs of pictures, of any patients, whose faces lie nearer than the threshold."""
        return pairs_above(self.people, self.people, self.person.cosine)

    @cached_property
    def same_pictures(self) -> tuple[Agreeing, ...]:
        """Pairs of pictures that are one photograph, the surest first."""
        return tuple(sorted(_same_pictures(self), key=lambda p: (-p.score, p.first, p.second)))

    @cached_property
    def same_picture_rows(self) -> frozenset[tuple[int, int]]:
        """The same pairs as rows, and those of two repetitions of one picture."""
        pairs = {(pair.first, pair.second) for pair in self.same_pictures}
        repeated: dict[int, list[int]] = {}
        for pair in self.same_pictures:
            if pair.how in EQUAL:
                repeated.setdefault(pair.first, []).append(pair.second)
        for rows in repeated.values():
            pairs |= set(combinations(sorted(rows), 2))
        return frozenset(pairs)


def gather(
    cohort: Cohort,
    thresholds: Thresholds,
    *,
    identity: str = "sface",
    detector: str = "yunet",
    person: PersonThreshold,
    texts: bool = True,
) -> Evidence:
    """Look at a whole cohort; what was looked at before comes from the cache.

    Raises:
        UsageError: No extra ``curate``, or ``identity`` is no face-recognition network.
        WeightsError: Weights that are missing.
        ImageError: A picture cannot be opened, or is not the one that the cohort names.
    """
    if importlib.util.find_spec("imagehash") is None:
        raise UsageError(
            "The audit of a cohort needs the package imagehash.", hint="Install rdface[curate]."
        )
    need_recognition(identity)
    network = load_backbone(identity)
    faces = locate_faces(cohort, detector)
    looks = look_at_cohort(cohort, faces, texts=texts)
    embedded = embed_cohort(cohort, network, faces)
    return Evidence(cohort, faces, looks, embedded, identity, thresholds, person)


def _same_pictures(seen: Evidence) -> list[Agreeing]:
    """Equal files and pixels at once; other candidates are laid on each other."""
    found: dict[tuple[int, int], Agreeing] = {}
    one_of = list(range(len(seen.ids)))  # the first picture that each one repeats
    digests = [digest.tobytes() for digest in seen.looks.hashes("pixels")]
    for keys, how in ((list(seen.column("sha256")), "file"), (digests, "pixels")):
        first: dict[Any, int] = {}
        for row, key in enumerate(keys):
            start = first.setdefault(key, row)
            if start != row and (start, row) not in found:
                found[start, row] = Agreeing(start, row, 1.0, how)
                one_of[row] = min(one_of[row], one_of[start])
    # Two repetitions of one picture are told with the first; no change between them is to be shown.
    pairs = sorted(pair for pair in _candidates(seen) if one_of[pair[0]] != one_of[pair[1]])
    rows = np.unique(np.array(pairs, np.intp).ravel())
    views = views_of(seen.cohort, seen.faces, rows) if pairs else {}
    for one, other in pairs:
        score, turned = agreement(views[one], views[other])
        if score >= seen.thresholds.agreement:
            found[one, other] = Agreeing(one, other, score, "mirrored" if turned else "aligned")
    return list(found.values())


def _candidates(seen: Evidence) -> set[tuple[int, int]]:
    """Pairs alike by a hash, plain or mirrored, of the picture or its face, or by the person."""
    least = SIDE * SIDE - 2 * seen.thresholds.hash_bits
    pairs = {(int(i), int(j)) for i, j in zip(*seen.near_people[:2], strict=True)}
    for name in ("whole", "face"):
        bits = bits_of(seen.looks.hashes(name))
        for other in (bits, bits_of(seen.looks.hashes(f"{name} mirrored"))):
            near = pairs_above(bits, other, least)
            pairs |= {(int(i), int(j)) for i, j in zip(near.first, near.second, strict=True)}
    return pairs
