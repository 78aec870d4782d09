"""Generator ``morph``: the shape of one condition under the skin, hair and light of others.

Active appearance models keep shape and texture apart in this way (T. Cootes, G. Edwards, C. Taylor,
Active appearance models, IEEE PAMI 23(6), 2001); morphs of faces are those of G. Wolberg, Image
morphing: a survey, The Visual Computer 14, 1998. Nothing is trained.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, PrivateAttr

from rdface.errors import UsageError
from rdface.files import code_sha256, sha256_bytes
from rdface.synthesis.generator import GENERATORS, Generator, Sample
from rdface.synthesis.morph.shapes import Shapes, find_shapes, mouths
from rdface.synthesis.morph.texture import blended, inside
from rdface.synthesis.morph.warp import Bend
from rdface.synthesis.portraits import Portraits

log = logging.getLogger(__name__)

MATCHED, FEWEST = 3, 8
"""A donor of texture is one of the third, of at least eight, whose mouths are most alike."""
Share = Annotated[float, Field(ge=0, le=1)]


@GENERATORS.register("morph")
class Morph(Generator):
    """Landmark-guided blends: shape of one condition, texture mixed with others'; no training.

    Shape: a random convex mix of the condition's training faces, free of pose, plus what makes
    another person differ from the average. Texture: the portrait of a donor, bent to that shape
    where it stands, its pose kept; part of the skin inside the face is the condition's own.

    Attributes:
        texture: Who donates: ``others`` (patients of other conditions), ``controls`` (unaffected
            children, which must be given), ``any`` of these two, or ``own`` condition.
        spread: Parameter of the Dirichlet distribution of the mix: near 0 it is one face at a time,
            above 1 all of them nearly alike.
        jitter: How much of another person's difference from the average is added to the shape.
        reach: How far the donor is bent: the landmark network draws faces towards the average, so
            that it sees about half of what differs between two; see docs/synthesis.md.
        exaggerate: The mixed shape's difference from the average of all faces is multiplied by it.
        own_texture: Share of the skin of a face of the condition that is laid over the donor's. At
            0 shape alone carries the condition, of which networks see little.
        mirror: Whether half of the samples are mirror images.
    """

    licence: ClassVar[str] = "Apache-2.0 (rdface); landmark network MediaPipe Face Mesh: Apache-2.0"
    size: int = Field(default=160, ge=32, le=1024)
    texture: Literal["others", "controls", "any", "own"] = "any"
    spread: float = Field(default=1.0, gt=0)
    jitter: float = Field(default=0.5, ge=0, le=2)
    reach: float = Field(default=1.75, ge=0, le=3)
    exaggerate: float = Field(default=1.0, ge=0, le=3)
    own_texture: Share = 0.5
    mirror: bool = True

    _portraits: Portraits = PrivateAttr()
    _shapes: Shapes = PrivateAttr()
    _patients: int = PrivateAttr()
    """Rows before it are training portraits, those from it on controls."""
    _differences: NDArray[np.float64] = PrivateAttr()
    _sources: NDArray[np.intp] = PrivateAttr()
    """Row of the portrait that each difference comes from."""
    _averaged: tuple[NDArray[np.intp], ...] = PrivateAttr()
    """Rows of the patients whose average each difference is taken from."""
    _mean: NDArray[np.float64] = PrivateAttr()
    _conditions: NDArray[np.object_] = PrivateAttr()
    _mouths: NDArray[np.float64] = PrivateAttr()

    def fit(
        self, portraits: Portraits, work: Path, *, seed: int, controls: Portraits | None = None
    ) -> None:
        """Find the points of all portraits; see :meth:`Generator.fit`."""
        if self.texture == "controls" and controls is None:
            raise UsageError(
                "The texture of controls is wanted, and there are none.",
                hint="Give a cohort of unaffected children: --controls COHORT.",
            )
        together = portraits if controls is None else _joined(portraits, controls)
        shapes = find_shapes(together, work)
        if not shapes.sure.all():
            log.warning("%d portraits show the mesh no face.", int((~shapes.sure).sum()))
        lost = [
            name for name in portraits.rows_of if not len(_sure(portraits.rows_of[name], shapes))
        ]
        if lost:
            raise UsageError(f"No training portrait of {lost[0]!r} shows the mesh a face.")
        self._portraits, self._shapes, self._patients = together, shapes, len(portraits)
        self._mean = shapes.free[: len(portraits)][shapes.sure[: len(portraits)]].mean(axis=0)
        self._sources, self._differences, self._averaged = self._people()
        self._conditions = np.array(together.conditions, dtype=object)
        self._mouths = mouths(shapes.free)

    def sample_after(
        self, done: Mapping[str, int], counts: Mapping[str, int], *, seed: int
    ) -> Iterator[Sample]:
        """See :meth:`Generator.sample_after`."""
        for condition, count in counts.items():
            for number in range(done.get(condition, 0), count):
                key = sha256_bytes(f"morph {seed} {condition} {number}".encode())
                yield self._morph(condition, int(key[:15], 16))

    @property
    def weights_sha256(self) -> str:
        """Hash of the code, the portraits and their points."""
        ids = " ".join(self._portraits.image_ids + self._portraits.conditions)
        pixels = sha256_bytes(self._portraits.images.tobytes())
        points = sha256_bytes(self._shapes.points.tobytes())
        code = code_sha256(Path(__file__).parent)
        return sha256_bytes(f"{code} {ids} {self._patients} {pixels} {points}".encode())

    def _morph(self, condition: str, key: int) -> Sample:
        rng = np.random.default_rng(key)
        own = _sure(self._portraits.rows_of.get(condition, np.empty(0, np.intp)), self._shapes)
        own = own[own < self._patients]
        if not len(own):
            raise UsageError(f"There is no training portrait of {condition!r}.")
        weights = rng.dirichlet(np.full(len(own), self.spread))
        free = np.einsum("n,npi->pi", weights, self._shapes.free[own])
        free = self._mean + self.exaggerate * (free - self._mean)
        mouth = mouths(free)
        person = self._drawn_person(condition, rng)
        free = free + self.jitter * self._differences[person]
        donor = self._donor(condition, mouth, rng)
        before = self._shapes.points[donor, :, :2]
        places = before + self.reach * (self._shapes.placed(donor, free) - before)
        face = int(own[np.argmax(weights)])
        skin = self._shapes.points[face, :, :2]
        bend = Bend(places, self._portraits.size, before, skin)
        image = bend.draw(self._portraits.images[donor], before)
        if self.own_texture:
            over = bend.draw(self._portraits.images[face], skin)
            weight = inside(places, self._portraits.size) * bend.seen(skin)
            image = blended(image, over, weight, self.own_texture)
        parents = [*own[weights > 0], donor]
        if self.jitter:
            parents += [self._sources[person], *self._averaged[person]]
        if self.exaggerate != 1:  # away from the average of all
            everybody = np.arange(self._patients)
            parents += _sure(everybody, self._shapes).tolist()
        if self.mirror and rng.random() < 0.5:
            image = np.ascontiguousarray(image[:, ::-1])
        ids = dict.fromkeys(self._portraits.image_ids[int(row)] for row in parents)
        notes = {"texture_of": self._portraits.image_ids[donor]}
        return Sample(image, condition, tuple(ids), key, notes)

    def _drawn_person(self, condition: str, rng: np.random.Generator) -> int:
        others = np.flatnonzero(self._conditions[self._sources] != condition)
        return int(rng.choice(others if len(others) else np.arange(len(self._sources))))

    def _donor(self, condition: str, mouth: NDArray[np.float64], rng: np.random.Generator) -> int:
        """Row of the portrait that gives its texture: one whose mouth need not be torn open."""
        rows = np.flatnonzero(self._shapes.sure)
        conditions = self._conditions[rows]
        patient = rows < self._patients
        wanted = {
            "own": patient & (conditions == condition),
            "others": patient & (conditions != condition),
            "controls": ~patient,
            "any": ~patient | (conditions != condition),
        }[self.texture]
        rows = rows[wanted] if wanted.any() else rows[patient]
        away = np.linalg.norm(self._mouths[rows] - mouth, axis=1)
        nearest = np.argsort(away, kind="stable")[: max(len(rows) // MATCHED, FEWEST)]
        return int(rng.choice(rows[nearest]))

    def _people(
        self,
    ) -> tuple[NDArray[np.intp], NDArray[np.float64], tuple[NDArray[np.intp], ...]]:
        """How people differ: rows, the difference of each from an average, and whose it is.

        Unaffected children from their average, of whom no row is told; without them patients from
        the average of their condition, or, where hardly any condition has two, of all.
        """
        sure, free = self._shapes.sure, self._shapes.free
        unaffected = np.flatnonzero(sure & (np.arange(len(sure)) >= self._patients))
        if len(unaffected) >= FEWEST:
            nobody = (np.empty(0, np.intp),) * len(unaffected)
            return unaffected, free[unaffected] - free[unaffected].mean(axis=0), nobody
        groups = [_sure(rows, self._shapes) for rows in self._portraits.rows_of.values()]
        groups = [rows[rows < self._patients] for rows in groups]
        several = [rows for rows in groups if len(rows) > 1]
        if sum(map(len, several)) >= 2 * FEWEST:
            inside = [
                (free[rows] - free[rows].mean(axis=0)) * np.sqrt(len(rows) / (len(rows) - 1))
                for rows in several
            ]
            behind = tuple(rows for rows in several for _ in rows)
            return np.concatenate(several), np.concatenate(inside), behind
        rows = np.concatenate(groups)
        return rows, free[rows] - self._mean, (rows,) * len(rows)


def _sure(rows: NDArray[np.intp], shapes: Shapes) -> NDArray[np.intp]:
    return rows[shapes.sure[rows]]


def _joined(portraits: Portraits, controls: Portraits) -> Portraits:
    if portraits.size != controls.size:
        raise UsageError("Portraits of patients and of controls have two sizes.")
    return Portraits(
        np.concatenate([portraits.images, controls.images]),
        portraits.image_ids + controls.image_ids,
        portraits.conditions + controls.conditions,
    )
