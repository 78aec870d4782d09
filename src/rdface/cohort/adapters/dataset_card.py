"""The head of a dataset card as the Hugging Face hub reads it, and the terms below it.

It holds what the cohort says and nothing else; :mod:`rdface.curation` writes the long card.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from rdface.cohort.adapters.tables import stated, terms
from rdface.cohort.cohort import Cohort
from rdface.cohort.foreign_yaml import load_foreign_yaml

CARD = "README.md"

_LICENCES = {
    "CC0-1.0": "cc0-1.0",
    "CC-BY-4.0": "cc-by-4.0",
    "CC-BY-SA-4.0": "cc-by-sa-4.0",
    "CC-BY-NC-4.0": "cc-by-nc-4.0",
    "CC-BY-NC-SA-4.0": "cc-by-nc-sa-4.0",
    "CC-BY-NC-ND-4.0": "cc-by-nc-nd-4.0",
    "MIT": "mit",
    "Apache-2.0": "apache-2.0",
}
"""SPDX identifier -> the hub's; any other licence is ``other`` with its own name."""

_HEAD = re.compile(r"\A---\r?\n(.*?)\r?\n---\r?\n", re.DOTALL)


def dataset_card(cohort: Cohort, data_files: str, features: Sequence[Mapping[str, Any]]) -> str:
    """A dataset card.

    Args:
        cohort: Whose.
        data_files: Pattern of the data's files.
        features: Columns with their types, as the hub's YAML lists them.
    """
    info = cohort.info
    head: dict[str, Any] = {
        **hub_licence(info.licence),
        "pretty_name": info.title or info.name,
        "task_categories": ["image-classification"],
        "tags": ["rare-disease", "face", *(["simulated"] if info.simulated else [])],
        "configs": [
            {
                "config_name": "default",
                "data_files": [{"split": "train", "path": data_files}],
                # Without them, patient 007 would become the number 7.
                "features": list(features),
            }
        ],
    }
    text = yaml.safe_dump(head, sort_keys=False, allow_unicode=True)
    lines = [
        f"# {info.title or info.name}",
        "",
        f"{info.name} {info.version}: {len(cohort)} pictures of"
        f" {cohort.images['patient_id'].nunique()} patients with {len(cohort.conditions)}"
        " conditions. `train` is the whole of it: splits are by patient and belong to a protocol.",
        "",
        *(f"- {line}" for line in terms(stated(cohort))),
        "",
    ]
    return f"---\n{text}---\n" + "\n".join(lines)


def hub_licence(licence: str) -> dict[str, str]:
    """The keys that say a licence, an SPDX identifier if it has one, in the head of a card."""
    if licence in _LICENCES:
        return {"license": _LICENCES[licence]}
    return {"license": "other", "license_name": licence}


def licence_of(card: str) -> str:
    """The licence that the head of a dataset card names; empty where it names none."""
    head = _HEAD.match(card)
    try:
        content = load_foreign_yaml(head[1]) if head else {}
    except (yaml.YAMLError, ValueError):
        return ""
    if not isinstance(content, dict):
        return ""
    name = str(content.get("license_name") or content.get("license") or "")
    return {hub: spdx for spdx, hub in _LICENCES.items()}.get(name, name)


def card_terms(source: Path) -> dict[str, object]:
    """What the dataset card in a folder says for cohort.yaml: its licence, if it names one."""
    card = source / CARD
    if not card.is_file():
        return {}
    licence = licence_of(card.read_text(encoding="utf-8", errors="replace"))
    return {"licence": licence} if licence else {}
