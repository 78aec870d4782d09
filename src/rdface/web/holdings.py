"""What an explorer holds: opened once, read by every page."""

from __future__ import annotations

from functools import cached_property
from threading import RLock
from typing import TYPE_CHECKING, Any, TypeVar

from rdface.cohort import Cohort, load_cohort
from rdface.web.settings import Settings

if TYPE_CHECKING:
    from rdface.backbones.backbone import Backbone, Embeddings
    from rdface.bench import Run
    from rdface.faces import FaceTable
    from rdface.faces.norms import Reference
    from rdface.phenotype.described import Described
    from rdface.web.reading.catalogue import Catalogue
    from rdface.web.reading.pictures import Pictures

T = TypeVar("T")


class once(cached_property[T]):
    """Computed at first use, by one thread while the others wait for it."""

    def __get__(self, holdings: Any, owner: type[Any] | None = None) -> Any:  # noqa: ANN401
        """The value; once it is there, Python finds it without coming here."""
        if holdings is None:
            return self
        with holdings.lock:
            return super().__get__(holdings, owner)


class Holdings:
    """The cohort, its faces and embeddings, and the runs.

    Args:
        settings: What to open.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.lock = RLock()

    @once
    def cohort(self) -> Cohort:
        """Checked, frozen."""
        return load_cohort(self.settings.cohort)

    @once
    def runs(self) -> tuple[Run, ...]:
        """Finished runs that were tested on this very cohort, in the order of their folders."""
        from rdface.bench import read_runs

        if self.settings.runs is None:
            return ()
        runs = read_runs(self.settings.runs)
        return tuple(run for run in runs if run.result.cohort.sha256 == self.cohort.sha256)

    @once
    def faces(self) -> FaceTable:
        """Where the cohort's faces are; from the cache where they were found before."""
        from rdface.faces import locate_faces

        return locate_faces(self.cohort, self.settings.detector)

    @once
    def backbone(self) -> Backbone:
        """The one that finds nearest cases."""
        from rdface.backbones import load_backbone

        return load_backbone(self.settings.backbone)

    @once
    def embeddings(self) -> Embeddings:
        """``float32 [N, D]`` in the cohort's order."""
        from rdface.backbones import embed_cohort

        return embed_cohort(self.cohort, self.backbone, self.faces)

    @once
    def catalogue(self) -> Catalogue:
        """The cohort's images as a list that can be filtered."""
        from rdface.web.reading.catalogue import Catalogue

        return Catalogue.of(self.cohort)

    @once
    def pictures(self) -> Pictures:
        """The cohort's pictures as JPEG."""
        from rdface.web.reading.pictures import Pictures

        return Pictures(self)

    @once
    def described(self) -> tuple[Described, ...]:
        """Reports in words on this very cohort, in the order in which their folders were given."""
        from rdface.phenotype.described import read_described

        return tuple(read_described(folder, self.cohort) for folder in self.settings.reports)

    @once
    def reference(self) -> Reference | None:
        """Unaffected people that measures are compared with.

        The table that was given; else the one that comes with rdface, for simulated cohorts only.
        """
        from rdface.faces.norms_table import read_reference, shipped_reference

        if self.settings.reference is not None:
            return read_reference(self.settings.reference)
        return shipped_reference() if self.cohort.info.simulated else None
