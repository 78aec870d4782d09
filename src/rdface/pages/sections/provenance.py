"""What made the numbers: models and licences, hashes, versions, time and memory."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from rdface.bench import Run, RunResult
from rdface.pages.evidence import Evidence, run_name
from rdface.pages.wording import thousands
from rdface.weights import manifest

_NEEDS = {"anthropometry": ("mesh468",), "landmarks": ("mesh468",)}
"""Weights of backbones that are not called as their weights are."""


@dataclass(frozen=True)
class Model:
    """A pretrained model and its terms."""

    name: str
    summary: str
    licence: str
    source: str
    sha256: str


@dataclass(frozen=True)
class RunRow:
    """What one run took, and what validation chose most often for it."""

    name: str
    seconds: str
    peak_memory: str
    chosen: str
    key: str


@dataclass(frozen=True)
class Provenance:
    """The section's content.

    Attributes:
        folder: Name of the spec's run folder.
        spec: Text of the spec of all runs; empty if there is none.
        protocol: Its options in words.
        models: Models that the manifest knows.
        unlisted: Backbones that it does not.
        runs: A row a run.
        seconds: Of all runs together.
        peak_memory: Largest of all runs, MB.
        versions: Package to versions, joined if runs differ.
    """

    folder: str
    spec: str
    protocol: str
    models: tuple[Model, ...]
    unlisted: tuple[str, ...]
    runs: tuple[RunRow, ...]
    seconds: str
    peak_memory: str
    versions: dict[str, str]


def trace(evidence: Evidence) -> Provenance:
    """Collect what is needed to make the numbers again."""
    return trace_runs(evidence.runs, _spec(evidence), _chosen)


def trace_runs(
    runs: Sequence[Run], spec: str, choices: Callable[[dict[str, int]], str]
) -> Provenance:
    """The same of any runs that share cohort and split.

    Args:
        runs: The best first.
        spec: Text of the spec of all of them.
        choices: What validation chose, in words.
    """
    results = [run.result for run in runs]
    best = results[0]
    versions: dict[str, set[str]] = {}
    for result in results:
        for package, version in result.versions.items():
            versions.setdefault(package, set()).add(version)
    models, unlisted = _models(runs)
    options = [f"{key} {value}" for key, value in best.protocol.items() if key != "name"]
    return Provenance(
        folder=best.name,
        spec=spec,
        protocol=", ".join([str(best.protocol.get("name", "")), *options]),
        models=models,
        unlisted=unlisted,
        runs=tuple(
            RunRow(
                run_name(run),
                thousands(run.result.seconds, 1),
                _memory([run.result]),
                choices(run.result.chosen),
                run.result.key[:12],
            )
            for run in runs
        ),
        seconds=thousands(sum(result.seconds for result in results), 1),
        peak_memory=_memory(results),
        versions={name: ", ".join(sorted(found)) for name, found in sorted(versions.items())},
    )


def _memory(results: Sequence[RunResult]) -> str:
    """Largest peak, MB; a dash where no system said."""
    peaks = [peak for result in results if (peak := result.peak_memory_mb) is not None]
    return thousands(max(peaks)) if peaks else "–"


def _spec(evidence: Evidence) -> str:
    """The spec of all runs together, from that of the best; the cohort without its folder."""
    path = evidence.best.folder / "spec.yaml"
    try:
        spec = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError):
        return ""
    if not isinstance(spec, dict):
        return ""
    results = [run.result for run in evidence.runs]
    # Where the cohort lies on somebody's disk is nobody's business.
    spec["cohort"] = Path(str(spec.get("cohort", ""))).name
    spec["backbones"] = sorted({result.backbone for result in results}, key=_parts_first)
    spec["learners"] = sorted({result.learner for result in results})
    return yaml.safe_dump(spec, sort_keys=False, allow_unicode=True).strip()


def _parts_first(backbone: str) -> tuple[int, str]:
    return backbone.count("+"), backbone


def _models(runs: Sequence[Run]) -> tuple[tuple[Model, ...], tuple[str, ...]]:
    known = manifest()
    names: dict[str, None] = {}
    for run in runs:
        # The mesh refines the points of whatever detector found the face.
        names |= dict.fromkeys((run.result.detection.detector, "mesh468"))
        for part in run.result.backbone.split("+"):
            names.update(dict.fromkeys(_NEEDS.get(part, (part,))))
    models = tuple(
        Model(
            name,
            known[name].summary,
            known[name].licence,
            known[name].source,
            (known[name].sha256 or "")[:12],
        )
        for name in sorted(names)
        if name in known
    )
    return models, tuple(sorted(set(names) - set(known)))


def _chosen(chosen: dict[str, int]) -> str:
    """The most frequent choice of each part of the run, with the share of folds."""
    best: dict[str, tuple[int, str]] = {}
    folds: dict[str, int] = {}
    for line, n in chosen.items():
        part, _, choice = line.partition(": ")
        folds[part] = folds.get(part, 0) + n
        if choice and n > best.get(part, (0, ""))[0]:
            best[part] = (n, choice)
    alone = len(best) == 1
    return "; ".join(
        f"{'' if alone else part + ': '}{choice} ({n} of {folds[part]} folds)"
        for part, (n, choice) in best.items()
    )
