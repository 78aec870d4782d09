"""How much faster test episodes are answered than by embedding every episode anew.

    python benchmarks/few_shot.py [--backbones facenet sface] [--plain-share 1.0]

Both ways answer the same 200 episodes of 15-way 1-shot 1-query on the shipped cohort, by
prototypes, with the same network and the same crops, which lie in memory: nothing but the
embedding and the answering is timed, and the plain way need not decode. rdface embeds each image
of the episodes once (timed, too: "embedding once") and answers all episodes from that. The plain
way embeds the images of an episode, averages, compares, and goes on to the next.
``--plain-share`` runs it on a part of the episodes and scales; the table says so. Both ways must
give the same answers.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time

import numpy as np

WAY, EPISODES, ROUNDS = 15, 200, 5
SECONDS, FACTOR = 1.0, 50.0


def main() -> int:
    """Measure, print a table in Markdown, and fail where a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--backbones", nargs="+", default=["facenet", "sface"])
    parser.add_argument("--plain-share", type=float, default=1.0)
    options = parser.parse_args()
    from rdface.cohort import load_cohort
    from rdface.faces import locate_faces

    cohort = load_cohort("sim103")
    faces = locate_faces(cohort, "yunet")
    print(f"{EPISODES} episodes of {WAY}-way 1-shot 1-query, {cohort.info.name}")
    print("| backbone | embedding once | answering | plain way | factor, answering | in all |")
    print("|---|---|---|---|---|---|")
    return max(row(name, cohort, faces, options.plain_share) for name in options.backbones)


def row(name: str, cohort: object, faces: object, share: float) -> int:
    """One line of the table; 1 where a target is missed."""
    from rdface.backbones import load_backbone
    from rdface.faces.cut import cut_all
    from rdface.learners.few_shot import make_method
    from rdface.protocols.few_shot import EpisodeSource, Setting, make_manifest

    backbone = load_backbone(name)
    crops = cut_all(cohort, faces, backbone.crop)
    manifest = make_manifest(cohort.images, Setting(WAY), episodes=EPISODES)
    episodes = manifest.rows(0, cohort.image_ids)
    development = EpisodeSource.of(manifest, cohort.images).development
    method = make_method("prototypes", {})
    backbone.embed(crops[:8])  # warm up

    used = np.unique(np.concatenate([episodes.support.ravel(), episodes.query.ravel()]))
    embeddings = np.zeros((len(crops), backbone.dim), np.float32)
    started = time.perf_counter()
    embeddings[used] = backbone.embed(crops[used])
    once = time.perf_counter() - started
    times = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        scores = method.scores(embeddings, episodes, development)
        times.append(time.perf_counter() - started)
    answering = statistics.median(times)

    count = max(1, round(share * EPISODES))
    started = time.perf_counter()
    right = [plain(backbone, crops, episodes, number) for number in range(count)]
    slow = (time.perf_counter() - started) * EPISODES / count
    ours = scores[:count, :, 0, :].argmax(axis=2)
    if not np.array_equal(ours, np.stack(right)):
        print(f"{name}: the two ways give different answers", file=sys.stderr)
        return 1
    measured = "" if count == EPISODES else f" ({count} episodes, scaled)"
    print(
        f"| {name} | {once:.1f} s ({len(used)} images) | {1000 * answering:.0f} ms "
        f"| {slow:.0f} s{measured} "
        f"| {slow / answering:.0f} | {slow / (once + answering):.1f} |",
        flush=True,
    )
    return int(answering > SECONDS or slow / answering < FACTOR)


def plain(backbone: object, crops: np.ndarray, episodes: object, number: int) -> np.ndarray:
    """The answers of one episode, its images embedded for it alone."""
    support = backbone.embed(crops[episodes.support[number].ravel()])
    query = backbone.embed(crops[episodes.query[number].ravel()])
    prototypes = support.reshape(WAY, -1, support.shape[1]).mean(axis=1)
    squares = ((query[:, None].astype(float) - prototypes[None].astype(float)) ** 2).sum(axis=2)
    return squares.argmin(axis=1)


if __name__ == "__main__":
    sys.exit(main())
