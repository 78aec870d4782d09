"""Ask a cohort about one photograph, in memory alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rdface.errors import TooFewError, UsageError
from rdface.explain.cases import PairCosines, find_neighbours
from rdface.explain.deviations import measure_probe, mesh_points
from rdface.explain.probe import probe_of_bytes, row_of_bytes
from rdface.faces import align
from rdface.faces.mesh468 import Mesh468
from rdface.imaging import MAX_PIXELS
from rdface.learners.full_conformal import FullConformal
from rdface.photograph.answer import Answer
from rdface.photograph.people import compared_with, condition_labels, one_of_each
from rdface.photograph.trust import Trust, measure_trust

if TYPE_CHECKING:
    from rdface.backbones.backbone import Backbone, Embeddings
    from rdface.cohort import Cohort
    from rdface.faces import FaceTable
    from rdface.faces.face import Detector
    from rdface.faces.norms import Reference

SHOWN = 6
"""Nearest cases."""


class OwnImageError(UsageError):
    """A photograph is, byte for byte, an image of the cohort.

    Args:
        image_id: Which.
    """

    def __init__(self, image_id: str) -> None:
        super().__init__(
            f"This is the cohort's own image {image_id}.",
            hint="Its page has what is found without its patient; here it would find itself.",
        )
        self.image_id = image_id

    def __reduce__(self) -> tuple[object, ...]:
        """As it was made."""
        return (OwnImageError, (self.image_id,))


@dataclass(frozen=True, eq=False)
class Recogniser:
    """A cohort that can be asked; make one with :meth:`of`. Not to be asked from two threads.

    Attributes:
        cohort: The cohort.
        faces: Its faces.
        embeddings: ``float32 [N, D]``, in its order.
        backbone: That made them.
        detector: That finds faces.
        mesh: That reads points off them.
        reference: Unaffected people to compare measures on photographs with, if there are any.
        shipped: Those that come with rdface, for simulated pictures.
        people: One picture of each patient, with a face.
        pairs: Of patients' pictures, which tell what a cosine is worth.
        trust: Measured on the cohort.
    """

    cohort: Cohort
    faces: FaceTable
    embeddings: Embeddings
    backbone: Backbone
    detector: Detector
    mesh: Mesh468
    reference: Reference | None
    shipped: Reference
    people: FullConformal
    pairs: PairCosines
    trust: Trust

    @classmethod
    def of(
        cls,
        cohort: Cohort,
        faces: FaceTable,
        embeddings: Embeddings,
        backbone: Backbone,
        *,
        detector: str = "yunet",
        reference: Reference | None = None,
        seed: int = 0,
    ) -> Recogniser:
        """Get ready: draw one picture of each patient, and measure how far answers can be trusted.

        Args:
            cohort: With two patients or more.
            faces: Its faces.
            embeddings: ``float32 [N, D]``.
            backbone: That made them.
            detector: What finds the face on a photograph.
            reference: Unaffected people on photographs; simulated pictures have the shipped one.
            seed: Of every lot that is drawn.

        Raises:
            TermsError: The cohort's terms, consents or withdrawals forbid it.
            TooFewError: Fewer than ten patients.
        """
        from rdface.cohort.terms import check_allowed
        from rdface.faces.face import load_detector
        from rdface.faces.norms_table import shipped_reference

        check_allowed(cohort, "methods")
        rows = one_of_each(cohort, seed, faces)
        if len(rows) < 10:
            raise TooFewError(
                f"{cohort.info.name} has faces of {len(rows)} patients; lists that promise"
                " anything take ten or more."
            )
        patients = cohort.images["patient_id"].tolist()
        gallery = np.asarray(embeddings, np.float64)
        return cls(
            cohort=cohort,
            faces=faces,
            embeddings=embeddings,
            backbone=backbone,
            detector=load_detector(detector),
            mesh=Mesh468(),
            reference=reference,
            shipped=shipped_reference(),
            people=compared_with(cohort, embeddings, rows),
            pairs=PairCosines.of(gallery, condition_labels(cohort), patients, seed=seed),
            trust=measure_trust(cohort, embeddings, rows, seed=seed),
        )

    def answer(
        self,
        data: bytes,
        name: str = "the photograph",
        *,
        sex: str = "",
        age: float | None = None,
        simulated: bool = False,
        max_pixels: int = MAX_PIXELS,
    ) -> Answer:
        """Say what the cohort has to say; neither the picture nor anything about it is kept.

        Args:
            data: The file's bytes.
            name: What to call it in errors.
            sex: ``female``, ``male`` or "".
            age: Years, if known; without it nothing is measured.
            simulated: Whether the picture is known to show nobody.
            max_pixels: Larger pictures are refused.

        Raises:
            ImageError: It is no picture, is too large, or shows no face.
            OwnImageError: It is a picture of the cohort.
        """
        row = row_of_bytes(data, self.cohort)
        if row is not None:
            raise OwnImageError(self.cohort.image_ids[row])
        probe = probe_of_bytes(
            data,
            name,
            self.cohort,
            self.faces,
            sex=sex,
            age=age,
            simulated=simulated,
            detector=self.detector,
            mesh=self.mesh,
            max_pixels=max_pixels,
        )
        crop = align(probe.image, probe.face, self.backbone.crop)
        embedding = self.backbone.embed(crop[None])[0]
        near = find_neighbours(
            probe, embedding, self.cohort, self.embeddings, shown=SHOWN, pairs=self.pairs
        )
        points = mesh_points(probe, self.mesh)
        return Answer(
            probe=probe,
            fits=self.people.judge(np.asarray(embedding, np.float64)),
            neighbours=near,
            measured=measure_probe(probe, self.shipped if simulated else self.reference, points),
            trust=self.trust,
            same_person=near.cases[0].cosine > self.pairs.largest,
        )
