"""What an explorer holds: opened once, read by every page."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from rdface.cohort import Cohort, load_cohort
from rdface.web.counter import Counter
from rdface.web.settings import Settings

if TYPE_CHECKING:
    from rdface.backbones.backbone import Backbone, Embeddings
    from rdface.bench import Run
    from rdface.faces import FaceTable
    from rdface.photograph import Answer, Recogniser


class Holdings:
    """The cohort, its faces and embeddings, and the runs.

    Args:
        settings: What to open.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.counter = Counter()

    @cached_property
    def cohort(self) -> Cohort:
        """Checked, frozen."""
        return load_cohort(self.settings.cohort)

    @cached_property
    def runs(self) -> tuple[Run, ...]:
        """Finished runs that were tested on this very cohort, in the order of their folders."""
        from rdface.bench import read_runs

        if self.settings.runs is None:
            return ()
        runs = read_runs(self.settings.runs)
        return tuple(run for run in runs if run.result.cohort.sha256 == self.cohort.sha256)

    @cached_property
    def faces(self) -> FaceTable:
        """Where the cohort's faces are; from the cache where they were found before."""
        from rdface.faces import locate_faces

        return locate_faces(self.cohort, self.settings.detector)

    @cached_property
    def backbone(self) -> Backbone:
        """The one that finds nearest cases."""
        from rdface.backbones import load_backbone

        return load_backbone(self.settings.backbone)

    @cached_property
    def embeddings(self) -> Embeddings:
        """``float32 [N, D]`` in the cohort's order."""
        from rdface.backbones import embed_cohort

        return embed_cohort(self.cohort, self.backbone, self.faces)

    @cached_property
    def recogniser(self) -> Recogniser:
        """Asks the cohort about photographs; :meth:`ask` takes turns."""
        from rdface.photograph import Recogniser

        return Recogniser.of(
            self.cohort,
            self.faces,
            self.embeddings,
            self.backbone,
            detector=self.settings.detector,
        )

    def ask(self, photograph: bytes, *, sex: str, age: float | None, simulated: bool) -> Answer:
        """Ask the cohort about one photograph, in turn.

        Raises:
            RdfaceError: It is no photograph of a face, or the cohort's terms forbid it.
            HTTPException: 503 where too many are asking.
        """
        with self.counter.turn():
            return self.recogniser.answer(
                photograph,
                sex=sex,
                age=age,
                simulated=simulated,
                max_pixels=self.settings.upload_pixels,
            )
