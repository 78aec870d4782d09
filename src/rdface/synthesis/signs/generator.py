"""Generator ``signs``: what a condition's HPO terms look like, learnt from all who show them.

From one picture of a condition nobody can tell what in the face is the condition and what is the
child. The signs can: each is shown by patients of other conditions, too. Shape and skin of faces
are regressed on their HPO terms (active appearance models, T. Cootes, G. Edwards, C. Taylor, IEEE
PAMI 23(6), 2001; ridge regression, A. Hoerl, R. Kennard, Technometrics 12(1), 1970), asked for a
condition's profile, exaggerated, and drawn over the heads of unaffected children, or over patients
who share the condition's signs.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, PrivateAttr, field_serializer

from rdface.errors import UsageError
from rdface.faces.mirror import mirrored
from rdface.files import code_sha256, sha256_bytes
from rdface.synthesis.generator import GENERATORS, Generator, Sample
from rdface.synthesis.morph.shapes import Shapes, find_shapes
from rdface.synthesis.morph.warp import warp_face
from rdface.synthesis.portraits import Portraits
from rdface.synthesis.signs.kin import is_kin, kin_of, number_of
from rdface.synthesis.signs.skins import flat_places, flat_skin, lay_skin, mark_skin
from rdface.synthesis.signs.terms import profiles_of, recorded_of, weights_of

if TYPE_CHECKING:
    from rdface.cohort import Cohort

log = logging.getLogger(__name__)


@GENERATORS.register("signs")
class Signs(Generator):
    """Average skin with a condition's signs, by HPO terms, on unaffected children's heads.

    Sample number k of every condition is drawn over the same head, so that heads cancel out where
    conditions are compared. Defaults were found on the study population, not on a test.

    Attributes:
        shape: By how much the difference in shape is exaggerated: ridge regression on few faces
            shrinks it, and the landmark network draws faces towards the average.
        skin: The same of the difference in skin, which is grey: colour is light here, and not sign.
        penalty: Of the ridge, in faces.
        symmetric: Whether each face is averaged with its mirror image first: takes light from one
            side out, and signs of one side with it. It did not help on the study population.
        kin: Share of the samples that are drawn over training patients of *any* condition who
            share its signs, each as often as the regression believes that patient, in the
            patient's own skin.
        kin_shape: What ``shape`` is, for these.
        kin_skin: What ``skin`` is, for these.
        profiles: Condition to HPO term to the share of patients who show it. From the cohort if
            empty.
        recorded: Training image to the terms recorded for it. From the cohort if empty; an image
            without any has its condition's profile. A pool names them by their hash: they are
            patients' own, and a pool may be given away.
    """

    licence: ClassVar[str] = "Apache-2.0 (rdface); landmark network MediaPipe Face Mesh: Apache-2.0"
    size: int = Field(default=160, ge=32, le=1024)
    shape: float = Field(default=3.0, ge=0, le=10)
    skin: float = Field(default=6.0, ge=0, le=20)
    penalty: float = Field(default=50.0, gt=0)
    symmetric: bool = False
    kin: float = Field(default=0.0, ge=0, le=1)
    kin_shape: float = Field(default=1.5, ge=0, le=10)
    kin_skin: float = Field(default=2.0, ge=0, le=20)
    profiles: dict[str, dict[str, float]] = Field(default_factory=dict)
    recorded: dict[str, tuple[str, ...]] = Field(default_factory=dict)

    _image_ids: tuple[str, ...] = PrivateAttr()
    _differences: dict[str, tuple[NDArray[np.float64], NDArray[np.float64]]] = PrivateAttr()
    """Condition to the difference in shape ``[468, 3]`` and in skin ``[S, S, 3]``."""
    _weights: dict[str, NDArray[np.float64]] = PrivateAttr()
    """Condition to how much each patient's face tells of it."""
    _patients: Portraits = PrivateAttr()
    _patient_shapes: Shapes = PrivateAttr()
    _average: NDArray[np.float64] = PrivateAttr()
    _flat: NDArray[np.float64] = PrivateAttr()
    _heads: Portraits = PrivateAttr()
    _head_shapes: Shapes = PrivateAttr()
    _learnt: str = PrivateAttr()

    @field_serializer("recorded")
    def _by_hash(self, recorded: dict[str, tuple[str, ...]]) -> str:
        return sha256_bytes(json.dumps(recorded, sort_keys=True).encode()) if recorded else ""

    def told(self, cohort: Cohort) -> Self:
        """With the terms of a cohort's conditions and images, where none are given."""
        return self.model_copy(
            update={
                "profiles": self.profiles or profiles_of(cohort),
                "recorded": self.recorded or recorded_of(cohort),
            }
        )

    def fit(
        self, portraits: Portraits, work: Path, *, seed: int, controls: Portraits | None = None
    ) -> None:
        """Regress shape and skin on signs; see :meth:`Generator.fit`.

        Without controls the heads are those of the training portraits.

        Raises:
            UsageError: No terms are given, or not those of every condition.
        """
        unknown = sorted(set(portraits.conditions) - set(self.profiles))
        if unknown or not any(self.profiles.values()):
            raise UsageError(
                "The generator `signs` needs the HPO terms of every condition"
                + (f"; {unknown[0]!r} has none." if unknown else "."),
                hint="They stand in the column facial_hpo of a cohort's conditions.csv.",
            )
        shapes = find_shapes(portraits, work)
        rows = np.flatnonzero(shapes.sure)
        if len(rows) < 2:
            raise UsageError("The mesh sees fewer than two faces in the training portraits.")
        self._image_ids = tuple(portraits.image_ids[row] for row in rows)
        free = shapes.free[rows]
        if self.symmetric:
            free = (free + mirrored(free)) / 2
        mean = free.mean(axis=0)
        self._flat = flat_places((mean + mirrored(mean)) / 2, portraits.size)
        skins = np.stack(
            [flat_skin(portraits.images[row], shapes.points[row], self._flat) for row in rows]
        )
        if self.symmetric:
            skins = (skins + skins[:, :, ::-1]) / 2
        self._average = skins.mean(axis=0)
        grey = (skins - self._average).mean(axis=-1)
        weights = weights_of(
            self.profiles,
            self.recorded,
            self._image_ids,
            [portraits.conditions[row] for row in rows],
            self.penalty,
        )
        self._differences = {
            condition: (
                np.einsum("n,npi->pi", weight, free - mean),
                np.einsum("n,npq->pq", weight, grey)[..., None],
            )
            for condition, weight in weights.items()
            if condition in portraits.rows_of
        }
        self._weights = weights
        self._patients = Portraits(
            portraits.images[rows],
            self._image_ids,
            tuple(portraits.conditions[row] for row in rows),
        )
        self._patient_shapes = Shapes(shapes.points[rows], shapes.free[rows], shapes.sure[rows])
        heads = portraits if controls is None else controls
        found = shapes if controls is None else find_shapes(controls, work)
        order = np.random.default_rng(seed).permutation(np.flatnonzero(found.sure))
        if not len(order):
            raise UsageError("The mesh sees no face in the controls.")
        self._heads = Portraits(
            heads.images[order],
            tuple(heads.image_ids[row] for row in order),
            tuple(heads.conditions[row] for row in order),
        )
        self._head_shapes = Shapes(found.points[order], found.free[order], found.sure[order])
        self._learnt = self._named(portraits)

    def sample_after(
        self, done: Mapping[str, int], counts: Mapping[str, int], *, seed: int
    ) -> Iterator[Sample]:
        """See :meth:`Generator.sample_after`."""
        for condition, count in counts.items():
            if count and condition not in self._differences:
                raise UsageError(f"There is no training portrait of {condition!r}.")
            for number in range(done.get(condition, 0), count):
                yield self._sample(condition, number, seed)

    @property
    def weights_sha256(self) -> str:
        """Hash of the code, the options, the portraits and the heads."""
        return self._learnt

    def _sample(self, condition: str, number: int, seed: int) -> Sample:
        """Over a head or over one of the kin, as its number says."""
        before = number_of(number, self.kin)
        if is_kin(number, self.kin):
            return self._over_kin(condition, number, before, seed)
        return self._over_head(condition, number, number - before, seed)

    def _over_kin(self, condition: str, number: int, place: int, seed: int) -> Sample:
        """Number ``place`` of those over patients: bent and marked, in the patient's own skin."""
        row = kin_of(self._weights[condition], place, seed)
        moved, marks = self._differences[condition]
        points = self._patient_shapes.points[row]
        free = self._patient_shapes.free[row]
        after = self._patient_shapes.placed(row, free + self.kin_shape * moved)
        image = warp_face(self._patients.images[row], points[:, :2], after)
        image = mark_skin(image, self.kin_skin * marks, self._flat, after)
        name = self._patients.image_ids[row]
        notes = {"head_of": name}
        return Sample(image, condition, self._image_ids, number, notes)

    def _over_head(self, condition: str, number: int, place: int, seed: int) -> Sample:
        """The head's number is the sample's, begun at one that the seed says."""
        places = len(self._heads)
        head = (place + seed) % places
        moved, marks = self._differences[condition]
        before = self._head_shapes.points[head]
        after = self._head_shapes.placed(head, self._head_shapes.free[head] + self.shape * moved)
        image = warp_face(self._heads.images[head], before[:, :2], after)
        image = lay_skin(image, self._average + self.skin * marks, self._flat, after)
        if (place // places) % 2:  # heads come again, as mirror images first
            image = np.ascontiguousarray(image[:, ::-1])
        name = self._heads.image_ids[head]
        parents = tuple(dict.fromkeys((*self._image_ids, name)))
        return Sample(image, condition, parents, number, {"head_of": name})

    def _named(self, portraits: Portraits) -> str:
        pixels = [sha256_bytes(each.images.tobytes()) for each in (portraits, self._heads)]
        ids = " ".join(self._image_ids + self._heads.image_ids + portraits.conditions)
        folders = (Path(__file__).parent, Path(__file__).parent.with_name("morph"))
        code = " ".join(code_sha256(folder) for folder in folders)
        return sha256_bytes(f"{code} {ids} {pixels} {self.model_dump_json()}".encode())
