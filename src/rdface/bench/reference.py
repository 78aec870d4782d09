"""What the RDFace paper reports, to stand beside a reader's own figures on the same cohort."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from rdface.bench.result import RunResult, Spread
from rdface.metrics.measures import TOP_K

FOLDS = 5


@cache
def _published() -> dict[str, Any]:
    path = Path(__file__).with_name("reference.yaml")
    content: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return content


def is_rdface(result: RunResult) -> bool:
    """Whether a run is about the cohort that the paper is about."""
    return bool(result.cohort.name == _published()["cohort"])


def reference_figures(backbone: str) -> dict[str, Spread] | None:
    """Top-k (micro) of the paper's fine-tuned backbone, shares; None for one it does not have.

    Args:
        backbone: Name, as in rdface.
    """
    row = _published()["closed-set"].get(backbone)
    if row is None:
        return None
    return {
        f"top{k}_micro": Spread(mean=mean / 100, sd=sd / 100, folds=FOLDS)
        for k in TOP_K
        for mean, sd in [row[f"top{k}"]]
    }
