"""Faces of a pool that people accepted or rejected: who, when, and what was taken back.

The decisions stand in ``review.csv`` in the pool's folder, one row each, the newest last; nothing
is overwritten. They are no column of ``images.csv``, whose hash names the pool: a decision does not
make its scores those of another pool. A decision holds for the picture that was looked at: the row
has its SHA-256, and is passed over where another picture has that id now.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from rdface.errors import CohortError, RunError, UsageError
from rdface.files import sha256_bytes, write_text
from rdface.synthesis.pool.folder import work_of

if TYPE_CHECKING:
    from rdface.cohort import Cohort

REVIEW_FILE: Final = "review.csv"
Verdict = Literal["accepted", "rejected", "open"]
"""``open``: nobody has decided, or whoever did took it back."""
Keep = Literal["accepted", "not-rejected"]
_WAIT: Final = 10.0
"""Seconds that one decision waits for another."""


class Decision(BaseModel):
    """One row.

    Attributes:
        step: Number of what was decided at once, from 1 on.
        at: When, UTC.
        by: Name of who decided.
        image_id: About which image.
        sha256: Of the picture that was looked at.
        verdict: What it is from now on.
        takes_back: The step that this one undoes; 0 for a decision of its own.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    step: int
    at: datetime
    by: str
    image_id: str
    sha256: str
    verdict: Verdict
    takes_back: int = 0


@dataclass(frozen=True)
class Review:
    """All decisions about a pool, oldest first.

    Attributes:
        decisions: Those about pictures that the pool still has.
        sha256: Of the file; "" where there is none.
    """

    decisions: tuple[Decision, ...]
    sha256: str = ""

    @cached_property
    def standing(self) -> dict[str, Decision]:
        """Image to the last decision about it."""
        return {one.image_id: one for one in self.decisions}

    def verdict(self, image_id: str) -> Verdict:
        """What was decided about an image."""
        found = self.standing.get(image_id)
        return found.verdict if found else "open"

    def keeping(self, image_ids: Sequence[str], keep: Keep) -> frozenset[str]:
        """Of some images those that were accepted, or those that were not rejected."""
        wanted = {"accepted"} if keep == "accepted" else {"accepted", "open"}
        return frozenset(name for name in image_ids if self.verdict(name) in wanted)


def read_review(pool: Cohort) -> Review:
    """What was decided about a pool so far.

    Raises:
        CohortError: The file is no review.
    """
    digests = _digests(pool)
    rows, sha256 = _read(pool.root / REVIEW_FILE)
    return Review(tuple(one for one in rows if digests.get(one.image_id) == one.sha256), sha256)


def decide(pool: Cohort, image_ids: Collection[str], verdict: Verdict, by: str) -> tuple[str, ...]:
    """Write a decision about some images; for those that have that verdict already, nothing.

    Args:
        pool: Whose images.
        image_ids: Which.
        verdict: What they are from now on.
        by: Who says so.

    Returns:
        The images that have another verdict now.

    Raises:
        UsageError: The pool has no such image.
        RunError: Another decision is being written and does not end.
        CohortError: The file is no review, or cannot be written.
    """
    unknown = sorted(set(image_ids) - set(pool.image_ids))
    if unknown:
        raise UsageError(f"The pool has no image {unknown[0]!r}.")
    with _locked(pool):
        now = read_review(pool)
        changed = {name: verdict for name in image_ids if now.verdict(name) != verdict}
        _append(pool, changed, by)
        return tuple(changed)


def take_back(pool: Cohort, by: str) -> tuple[str, ...]:
    """Undo the last decision of a person that is not undone yet; again for the one before it.

    An image that somebody else has decided about since is left as it is.

    Args:
        pool: Whose images.
        by: Whose decision.

    Returns:
        The images that were set back; none where there is nothing to undo.

    Raises:
        RunError: As :func:`decide`.
        CohortError: As :func:`decide`.
    """
    with _locked(pool):
        now = read_review(pool)
        undone = {one.takes_back for one in now.decisions}
        own = {one.step for one in now.decisions if one.by == by and not one.takes_back} - undone
        for step in sorted(own, reverse=True):
            before = _before(now, step, by)
            if before:
                _append(pool, before, by, takes_back=step)
                return tuple(before)
        return ()


def _before(review: Review, step: int, by: str) -> dict[str, Verdict]:
    """Images of a step that nobody else has touched since, and what they were before it."""
    images = [one.image_id for one in review.decisions if one.step == step]
    others = {one.image_id for one in review.decisions if one.step > step and one.by != by}
    earlier = {one.image_id: one.verdict for one in review.decisions if one.step < step}
    return {name: earlier.get(name, "open") for name in images if name not in others}


def _append(pool: Cohort, verdicts: Mapping[str, Verdict], by: str, *, takes_back: int = 0) -> None:
    if not verdicts:
        return
    path, digests = pool.root / REVIEW_FILE, _digests(pool)
    rows, _ = _read(path)
    step = max((one.step for one in rows), default=0) + 1
    at = datetime.now(UTC).replace(microsecond=0)
    rows += [
        Decision(
            step=step,
            at=at,
            by=by,
            image_id=name,
            sha256=digests[name],
            verdict=verdict,
            takes_back=takes_back,
        )
        for name, verdict in verdicts.items()
    ]
    text = io.StringIO()
    writer = csv.DictWriter(text, list(Decision.model_fields), lineterminator="\n")
    writer.writeheader()
    writer.writerows(one.model_dump(mode="json") for one in rows)
    write_text(path, text.getvalue())


def _read(path: Path) -> tuple[list[Decision], str]:
    """All rows, whatever pictures they are about, and the file's hash."""
    try:
        data = path.read_bytes()
        rows = csv.DictReader(io.StringIO(data.decode("utf-8"), newline=""))
        if rows.fieldnames != list(Decision.model_fields):
            raise csv.Error("other columns")
        return [Decision.model_validate(row) for row in rows], sha256_bytes(data)
    except FileNotFoundError:
        return [], ""
    except (OSError, UnicodeDecodeError, csv.Error, ValidationError) as error:
        raise CohortError(
            f"{path} is no review of a pool.",
            hint="Move it away; what it says is lost to the explorer.",
        ) from error


def _digests(pool: Cohort) -> dict[str, str]:
    return dict(zip(pool.image_ids, pool.images["sha256"].astype(str), strict=True))


@contextmanager
def _locked(pool: Cohort) -> Iterator[None]:
    """Only one process decides at a time; the lock lies where nothing is published from."""
    from filelock import FileLock, Timeout

    folder = work_of(pool.root)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / ".review.lock", timeout=_WAIT):
            yield
    except Timeout as error:
        raise RunError(
            f"Another process is writing decisions to {pool.root}.", hint="Try again."
        ) from error
    except OSError as error:
        raise CohortError(f"{folder} cannot be written to: {error.strerror}.") from error
