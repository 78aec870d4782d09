"""What an explorer holds: opened once, read by every page."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from rdface.cohort import Cohort, load_cohort
from rdface.errors import UsageError
from rdface.registry import nearest
from rdface.web.access.failures import NotHereError
from rdface.web.settings import Settings

if TYPE_CHECKING:
    from rdface.backbones.backbone import Backbone, Embeddings
    from rdface.bench import Run
    from rdface.faces import FaceTable
    from rdface.web.reading.pool import OpenPool


class Holdings:
    """The cohort, its faces and embeddings, and the runs.

    Args:
        settings: What to open.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

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
    def named_runs(self) -> dict[str, Run]:
        """The same by name: a run's folder below that of all runs, with slashes."""
        root = self.settings.runs
        return {run.folder.relative_to(root).as_posix(): run for run in self.runs} if root else {}

    def run(self, name: str) -> Run:
        """The run of that name.

        Raises:
            NotHereError: There is none.
        """
        if name not in self.named_runs:
            raise NotHereError(
                f"There is no run {name!r} of this cohort.",
                hint=nearest(name, list(self.named_runs)),
            )
        return self.named_runs[name]

    @cached_property
    def pools(self) -> dict[str, OpenPool]:
        """Pools of synthetic faces by the name of their folder."""
        from rdface.web.reading.pool import OpenPool

        opened: dict[str, OpenPool] = {}
        for folder in self.settings.pools:
            pool = OpenPool(folder)
            if pool.name in opened:
                raise UsageError(
                    f"Two pools are called {pool.name!r}.", hint="Give each once, or rename one."
                )
            opened[pool.name] = pool
        return opened

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
