"""A pool of synthetic faces that is open: its table of scores and its pictures."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from rdface.cohort import load_cohort
from rdface.cohort.terms import check_allowed
from rdface.errors import ImageError, UsageError
from rdface.faces.picture import picture_bytes
from rdface.imaging import decode_image
from rdface.pages.figures.contact_sheet import marked_jpeg
from rdface.screening import ScoreTable
from rdface.screening.scorer import Column

if TYPE_CHECKING:
    import pandas as pd

SIDE: Final = 240
"""Pixels of a picture's side."""
KEPT: Final = 512
"""Pictures that stay in memory: about 10 MB."""


class OpenPool:
    """A pool and what was said about it.

    Args:
        folder: Of the pool; its scores are the file ``<folder>.parquet`` beside it, where
            docs/screening.md has them.

    Raises:
        CohortError: It cannot be read.
        UsageError: It is no pool.
    """

    def __init__(self, folder: Path) -> None:
        self.name = folder.resolve().name
        self.cohort = load_cohort(folder)
        if not self.cohort.info.is_pool:
            raise UsageError(
                f"{folder} is no pool of synthetic images.", hint="See `rdface synthesize make`."
            )
        self.rows = {name: row for row, name in enumerate(self.cohort.image_ids)}
        self.table, self.why_no_scores = _scores(folder, self.cohort.sha256)
        self._digests = self.cohort.images["sha256"].astype(str).tolist()
        self._picture = lru_cache(maxsize=KEPT)(self._make_picture)

    @cached_property
    def scored(self) -> pd.DataFrame | None:
        """The scores by image, in the order of the pool; None without scores."""
        if self.table is None:
            return None
        return self.table.frame.set_index("image_id").loc[list(self.cohort.image_ids)]

    def columns(self, *kinds: str) -> tuple[Column, ...]:
        """Columns of the scores that are of some kinds; none without scores."""
        return tuple(one for one in self.table.columns if one.kind in kinds) if self.table else ()

    def picture(self, image_id: str) -> bytes:
        """JPEG of a picture with the mark ``synthetic``; kept while its file stays what it was.

        Raises:
            ImageError: It is not there any more, was altered, or cannot be opened.
            TermsError: The terms of the real cohort, which hold for the pool, forbid it.
        """
        check_allowed(self.cohort, "use", today=datetime.now(UTC).date())
        try:
            state = self.cohort.path(image_id).stat()
        except OSError as error:
            raise ImageError(f"{image_id} cannot be read: {error.strerror}.") from error
        return self._picture(image_id, state.st_mtime_ns, state.st_size)

    def _make_picture(self, image_id: str, mtime_ns: int, size: int) -> bytes:
        digest = self._digests[self.rows[image_id]]
        data = picture_bytes(self.cohort.path(image_id), image_id, digest)
        return marked_jpeg(decode_image(data, image_id), "synthetic", SIDE)


def _scores(folder: Path, sha256: str) -> tuple[ScoreTable | None, str]:
    """The table, or why there is none."""
    path = folder.resolve().with_name(f"{folder.resolve().name}.parquet")
    if not path.is_file():
        return None, "It was not scored yet."
    table = ScoreTable.read(path)
    if table.card["pool"]["sha256"] != sha256:
        return None, "Its scores are those of another pool, or of an older state of this one."
    return table, ""
