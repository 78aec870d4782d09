"""What two of the paper's flaws do to few-shot figures on the shipped cohort (docs/few-shot.md).

    python benchmarks/few_shot_flaws.py

F1: support and query divided by image, against by patient. F7: 100 draws of 200 test episodes
of the same held-out conditions; 50 draws of the held-out conditions themselves; and two methods
compared on shared episodes, against each on its own. Embeddings come from the cache.
"""

from __future__ import annotations

import numpy as np

BACKBONES = ("facenet", "sface")
WAYS = (5, 15)
DRAWS, SEEDS = 100, 50


def main() -> None:
    """Measure and print two tables in Markdown."""
    from rdface.backbones import embed_cohort
    from rdface.cohort import load_cohort
    from rdface.faces import locate_faces
    from rdface.protocols.few_shot import Setting

    cohort = load_cohort("sim103")
    faces = locate_faces(cohort, "yunet")
    found = {name: embed_cohort(cohort, name, faces) for name in BACKBONES}
    names = cohort.images["patient_id"].to_numpy(dtype=str)
    patients = np.unique(names, return_inverse=True)[1]

    print("| backbone, simpleshot | setting | by patient | by image (F1) | own support |")
    print("|---|---|---|---|---|")
    for name in BACKBONES:
        for way in WAYS:
            print(by_image(name, found[name], cohort, patients, Setting(way)), flush=True)
    print()
    print(
        "| backbone | setting | SD over draws of episodes | SD over held-out conditions |", end=""
    )
    print(" SD of simpleshot - prototypes, shared | not shared |")
    print("|---|---|---|---|---|---|")
    for name in BACKBONES:
        for way in WAYS:
            print(draws(name, found[name], cohort, Setting(way)), flush=True)


def hits(embeddings: np.ndarray, cohort: object, manifest: object, method: str) -> tuple:
    """Right answers ``bool [E, way, query]`` and the episodes' rows."""
    from rdface.learners.few_shot import make_method
    from rdface.protocols.few_shot import EpisodeSource

    rows = manifest.rows(0, cohort.image_ids)
    development = EpisodeSource.of(manifest, cohort.images).development
    scores = make_method(method, {}).scores(embeddings, rows, development)
    way = np.arange(scores.shape[1])
    own = scores[:, way, :, way].transpose(1, 0, 2)
    return (scores >= own[..., None]).sum(axis=-1) == 1, rows


def by_image(
    name: str, embeddings: np.ndarray, cohort: object, patients: np.ndarray, setting: object
) -> str:
    """One line: both divisions with their intervals over patients."""
    from rdface.metrics import episode_accuracy
    from rdface.protocols.few_shot import make_manifest

    cells, own = [], 0.0
    for flag in (False, True):
        manifest = make_manifest(cohort.images, setting, by_image=flag)
        right, rows = hits(embeddings, cohort, manifest, "simpleshot")
        asked, shown = patients[rows.query], patients[rows.support]
        estimate = episode_accuracy(right, rows.query, asked, shown)
        low, high = 100 * estimate.low, 100 * estimate.high
        cells.append(f"{100 * estimate.value:.1f} [{low:.1f}, {high:.1f}]")
        own = 100 * float((asked == shown).mean())
    return f"| {name} | {setting} | {cells[0]} | {cells[1]} | {own:.1f} % of queries |"


def draws(name: str, embeddings: np.ndarray, cohort: object, setting: object) -> str:
    """One line: how much the accuracy moves with the draw, in points."""
    from rdface.protocols.few_shot import make_manifest

    reached: dict[str, list[float]] = {"simpleshot": [], "prototypes": []}
    for number in range(DRAWS):
        manifest = make_manifest(cohort.images, setting, draw=f"draw {number}", folds=2)
        for method, values in reached.items():
            values.append(float(hits(embeddings, cohort, manifest, method)[0].mean()))
    held_out = [
        float(hits(embeddings, cohort, manifest, "simpleshot")[0].mean())
        for seed in range(SEEDS)
        for manifest in [make_manifest(cohort.images, setting, seed=seed)]
    ]
    simple, plain = (np.array(values) for values in reached.values())
    spreads = (simple, np.array(held_out), simple - plain, simple - np.roll(plain, 1))
    cells = " | ".join(f"{100 * each.std(ddof=1):.2f}" for each in spreads)
    return f"| {name} | {setting} | {cells} |"


if __name__ == "__main__":
    main()
