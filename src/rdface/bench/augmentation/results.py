"""The study as files: ranks, table, curves, memory; all numbers follow from the ranks."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from rdface.bench.augmentation.study import read_memory
from rdface.bench.augmentation.summary import Line, curve, summarise_study, table_of
from rdface.bench.study_folder import read_about
from rdface.files import atomic_path, write_json

if TYPE_CHECKING:
    import pandas as pd

TABLE: Final = "augmentation"
RANKS: Final = "ranks.parquet"


@dataclass(frozen=True, eq=False)
class Found:
    """A finished study.

    Attributes:
        lines: The table: n chosen on validation.
        curves: The same for each n, none chosen.
        memory: What pools remember, a row per regime, fold and generator.
        about: The plan and all that decided the study.
    """

    lines: list[Line]
    curves: list[Line]
    memory: pd.DataFrame
    about: dict[str, Any]


def write_study(ranks: pd.DataFrame, out: Path) -> Found:
    """Summarise the ranks; write them, the table (CSV, Parquet, JSON) and the curves.

    Args:
        ranks: Of :func:`rdface.bench.augmentation.study.run_augmentation`.
        out: The study's folder.
    """
    about = read_about(out)
    n_conditions = int(about["n_conditions"])
    found = Found(
        summarise_study(ranks, n_conditions=n_conditions),
        curve(ranks, n_conditions=n_conditions),
        read_memory(out),
        about,
    )
    table, curves = table_of(found.lines), table_of(found.curves)
    for name, frame in ((TABLE, table), (f"{TABLE}-curves", curves)):
        with atomic_path(out / f"{name}.csv") as part:
            frame.to_csv(part, index=False, lineterminator="\n")
        with atomic_path(out / f"{name}.parquet") as part:
            frame.to_parquet(part, index=False)
    with atomic_path(out / RANKS) as part:
        ranks.to_parquet(part, index=False)
    write_json(
        out / f"{TABLE}.json",
        {
            "simulated": about["simulated"],
            "plan": about["plan"],
            "table": [line.to_dict() for line in found.lines],
            "curves": [line.to_dict() for line in found.curves],
            "memory": [
                {key: None if one != one else one for key, one in row.items()}
                for row in found.memory.to_dict("records")
            ],
        },
    )
    return found
