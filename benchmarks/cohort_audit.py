"""Are planted faults of a cohort found, and what is flagged in the cohort as it is?

    python benchmarks/cohort_audit.py --cohort sim103 --each 40 --out /tmp/cohort-audit.json

Faults are planted into simulated pictures (``cohort_audit_plants.py``): copies changed in twelve
ways, pictures of one child under another id, text, covered, blurred, small, tilted, missing and
second faces, and rows with another age or sex. Everything follows from the seed. Thresholds are
those that rdface ships; they were chosen on other simulated children.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import cohort_audit_plants as plants
import numpy as np
import pandas as pd
from cohort_audit_covers import OCCLUSIONS, Change
from cohort_audit_planting import joined, plant

from rdface.cohort import Cohort, load_cohort
from rdface.curation.quality import CHECKS, Evidence, Thresholds, gather
from rdface.curation.quality.person_threshold import shipped_threshold
from rdface.curation.quality.picture_hashes import SIDE, bits_of
from rdface.curation.quality.similar_pairs import pairs_above
from rdface.faces import locate_faces
from rdface.files import write_json
from rdface.imaging import read_image
from rdface.metrics.small_samples import wilson_interval

Row = dict[str, Any]
FACES: dict[str, tuple[str, Change]] = {
    **{name: ("occlusion", change) for name, change in OCCLUSIONS.items()},
    "blur, 1.5 % of the face's width": ("blur", plants.blurred(0.015)),
    "blur, 2.5 %": ("blur", plants.blurred(0.025)),
    "blur, 4 %": ("blur", plants.blurred(0.04)),
    "moved, 10 %": ("blur", plants.dragged(0.10)),
    "enlarged from 10 pixels between the eyes": ("blur", plants.enlarged(10)),
    "enlarged from 18 pixels": ("blur", plants.enlarged(18)),
    "eyes 12 pixels apart": ("small-face", plants.shrunk(12)),
    "eyes 24 pixels apart": ("small-face", plants.shrunk(24)),
    "tilted by 40 degrees": ("turned", plants.tilted(40)),
    "face painted out": ("no-face", plants.without_face),
    "text on the face, opacity 1": ("text-on-face", plants.text(1, on_face=True)),
    "text on the face, opacity 0.5": ("text-on-face", plants.text(0.5, on_face=True)),
    "text on the face, opacity 0.3": ("text-on-face", plants.text(0.3, on_face=True)),
    "text on the face, opacity 0.15": ("text-on-face", plants.text(0.15, on_face=True)),
    "text below the face, opacity 1": ("text-beside", plants.text(1, on_face=False)),
    "text below the face, opacity 0.3": ("text-beside", plants.text(0.3, on_face=False)),
}


def interval(hits: int, n: int) -> str:
    """``0.93 [0.80, 0.97]``."""
    low, high = wilson_interval(hits / n, n)
    return f"{hits / n:.3f} [{low:.3f}, {high:.3f}]"


def rows_of(seen: Evidence, keep: np.ndarray) -> Evidence:
    """Evidence of some rows of a cohort."""
    images = seen.cohort.images[keep].reset_index(drop=True)
    frame = seen.faces.frame[keep].reset_index(drop=True)
    return Evidence(
        replace(seen.cohort, images=images),
        replace(seen.faces, frame=frame),
        replace(seen.looks, rows=seen.looks.rows[keep], texts=seen.looks.texts[keep]),
        seen.embedded[keep],
        seen.identity,
        seen.thresholds,
        seen.person,
    )


def flagged(seen: Evidence, check: str) -> set[tuple[str, ...]]:
    """Images, or pairs of images, that a check finds."""
    return {finding.images for finding in CHECKS.get(check).run(seen)}


def copies(cohort: Cohort, each: int, seed: int, look: Callable[[Cohort], Evidence]) -> list[Row]:
    """Recall of planted copies under another patient id, each with its own original."""
    with TemporaryDirectory() as folder:
        planted = plant(cohort, Path(folder), plants.COPIES, each, seed, "X")
        planted["patient_id"] = "other-" + planted["image_id"]
        seen = look(joined(cohort, planted, Path(folder)))
        pairs = flagged(seen, "exact-duplicate") | flagged(seen, "near-duplicate")
        person = {frozenset(pair) for pair in flagged(seen, "two-patient-ids") | pairs}
        ways = brought_together(seen)
        rows: list[Row] = []
        for kind, part in planted.groupby("kind", sort=False):
            own = [frozenset(p) for p in zip(part.planted_from, part.image_id, strict=True)]
            whole = {frozenset(pair) for pair in pairs}
            rows.append(
                {
                    "check": "exact or near duplicate",
                    "planted": str(kind),
                    "n": len(part),
                    "found": sum(pair in whole for pair in own),
                    "or as one person": sum(pair in person for pair in own),
                    **{way: sum(pair in found for pair in own) for way, found in ways.items()},
                }
            )
        return rows


def brought_together(seen: Evidence) -> dict[str, set[frozenset[str]]]:
    """Pairs that each measure alone brings together, before the alignment decides."""
    least, ways = SIDE * SIDE - 2 * seen.thresholds.hash_bits, {}
    for name in ("whole", "face"):
        bits = bits_of(seen.looks.hashes(name))
        for mirror in ("", " mirrored"):
            near = pairs_above(bits, bits_of(seen.looks.hashes(name + mirror)), least)
            ways[f"{name}{mirror}"] = near
    ways["embedding"] = seen.near_people
    return {
        way: {frozenset((seen.ids[i], seen.ids[j])) for i, j in zip(*near[:2], strict=True)}
        for way, near in ways.items()
    }


def faces(cohort: Cohort, each: int, seed: int, look: Callable[[Cohort], Evidence]) -> list[Row]:
    """Recall of pictures with a planted fault, each kind in a cohort of its own."""
    located = locate_faces(cohort)
    other = next(n for n in cohort.image_ids if located.face(n) is not None)
    kinds = {name: change for name, (_, change) in FACES.items()}
    kinds["a second face beside it"] = plants.beside(read_image(cohort.path(other)))
    checks = {name: check for name, (check, _) in FACES.items()}
    checks["a second face beside it"] = "several-faces"
    with TemporaryDirectory() as folder:
        planted = plant(cohort, Path(folder), kinds, each, seed, "Y")
        seen = look(joined(cohort, planted, Path(folder)))
        own, kind_of = seen.column("kind") == "", seen.column("kind")
        out: list[Row] = []
        for kind, check in checks.items():
            names = set(seen.cohort.images.loc[kind_of == kind, "image_id"])
            found = {name for (name,) in flagged(rows_of(seen, own | (kind_of == kind)), check)}
            hits = len(found & names)
            out.append({"check": check, "planted": kind, "n": len(names), "found": hits})
        return out


def moved_people(seen: Evidence, seed: int) -> list[Row]:
    """Recall where one picture of a patient with several gets another id, or another condition."""
    images = seen.cohort.images
    rng = np.random.default_rng([seed, 99])
    several = images[images.duplicated("patient_id", keep=False)]
    out: list[Row] = []
    for check in ("two-patient-ids", "two-conditions"):
        table = images.copy()
        names = []
        for patient, part in several.groupby("patient_id", sort=False):
            row = int(rng.choice(part.index))
            table.loc[row, "patient_id"] = f"moved-{patient}"
            if check == "two-conditions":
                others = [c for c in seen.cohort.condition_ids if c != table.loc[row, "condition"]]
                table.loc[row, "condition"] = str(rng.choice(others))
            names.append((str(patient), f"moved-{patient}"))
        found_in = rows_of(seen, np.ones(len(images), bool))
        found_in = replace(found_in, cohort=replace(seen.cohort, images=table))
        owner = dict(zip(table["image_id"], table["patient_id"], strict=True))
        pairs = {tuple(sorted(owner[name] for name in pair)) for pair in flagged(found_in, check)}
        hits = sum(tuple(sorted(pair)) in pairs for pair in names)
        planted = "one picture under another id" + (
            " and condition" if check == "two-conditions" else ""
        )
        out.append({"check": check, "planted": planted, "n": len(names), "found": hits})
    return out


def swapped_rows(seen: Evidence, seed: int, draws: int = 40, wrong: int = 5) -> list[Row]:
    """Recall where the table's age or sex of a few patients is another, many times drawn."""
    images = seen.cohort.images
    out: list[Row] = []
    for rate in (0.01, 0.05):
        hits = dict.fromkeys(("picture-age", "picture-sex"), 0)
        for draw in range(draws):
            rng = np.random.default_rng([seed, draw])
            for check, column in (("picture-age", "age"), ("picture-sex", "sex")):
                rows = rng.choice(len(images), wrong, replace=False)
                table = images.copy()
                for row in rows:
                    table.loc[row, column] = _wrong(str(table.loc[row, column]), check)
                changed = Evidence(
                    replace(seen.cohort, images=table),
                    seen.faces,
                    seen.looks,
                    seen.embedded,
                    seen.identity,
                    seen.thresholds.model_copy(update={"rate": rate}),
                    seen.person,
                )
                names = {name for (name,) in flagged(changed, check)}
                hits[check] += len(names & set(table.loc[rows, "image_id"]))
        for check, found in hits.items():
            what = "age of 4 years more or a third" if check == "picture-age" else "the other sex"
            planted = f"{what}; {rate:.0%} of rows shown"
            out.append({"check": check, "planted": planted, "n": draws * wrong, "found": found})
    return out


