"""What made the numbers of a gallery: its spec and what validation chose, then as in a report."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from rdface.bench import Run
from rdface.pages.gallery_evidence import GalleryEvidence
from rdface.pages.sections.provenance import Provenance, trace_runs


def trace_gallery(evidence: GalleryEvidence) -> Provenance:
    """Collect what is needed to make the numbers again."""
    return trace_runs(evidence.runs, _spec(evidence), _chosen)


def _spec(evidence: GalleryEvidence) -> str:
    """The spec of all runs together; empty if one of theirs cannot be read."""
    specs = [_read(run) for run in evidence.runs]
    if not all(specs):
        return ""
    whole = dict(specs[0])
    # Where the cohort lies on somebody's disk is nobody's business.
    whole["cohort"] = Path(str(whole.get("cohort", ""))).name
    for part in ("backbones", "metrics"):
        listed = {yaml.safe_dump(one): one for spec in specs for one in spec.get(part) or ()}
        whole[part] = [_short(listed[text]) for text in sorted(listed)]
    return yaml.safe_dump(whole, sort_keys=False, allow_unicode=True).strip()


def _read(run: Run) -> dict[str, Any]:
    try:
        spec = yaml.safe_load((run.folder / "spec.yaml").read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError):
        return {}
    return spec if isinstance(spec, dict) else {}


def _short(piece: object) -> object:
    """A metric without options by its name alone, as one would write it."""
    if not isinstance(piece, dict):
        return piece
    given = {key: value for key, value in piece.items() if value != ""}
    return given["name"] if given.keys() == {"name"} else given


def _chosen(chosen: dict[str, int]) -> str:
    """The most frequent choice and its share of the folds."""
    if not chosen:
        return ""
    choice, n = max(chosen.items(), key=lambda item: item[1])
    return f"{choice} ({n} of {sum(chosen.values())} folds)"
