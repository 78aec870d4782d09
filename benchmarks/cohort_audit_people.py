"""The thresholds of "the same person": cosines above which a share of other pairs lies.

    rdface simulate --population study --size 160 --out development
    python benchmarks/cohort_audit_people.py development

Prints, for each network and share, the cosine and how many pairs of one patient lie above it:
what ``rdface.curation.quality.person_threshold.SHIPPED`` holds.
"""

from __future__ import annotations

import argparse

import numpy as np

from rdface.backbones import embed_cohort
from rdface.cohort import load_cohort
from rdface.curation.quality.person_threshold import calibrated_threshold
from rdface.faces import locate_faces
from rdface.metrics.small_samples import wilson_interval


def main() -> None:
    """Print one line a network and share."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("cohort")
    parser.add_argument("--networks", default="sface,facenet")
    given = parser.parse_args()
    cohort = load_cohort(given.cohort)
    faces = locate_faces(cohort)
    known = (faces.frame["status"] != "none").to_numpy(bool)
    patients = cohort.images["patient_id"].to_numpy(object)[known]
    sizes = np.unique(patients.astype(str), return_counts=True)[1]
    own = int((sizes * (sizes - 1) // 2).sum())
    print(f"{known.sum()} faces of {len(sizes)} patients, {own} pairs of one patient")
    for network in given.networks.split(","):
        rows = embed_cohort(cohort, network, faces)[known]
        for share in (1e-3, 1e-4, 1e-5):
            found = calibrated_threshold(rows, patients, share, cohort.info.name)
            low, high = wilson_interval(found.found, own)
            print(
                f"{network} {share:g}: cosine {found.cosine:.3f}, of own pairs"
                f" {found.found:.3f} [{low:.3f}, {high:.3f}]"
            )


if __name__ == "__main__":
    main()
