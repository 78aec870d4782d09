"""Can the condition be told from anything but the face? The table of the README.

    python benchmarks/shortcuts.py [COHORT]

Prints AUC (0.5 is chance) and the permutation p-value of every probe, over patients never seen.
The rows "inside" are controls, which must succeed. Needs the extra ``torch``.
"""

from __future__ import annotations

import sys

import numpy as np

from rdface.backbones import load_backbone
from rdface.cohort import load_cohort
from rdface.faces import align
from rdface.simulate.shortcuts import ProbeResult, blanked, probe, probe_cohort

NETWORKS = ("facenet", "sface", "efficientnet_lite0")


def main() -> None:
    """Probe and print."""
    cohort = load_cohort(sys.argv[1] if len(sys.argv) > 1 else "sim103")
    conditions = cohort.images["condition"].to_numpy(dtype=str)
    patients = cohort.images["patient_id"].to_numpy(dtype=str)
    show("what the probe sees", None)
    for name, found in probe_cohort(cohort).items():
        show("face, pixels (control)" if name == "face" else name, found)
    for inside in (False, True):
        pictures = blanked(cohort, inside=inside)
        region = "inside the face (control)" if inside else "outside the face"
        for name in NETWORKS:
            backbone = load_backbone(name)
            crops = np.stack([align(picture, None, backbone.crop) for picture in pictures])
            features = backbone.embed(crops).astype(np.float64)
            show(f"{region}, {name}", probe(features, conditions, patients, seed=0))


def show(name: str, found: ProbeResult | None) -> None:
    """Print a row of a Markdown table; the header if there is nothing to show."""
    if found is None:
        print(f"| {name} | AUC | p |\n| --- | --- | --- |")
    else:
        print(f"| {name} | {found.auc:.3f} | {found.p:.3f} |", flush=True)


if __name__ == "__main__":
    main()
