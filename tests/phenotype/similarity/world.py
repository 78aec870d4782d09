"""A small cohort, a pool made from it, and reports in which conditions show, or do not."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from rdface.cohort import Cohort, CohortInfo
from rdface.cohort.schema import IMAGE_COLUMNS
from rdface.phenotype import Finding, Report
from rdface.phenotype.described import Described

TERMS = {
    "left_eye": ("HP:0000316", "HP:0000508", "HP:0000286", "HP:0000582"),
    "nose": ("HP:0003196", "HP:0000463", "HP:0000431", "HP:0005280"),
    "mouth_and_lips": ("HP:0000343", "HP:0000219", "HP:0000154", "HP:0000179"),
    "chin": ("HP:0000347", "HP:0000307"),
}
LABELS = {
    "HP:0000316": "Hypertelorism",
    "HP:0000508": "Ptosis",
    "HP:0003196": "Short nose",
    "HP:0000347": "Micrognathia",
}
ALL = [(term, section) for section, terms in TERMS.items() for term in terms]
N_CONDITIONS, N_PATIENTS = 8, 4


def cohort(*, simulated: bool = True, root: Path = Path("nowhere")) -> Cohort:
    """Eight conditions of four patients, both sexes, two age bands."""
    rows = [
        {
            "image_id": f"C{c}_P{p}",
            "file": f"images/C{c}_P{p}.jpg",
            "sha256": "0" * 64,
            "patient_id": f"C{c}_P{p}",
            "condition": f"C{c}",
            "sex": ("female", "male")[p % 2],
            "age": ("P3Y", "P8Y")[p // 2],
        }
        for c in range(N_CONDITIONS)
        for p in range(N_PATIENTS)
    ]
    return Cohort(root, info("real", simulated), _images(rows), _conditions())


def pool(real: Cohort, *, per_condition: int = 3, root: Path = Path("nowhere")) -> Cohort:
    """Each synthetic picture was made from the first two patients of its condition."""
    rows = [
        {
            "image_id": f"syn-C{c}-{k}",
            "file": f"images/syn-C{c}-{k}.png",
            "sha256": "1" * 64,
            "patient_id": f"synthetic:syn-C{c}-{k}",
            "condition": f"C{c}",
            "synthetic_of": f"C{c}_P0|C{c}_P1",
        }
        for c in range(N_CONDITIONS)
        for k in range(per_condition)
    ]
    of = {"name": "real", "version": "1", "sha256": real.sha256}
    made = info("pool", real.info.simulated).model_copy(update={"pool_of": of})
    made = CohortInfo.model_validate(made.model_dump() | {"pool_of": of})
    return Cohort(root, made, _images(rows), real.conditions)


def info(name: str, simulated: bool) -> CohortInfo:
    return CohortInfo(name=name, version="1", licence="CC0-1.0", simulated=simulated)


def _images(rows: list[dict[str, str]]) -> pd.DataFrame:
    return pd.DataFrame([dict.fromkeys(IMAGE_COLUMNS, "") | row for row in rows], dtype=str)


def _conditions() -> pd.DataFrame:
    return pd.DataFrame({"condition": [f"C{c}" for c in range(N_CONDITIONS)]}).assign(
        name=lambda table: "Condition " + table["condition"].str[1:],
        omim_id="", orpha_code="", genes="", facial_hpo="",
    )  # fmt: skip


def reports(of: Cohort, *, shown: float, seed: int, copied: bool = False) -> dict[str, Report]:
    """A report an image: each of its condition's terms with probability ``shown``, noise besides.

    Args:
        of: Whose images.
        shown: 0 for reports that know nothing of the condition.
        seed: Of the noise.
        copied: Pictures that were made from others say what their first parent's seed says.
    """
    own = {
        f"C{c}": np.random.default_rng(1000 + c).choice(len(ALL), 4, replace=False)
        for c in range(N_CONDITIONS)
    }
    found = {}
    table = of.images
    for row, (image, condition, parents) in enumerate(
        zip(table["image_id"], table["condition"], table["synthetic_of"], strict=True)
    ):
        key = [seed, row] if not copied else [seed, int(parents.split("_")[0][1:]) * N_PATIENTS]
        rng = np.random.default_rng(key)
        terms = {int(t) for t in own[condition] if rng.random() < shown}
        terms |= {int(t) for t in rng.choice(len(ALL), 2, replace=False)}
        found[image] = told(image, [ALL[t] for t in sorted(terms)])
    return found


def told(image: str, findings: list[tuple[str, str]]) -> Report:
    sections = {"overall_impression": "A child.", "ears": "Ordinary."}
    for section in TERMS:
        here = [LABELS.get(t, f"sign {t[3:]}") for t, where in findings if where == section]
        sections[section] = ". ".join(here) if here else "Ordinary."
    return Report(
        image_id=image,
        status="complete",
        sections=sections,
        findings=tuple(
            Finding(term=t, label=LABELS.get(t, t), state="present", section=where)
            for t, where in findings
        ),
    )


def described(of: Cohort, said: dict[str, Report], **about: str) -> Described:
    return Described(of, said, {"describer": "toy", "fingerprint": "toy-1", **about})