def _wrong(value: str, check: str) -> str:
    """The other sex; an age four years higher, or a third of it from nine years on."""
    from rdface.cohort import age_in_years

    if check == "picture-sex":
        return {"female": "male", "male": "female"}.get(value, value)
    years = age_in_years(value) if value else 5.0
    months = round(12 * (years / 3 if years >= 9 else years + 4))
    return f"P{months // 12}Y{months % 12}M"


def false_alarms(seen: Evidence) -> list[Row]:
    """What is flagged in the cohort as it is: share of images, or of pairs of patients."""
    n, out = len(seen.cohort), []
    patients = seen.cohort.images["patient_id"].nunique()
    for name in CHECKS.names():
        found = flagged(seen, name)
        pairs = name in ("exact-duplicate", "near-duplicate", "two-patient-ids", "two-conditions")
        of = patients * (patients - 1) // 2 if "two" in name else n * (n - 1) // 2 if pairs else n
        unit = "pairs of patients" if "two" in name else "pairs of images" if pairs else "images"
        out.append({"check": name, "flagged": len(found), "of": of, "unit": unit})
    return out


def yaw_error(seen: Evidence) -> str:
    """The measured yaw beside that of the simulator's camera."""
    told = pd.to_numeric(pd.Series(seen.column("yaw")), errors="coerce").to_numpy(float)
    known = np.isfinite(told) & np.isfinite(seen.looks["yaw"])
    told, measured = told[known], seen.looks["yaw"][known].astype(float)
    fit = np.corrcoef(told, measured)[0, 1]
    off = np.abs(np.abs(measured) - np.abs(told))
    return (
        f"yaw, {known.sum()} pictures, camera up to {np.abs(told).max():.0f} degrees: correlation"
        f" {fit:.3f}, mean error of its size {off.mean():.1f} degrees"
    )


