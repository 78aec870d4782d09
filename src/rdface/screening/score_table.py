"""One table of scores for a pool, a row per synthetic image, with a card of what it was made of."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from rdface.cohort.terms import check_allowed
from rdface.errors import UsageError
from rdface.files import atomic_path, sha256_bytes, write_text
from rdface.screening.material import Material, gather
from rdface.screening.options import ScreenOptions
from rdface.screening.scorer import SCORERS, Column, column
from rdface.synthesis.pool.plan import pictures_sha256

if TYPE_CHECKING:
    import pandas as pd

    from rdface.cohort import Cohort

FORMAT: Final = 1
_CARD: Final = b"rdface.scores"
HEAD: Final = ("image_id", "condition", "condition_by")
"""Columns before the scores: whose row it is, and whether a generator or a label says so."""


@dataclass(frozen=True, eq=False)
class ScoreTable:
    """Scores of a pool.

    Attributes:
        frame: One row an image, in the pool's order: :data:`HEAD`, then the scorers' columns, each
            described by :attr:`columns`. NaN is a missing number.
        card: Plain types: pool and real cohort with their hashes, training images, options.
    """

    frame: pd.DataFrame
    card: dict[str, Any]

    def __len__(self) -> int:
        return len(self.frame)

    @property
    def columns(self) -> tuple[Column, ...]:
        """What each score is, in order."""
        return tuple(column(str(name)) for name in self.frame.columns if name not in HEAD)

    @property
    def options(self) -> ScreenOptions:
        """What was asked for."""
        return ScreenOptions.model_validate(self.card["options"])

    def only(self, image_ids: Collection[str]) -> ScoreTable:
        """The rows of some images."""
        rows = self.frame[self.frame["image_id"].isin(set(image_ids))]
        return ScoreTable(rows.reset_index(drop=True), self.card)

    def write(self, path: Path) -> None:
        """Write Parquet with the card inside, or CSV (``.csv``) without it; whole or not at all.

        Raises:
            UsageError: The name ends in neither.
        """
        if path.suffix == ".csv":
            write_text(path, self.frame.to_csv(index=False, lineterminator="\n"))
            return
        if path.suffix != ".parquet":
            raise UsageError(f"Scores are written to .parquet or .csv, not to {path.name}.")
        import pyarrow as pa
        import pyarrow.parquet as pq

        table = pa.Table.from_pandas(self.frame, preserve_index=False)
        card = json.dumps(self.card, sort_keys=True).encode()
        table = table.replace_schema_metadata({**(table.schema.metadata or {}), _CARD: card})
        with atomic_path(path) as part:
            pq.write_table(table, part)

    @classmethod
    def read(cls, path: Path) -> ScoreTable:
        """Read what :meth:`write` wrote as Parquet.

        Raises:
            UsageError: It is no table of scores.
        """
        import pyarrow as pa
        import pyarrow.parquet as pq

        hint = "It is written by `rdface screen score`, as a .parquet file."
        try:
            table = pq.read_table(path)
        except (OSError, pa.ArrowInvalid) as error:
            raise UsageError(f"{path} cannot be read as Parquet.", hint=hint) from error
        card = (table.schema.metadata or {}).get(_CARD)
        if card is None:
            raise UsageError(f"{path} is no table of scores.", hint=hint)
        return cls(table.to_pandas(), json.loads(card))


def score_pool(
    pool: Cohort,
    real: Cohort,
    training_ids: Sequence[str] | None = None,
    options: ScreenOptions | None = None,
    *,
    controls: Cohort | None = None,
) -> ScoreTable:
    """Score every image of a pool against the real training images.

    Nothing but the training images is opened of the real cohort (unless ``means: all`` asks for
    flaw F3), so that no test image can move a score.

    Args:
        pool: Synthetic images only.
        real: The cohort that it was made from.
        training_ids: Images of the fold's training part; those that the pool says it was made
            from where None.
        options: What is scored, and how.
        controls: Unaffected children, for the spread of anthropometric measures.

    Raises:
        TermsError: Terms of the cohorts forbid it.
        UsageError: See :func:`rdface.screening.material.gather`; an unknown scorer; a missing
            extra; or nobody says which the training images are.
        WeightsError: Weights that a scorer needs are not here.
    """
    for cohort in filter(None, (pool, real, controls)):
        check_allowed(cohort, "methods")
    options = options or ScreenOptions()
    scorers = [(name, SCORERS.get(name)()) for name in dict.fromkeys(options.scorers)]
    if not scorers:
        raise UsageError("Scoring needs a scorer.", hint=f"Known: {', '.join(SCORERS.names())}.")
    for _, scorer in scorers:
        scorer.check(options)
    ids = tuple(training_ids) if training_ids is not None else training_images(pool, real)
    material = gather(pool, real, ids, options, controls)
    frame = _head(material)
    for _, scorer in scorers:
        found = scorer.score(material)
        for one in scorer.columns:
            frame[one.name] = found[one.name]
    return ScoreTable(frame, _card(material, pool, real, controls))


def training_images(pool: Cohort, real: Cohort) -> tuple[str, ...]:
    """The images of the real cohort that a pool says it was made from.

    Raises:
        UsageError: It does not say, or they are other pictures now.
    """
    about = pool.info.model_extra or {}
    said = tuple(str(name) for name in about.get("training_images") or ())
    if not said:
        raise UsageError(
            f"The pool {pool.info.name} does not say which training images it was made from.",
            hint="Pools of `rdface synthesize` do; for others give the ids (--training FILE).",
        )
    known = about.get("training_sha256")
    if known and pictures_sha256(real, said) != known:
        raise UsageError(
            f"The pool {pool.info.name} was made from other pictures than those of "
            f"{real.info.name}.",
            hint="Give the cohort that it was made from.",
        )
    return said


def _head(material: Material) -> pd.DataFrame:
    import pandas as pd

    images = material.pool.cohort.images
    by = images["condition_by"] if "condition_by" in images else pd.Series([""] * len(images))
    head = {"image_id": images["image_id"], "condition": images["condition"], "condition_by": by}
    return pd.DataFrame({name: np.asarray(values, object) for name, values in head.items()})


def _card(
    material: Material, pool: Cohort, real: Cohort, controls: Cohort | None
) -> dict[str, Any]:
    training = material.training.cohort
    lines = training.images[["image_id", "condition", "sha256"]].sort_values("image_id")
    return {
        "format": FORMAT,
        "pool": {"name": pool.info.name, "sha256": pool.sha256, "simulated": pool.info.simulated},
        "real": {"name": real.info.name, "sha256": real.sha256},
        "training": {
            "images": len(training),
            "conditions": int(training.images["condition"].nunique()),
            "sha256": sha256_bytes(lines.to_csv(index=False, lineterminator="\n").encode()),
        },
        "labels": (pool.info.model_extra or {}).get("labels"),
        "landmark_means_of": len(material.averaged),
        "controls": None
        if controls is None
        else {"name": controls.info.name, "sha256": controls.sha256},
        "options": material.options.model_dump(mode="json"),
    }
