"""The model card of an exported head (Mitchell et al., "Model cards for model reporting", 2019)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import yaml

from rdface.bench import Metric
from rdface.cohort.adapters.dataset_card import hub_licence
from rdface.cohort.terms import named
from rdface.hub.config import CARD_FILE, CONFIG_FILE, TENSORS_FILE, HeadConfig

SHOWN = ("top1_micro", "top5_micro", "top10_micro", "top30_micro", "top1_macro", "mrr_micro")
"""Metrics of the card; ``config.json`` has all."""


def write_card(config: HeadConfig) -> str:
    """``README.md``: metadata as hubs read them, then the card for people."""
    front = yaml.safe_dump(_metadata(config), sort_keys=False, allow_unicode=True)
    return f"---\n{front}---\n\n" + "\n".join(_lines(config)) + "\n"


def _title(config: HeadConfig) -> str:
    return f"{config.backbone.name} with {config.learner}, from {config.cohort.name}"


def _metadata(config: HeadConfig) -> dict[str, Any]:
    metrics = [
        {
            "type": "accuracy" if name == "top1_micro" else name,
            "name": f"{name}, 95 % interval {metric.low:.4f} to {metric.high:.4f}",
            "value": round(metric.value, 6),
        }
        for name, metric in _shown(config)
    ]
    return {
        "library_name": config.library_name,
        **hub_licence(config.licence),
        "pipeline_tag": "image-feature-extraction",
        "tags": ["rare-disease", "face", "research-use-only", "not-a-medical-device"]
        + (["simulated-data"] if config.simulated else []),
        "model-index": [
            {
                "name": _title(config),
                "results": [
                    {
                        "task": {"type": "image-classification", "name": "closed-set recognition"},
                        "dataset": {
                            "type": config.cohort.name,
                            "name": f"{config.cohort.name} {config.cohort.version}",
                            "split": f"{config.tested.protocol['name']}, patients unseen",
                        },
                        "metrics": metrics,
                    }
                ],
            }
        ],
    }


def _shown(config: HeadConfig) -> list[tuple[str, Metric]]:
    metrics = config.tested.metrics
    return [(name, metrics[name]) for name in SHOWN if name in metrics]


def _lines(config: HeadConfig) -> Iterator[str]:
    patients = sum(one.patients for one in config.conditions)
    images = sum(one.images for one in config.conditions)
    yield from (f"# {_title(config)}", "", f"**{config.notice}**", "")
    who = (
        "simulated children; no picture shows a person"
        if config.simulated
        else "patients whose photographs are real"
    )
    yield (
        f"A `{config.learner}` head on the frozen face network `{config.backbone.name}`. It ranks"
        f" {len(config.conditions)} conditions and was fitted on {images} images of"
        f" {patients} {who} (cohort {config.cohort.name} {config.cohort.version}, SHA-256"
        f" `{config.cohort.sha256[:12]}`)."
    )
    if config.cohort.unknown_patients:
        yield f"Patients are not known there; {config.cohort.unknown_patients} counts as one."
    if config.left_out:
        yield (
            f"{config.left_out} conditions with fewer than {config.smallest} patients were left"
            " out: what is learnt from few is close to their own embeddings."
        )
    yield from ("", "## How well", "")
    yield from _evidence(config)
    yield from ("", "## What it is not for", "")
    yield (
        "No use on a patient, no screening of people, no search for anybody. It knows no face"
        f" without one of its {len(config.conditions)} conditions and always ranks all of them;"
        " it was not tested on photographs from elsewhere."
        + (
            " It learnt from simulated faces: nothing shows that it says anything of real ones."
            if config.simulated
            else ""
        )
    )
    yield from ("", "## Terms", "")
    yield from _terms(config)
    yield from ("", "## Use", "")
    yield from _use(config)
    yield from ("", "## Conditions", "", "| id | name | patients | images |")
    yield "| --- | --- | --- | --- |"
    for one in config.conditions:
        yield f"| {one.condition} | {one.name} | {one.patients} | {one.images} |"


def _evidence(config: HeadConfig) -> Iterator[str]:
    tested = config.tested
    options = ", ".join(f"{key} {value}" for key, value in tested.protocol.items() if key != "name")
    shown = _shown(config)
    sizes = config.cohort.sizes(shown[0][1])
    yield (
        f"Heads fitted in the same way were tested on patients whom they had not seen, under the"
        f" protocol `{tested.protocol['name']}` ({options}), among {tested.candidates} candidate"
        f" conditions, on {sizes}. This head has seen all of them"
        + (", but for the conditions that were left out" if config.left_out else "")
        + ": it cannot be tested on this cohort any more, and these are not its own numbers."
    )
    yield from (
        "",
        "| metric | % [95 % interval over patients] | chance, % |",
        "| --- | --- | --- |",
    )
    for name, metric in shown:
        cell = f"{100 * metric.value:.1f} [{100 * metric.low:.1f}, {100 * metric.high:.1f}]"
        yield f"| {name} | {cell} | {100 * tested.chance[name]:.1f} |"


def _terms(config: HeadConfig) -> Iterator[str]:
    terms = config.terms
    yield f"* Licence of the cohort: {config.licence}."
    codes = ", ".join(named(code) for code in terms.data_use)
    yield f"* Data use: {codes or 'nothing stated'}. The terms bind whoever uses the head."
    for words, said in (
        ("Ethics", "; ".join(terms.ethics)),
        ("Forbidden", "; ".join(terms.forbids)),
        ("Permitted use", terms.permitted_use),
        ("Consent ends on", terms.consent_expires),
    ):
        if said:
            yield f"* {words}: {said}."
    licence = config.backbone.licence or "see `rdface weights list`"
    yield (f"* The backbone's weights are not in this folder; their licence: {licence}.")
    if not config.simulated:
        yield (
            "* Weights that were learnt from patients' faces are personal data unless somebody has"
            " shown that no face can be recognised by them. If a patient withdraws, the head has to"
            " be fitted anew and copies of this one deleted."
        )


def _use(config: HeadConfig) -> Iterator[str]:
    yield from (
        "```python",
        "from pathlib import Path",
        "",
        "from rdface.backbones import embed_cohort",
        "from rdface.cohort import load_cohort",
        "from rdface.faces import locate_faces",
        "from rdface.hub import load_head",
        "",
        'head = load_head(Path("."))',
        'cohort = load_cohort("MY-COHORT")',
        f'faces = locate_faces(cohort, "{config.detector}")',
        "scores = head.scores(embed_cohort(cohort, head.backbone(), faces))",
        "```",
        "",
        f"`{TENSORS_FILE}` holds the numbers, `{CONFIG_FILE}` all else, `{CARD_FILE}` is this card."
        f" Needs `pip install 'rdface[hub]'`; written by rdface {config.rdface}. An embedding is"
        f" prepared ({_steps(config)}) and then scored by `{config.learner}`"
        f" ({_parameters(config)}), chosen on an inner split of patients.",
    )


def _steps(config: HeadConfig) -> str:
    steps = [
        name if value is True else f"{name} {value}"
        for name, value in config.preparation.items()
        if value
    ]
    return ", ".join(steps) or "as it is"


def _parameters(config: HeadConfig) -> str:
    return ", ".join(f"{k} {v:g}" for k, v in config.parameters.items()) or "no settings"
