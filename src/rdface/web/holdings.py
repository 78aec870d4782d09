"""What an explorer holds: opened once, read by every page."""

from __future__ import annotations

import logging
from functools import cached_property
from threading import Lock, RLock
from typing import TYPE_CHECKING, Any, Self, TypeVar, overload

from rdface.cohort import Cohort, load_cohort
from rdface.errors import RdfaceError, RunError, TooFewError, UsageError
from rdface.registry import nearest
from rdface.web.access.failures import NotHereError
from rdface.web.counter import Counter
from rdface.web.settings import Settings

if TYPE_CHECKING:
    import pandas as pd

    from rdface.backbones.backbone import Backbone, Embeddings
    from rdface.bench import Run
    from rdface.faces import FaceTable
    from rdface.faces.norms import Reference
    from rdface.phenotype.described import Described
    from rdface.photograph import Answer, Recogniser
    from rdface.photograph.trust import Trust
    from rdface.web.reading.catalogue import Catalogue
    from rdface.web.reading.conditions import ConditionRow
    from rdface.web.reading.overview import Overview
    from rdface.web.reading.pictures import Pictures
    from rdface.web.reading.pool import OpenPool

T_co = TypeVar("T_co", covariant=True)

_log = logging.getLogger(__name__)


class HoldingError(RdfaceError):
    """What the explorer was started with cannot be opened; status 500, told to admins alone."""

    exit_code = UsageError.exit_code


class once(cached_property[T_co]):
    """Computed at first use, by one thread while those wait that want the same.

    Each value has a lock of its own: while the first photograph is prepared for, which takes
    seconds, no page waits that shows something else.
    """

    @overload
    def __get__(self, instance: None, owner: type[Any] | None = None) -> Self: ...
    @overload
    def __get__(self, instance: object, owner: type[Any] | None = None) -> T_co: ...
    def __get__(self, instance: Any, owner: type[Any] | None = None) -> Self | T_co:
        """The value; once it is there, Python finds it without coming here."""
        if instance is None:
            return self
        with instance.locks.setdefault(self.attrname, RLock()):
            try:
                value: T_co = super().__get__(instance, owner)
            except TooFewError:  # of the cohort; whoever asks is told
                raise
            except UsageError as error:  # of who started the explorer; it names files
                raise HoldingError(error.message, hint=error.hint) from error
        return value


class Holdings:
    """The cohort, its faces and embeddings, and the runs.

    Args:
        settings: What to open.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.locks: dict[str | None, RLock] = {}
        self.counter = Counter()
        self.pairing = Lock()
        """Cosines of all pairs of 4,000 images take 0.6 GB: those of one page at a time."""
        self.unfit = ""
        """Why the cohort cannot be asked about photographs, once that is known."""

    @once
    def cohort(self) -> Cohort:
        """Checked, frozen."""
        return load_cohort(self.settings.cohort)

    @once
    def runs(self) -> tuple[Run, ...]:
        """Finished runs that were tested on this very cohort, in the order of their folders.

        One that cannot be read is left out and written to the log: the others are shown.
        """
        from rdface.bench import Run, run_folders

        found = []
        for folder in run_folders(self.settings.runs) if self.settings.runs else ():
            try:
                run = Run(folder)
            except RunError as error:
                _log.warning("A run is left out: %s %s", error.message, error.hint or "")
                continue
            if run.result.cohort.sha256 == self.cohort.sha256:
                found.append(run)
        return tuple(found)

    @once
    def named_runs(self) -> dict[str, Run]:
        """The same by name: a run's folder below that of all runs, with slashes."""
        root = self.settings.runs
        return {run.folder.relative_to(root).as_posix(): run for run in self.runs} if root else {}

    def run(self, name: str) -> Run:
        """The run of that name.

        Raises:
            NotHereError: There is none.
        """
        known = self.named_runs
        if name not in known:
            raise NotHereError(
                f"There is no run {name!r} of this cohort.", hint=nearest(name, list(known))
            )
        return known[name]

    @once
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

    @property
    def simulated(self) -> bool:
        """Whether no picture of the cohort and of the pools shows, or was made of, real people."""
        cohorts = (self.cohort, *(pool.cohort for pool in self.pools.values()))
        return all(each.info.simulated for each in cohorts)

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

    @once
    def unaffected(self) -> pd.DataFrame:
        """Measures of the cohort's unaffected patients: what its own reference is fitted to."""
        from rdface.faces.survey import measure_unaffected

        return measure_unaffected(self.cohort, self.settings.detector)

    @once
    def overview(self) -> Overview:
        """What the first page says."""
        from rdface.web.reading.overview import read_overview

        return read_overview(self)

    @once
    def conditions(self) -> tuple[ConditionRow, ...]:
        """All conditions, in the cohort's order."""
        from rdface.web.reading.conditions import list_conditions

        return list_conditions(self)

    @once
    def recogniser(self) -> Recogniser:
        """Asks the cohort about photographs; only in turn (:meth:`ask`, :meth:`trust`)."""
        from rdface.photograph import Recogniser

        try:
            return Recogniser.of(
                self.cohort,
                self.faces,
                self.embeddings,
                self.backbone,
                detector=self.settings.detector,
                # The one that comes with rdface is of simulated children, whatever the cohort is.
                reference=self.reference if self.settings.reference is not None else None,
            )
        except TooFewError as error:
            self.unfit = error.message
            raise

    @property
    def ready(self) -> bool:
        """Whether a photograph is answered at once; else getting ready takes some seconds."""
        return "recogniser" in vars(self)

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

    def trust(self) -> Trust:
        """How far answers about photographs can be trusted, in turn.

        Raises:
            RdfaceError: The cohort's terms forbid it.
            HTTPException: 503 where too many are asking.
        """
        with self.counter.turn():
            return self.recogniser.trust
