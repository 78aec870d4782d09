"""A run's groups for other programs: CSV and JSON."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from rdface.metrics.small_samples import FEWEST_PATIENTS

if TYPE_CHECKING:
    from rdface.bench.fairness import Fairness

CSV_COLUMNS = (
    "by", "metric", "group", "n", "n_patients", "n_conditions", "value", "low", "high", "method",
    "minus_rest", "minus_rest_low", "minus_rest_high",
    "adjusted", "adjusted_low", "adjusted_high", "n_shared",
)  # fmt: skip


def as_csv(found: Fairness) -> str:
    """One row per grouping, metric and group; empty cells where a group is too small."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(CSV_COLUMNS)
    for finding in found.findings:
        for one in finding.found.groups:
            differences = [
                number
                for contrast in (one.minus_rest, one.adjusted)
                for number in (
                    (contrast.value, contrast.low, contrast.high) if contrast else ("", "", "")
                )
            ]
            table.writerow(
                [finding.by, finding.metric, one.name, one.n, one.n_patients, one.n_conditions,
                 one.value, one.low, one.high, one.method, *differences, one.n_shared]
            )  # fmt: skip
    return text.getvalue()


def as_json(found: Fairness) -> str:
    """Everything, with the run that it is about."""
    result = found.run.result
    content = {
        "schema_version": 1,
        "run": {
            "key": result.key,
            "name": result.name,
            "protocol": result.protocol,
            "backbone": result.backbone,
            "learner": result.learner,
            "cohort": result.cohort.model_dump(mode="json"),
            "split_sha256": result.split_sha256,
        },
        "fewest_patients": FEWEST_PATIENTS,
        "n_permutations": found.n_permutations,
        "findings": [
            {"by": one.by, "metric": one.metric, "p_value_holm": one.p_value, **asdict(one.found)}
            for one in found.findings
        ],
        "too_small": [asdict(one) for one in found.too_small],
        "unknown": found.unknown,
    }
    return json.dumps(content, indent=2, allow_nan=False)