def main() -> None:
    """Plant, look, count; print Markdown."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--cohort", default="sim103")
    parser.add_argument("--each", type=int, default=40, help="planted pictures of each kind")
    parser.add_argument("--seed", type=int, default=8)
    parser.add_argument("--clean-only", action="store_true", help="plant nothing")
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    cohort = load_cohort(given.cohort)
    limits = Thresholds()

    def look(one: Cohort) -> Evidence:
        return gather(one, limits, person=shipped_threshold("sface", limits.person_share))

    seen = look(cohort)
    clean = false_alarms(seen)
    rows: list[Row] = []
    if not given.clean_only:
        rows += copies(cohort, given.each, given.seed, look)
        rows += [*moved_people(seen, given.seed), *swapped_rows(seen, given.seed)]
        rows += faces(cohort, given.each, given.seed, look)
        rows = [row for row in rows if row["n"]]
    print("| check | planted | found | n |\n|---|---|---|---|")
    for row in rows:
        extra = ""
        if row.get("or as one person", row["found"]) != row["found"]:
            extra = f"; with `two-patient-ids` {row['or as one person'] / row['n']:.2f}"
        told = interval(row["found"], row["n"])
        print(f"| `{row['check']}` | {row['planted']} | {told}{extra} | {row['n']} |")
    ways = ("whole", "whole mirrored", "face", "face mirrored", "embedding")
    print(f"\nBrought together by\n\n| planted | {' | '.join(ways)} |\n|---|{'---|' * len(ways)}")
    for row in rows:
        if "embedding" in row:
            shares = " | ".join(f"{row[way] / row['n']:.2f}" for way in ways)
            print(f"| {row['planted']} | {shares} |")
    print(f"\n{cohort.info.name} as it is\n\n| check | flagged | share | of |\n|---|---|---|---|")
    for row in clean:
        low, high = wilson_interval(row["flagged"] / row["of"], row["of"])
        share = f"{row['flagged'] / row['of']:.2g} [{low:.2g}, {high:.2g}]"
        print(f"| `{row['check']}` | {row['flagged']} | {share} | {row['of']} {row['unit']} |")
    if "yaw" in cohort.images.columns:
        print(f"\n{yaw_error(seen)}")
    if given.out:
        write_json(given.out, {"planted": rows, "clean": clean, "seed": given.seed})


if __name__ == "__main__":
    main()
