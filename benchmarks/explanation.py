"""Do the maps of `rdface explain` find what a score hangs on, and do they point at a trait?

    python benchmarks/explanation.py deletion --patients 30
    python benchmarks/explanation.py pairs --children 24

`deletion`: patients of `sim103`, one picture each, drawn by lot. The map of the cosine to the first
condition's best case is put to the deletion and insertion test (RISE, 2018): area under the curve
of random orders less that of the map (deletion), and the map's less that of random orders
(insertion); above 0 is better than chance. The same for a blob in the middle of the picture, which
knows nothing, and for the map of the next patient drawn, which knows where faces have features; and
for the map with the other fill than it was drawn with. 95 % percentile bootstrap over patients.

`pairs`: simulated children with and without one trait in the same view (benchmarks/trait_pairs.py).
The score is the one that separates the pair: the cosine to the unit embedding with the trait less
that to the one without. Its map on the picture with the trait is held against the region that the
trait alters: where the two pictures, before film and file, differ by a quarter of their largest
difference or more. Mass in the region against its share of the area; hits of the highest place
against the share of the region widened by the game's tolerance; and what a region gets of its own
map beyond what it gets of the same child's maps of other groups' traits, with a permutation test.
95 % percentile bootstrap over children. Both crops are laid by the face found without the trait.

"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from trait_pairs import SIZE, Sitting, chosen_traits, clean, render_missing, sittings, taken

from rdface.backbones import Backbone, embed_cohort, load_backbone
from rdface.cohort import load_cohort
from rdface.explain.cases import find_neighbours
from rdface.explain.deletion import area, deletion_test
from rdface.explain.maps.gradient import gradient_map
from rdface.explain.maps.occlusion import PATCH, occluded, occlusion_map
from rdface.explain.pointing import hits, mass_in, own_against_others, widened
from rdface.explain.probe import find_probe
from rdface.explain.target import Target, choose_target
from rdface.faces import align, find_faces, load_detector, locate_faces, main_face
from rdface.faces.finder import refined
from rdface.faces.mesh468 import Mesh468
from rdface.learners.preparation import unit_rows
from rdface.progress import bar

MAPS = (("sface", "occlusion"), ("facenet-torch", "gradient"), ("facenet-torch", "occlusion"))
RESAMPLES = 2000
ORDERS = 9
"""Random orders of a picture."""
GRID = 8
"""Patches along each side for the pairs: fewer than usual, for time."""
ALTERED = 0.25
SOFT = 0.015
"""SD of the smoothing of a difference, in sides of the picture."""


def track(items: list, what: str) -> Iterator:
    """The items, with progress on stderr."""
    with bar(what, len(items)) as advance:
        for item in items:
            yield item
            advance(1)


def interval(values: Sequence[float] | np.ndarray) -> str:
    """A mean with its 95 % bootstrap interval."""
    table = np.asarray(values, float)
    rng = np.random.default_rng(0)
    draws = table[rng.integers(0, len(table), (RESAMPLES, len(table)))].mean(axis=1)
    low, high = np.percentile(draws, [2.5, 97.5])
    return f"{table.mean():.3f} [{low:.3f}, {high:.3f}]"


def blob(height: int, width: int) -> np.ndarray:
    """A map that knows nothing but where the middle is."""
    y, x = np.mgrid[0:height, 0:width]
    far = ((y + 0.5) / height - 0.5) ** 2 + ((x + 0.5) / width - 0.5) ** 2
    return np.exp(-far / (2 * 0.2**2))


def deletion(patients: int, maps: int) -> None:
    """The first table."""
    cohort, faces = load_cohort("sim103"), None
    faces = locate_faces(cohort)
    images = cohort.images
    found = [faces.face(name) is not None for name in images["image_id"]]
    one = images[found].drop_duplicates("patient_id")["image_id"].tolist()
    drawn = [str(one[k]) for k in np.random.default_rng(0).permutation(len(one))[: patients + 1]]
    print("| backbone | map | tested with | compared | deletion gain | insertion gain | n |")
    print("|---|---|---|---|---|---|---|")
    for name, method in MAPS[:maps]:
        backbone = load_backbone(name)
        embeddings = embed_cohort(cohort, backbone, faces)
        gains: dict[tuple[str, str], list[tuple[float, float]]] = defaultdict(list)
        last = None
        for number, image_id in enumerate(track(drawn, f"{name} {method}")):
            probe = find_probe(image_id, cohort, faces)
            own = embeddings[probe.row]
            near = find_neighbours(probe, own, cohort, embeddings, shown=1)
            target = choose_target("case", probe, near, cohort, embeddings)
            crop = align(probe.image, probe.face, backbone.crop)
            draw = occlusion_map if method == "occlusion" else gradient_map
            values = draw(crop, backbone, target, "blur").values
            if number > 0:  # the first one lends its map to the second
                rivals = {
                    "the map": values,
                    "another's map": last,
                    "blob": blob(*values.shape),
                }
                for label, rival in rivals.items():
                    orders = ORDERS if label == "the map" else 0  # one level for all three
                    test = deletion_test(
                        crop, rival, backbone, target, "blur", orders=orders, seed=number
                    )
                    if orders:
                        level = float(test.random_areas.mean())
                    gains["blur", label].append(
                        (level - area(test.deletion), area(test.insertion) - level)
                    )
                other = deletion_test(crop, values, backbone, target, "mean", orders=5, seed=number)
                gains["mean", "the map"].append((other.deletion_gain, other.insertion_gain))
            last = values
        for (fill, label), pairs in gains.items():
            first, second = np.array(pairs).T
            print(
                f"| {name} | {method} | {fill} | {label} | {interval(first)} | {interval(second)} "
                f"| {len(pairs)} |"
            )
        table = {key: np.array(pairs) for key, pairs in gains.items()}
        mine = table["blur", "the map"]
        for label in ("another's map", "blob"):
            more = mine - table["blur", label]
            print(
                f"| {name} | {method} | blur | the map less {label} | {interval(more[:, 0])} "
                f"| {interval(more[:, 1])} | {len(more)} |"
            )
        print(flush=True)


def altered(before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """Where two crops differ, `bool [H, W]`."""
    import cv2

    apart = np.abs(before.astype(float) - after.astype(float)).mean(axis=2)
    soft = cv2.GaussianBlur(apart, (0, 0), SOFT * apart.shape[0])
    return np.asarray(soft >= ALTERED * soft.max())


def maps_of(backbone: Backbone, method: str, crop: np.ndarray, plain: np.ndarray) -> np.ndarray:
    """The map on `crop` of the score that tells it from `plain`."""
    with_it, without = unit_rows(backbone.embed(np.stack([crop, plain])).astype(float))
    target = Target("what separates the pair", with_it - without)
    if method == "gradient":
        return gradient_map(crop, backbone, target, "blur").values
    return occluded(crop, backbone, target, "blur", grid=GRID, patch=PATCH).values


def pairs(children: int, maps: int, sheet: Path | None) -> None:
    """The second table."""
    of = chosen_traits()
    names, groups = list(of), list(of.values())
    everything = sittings(children)
    render_missing(everything)
    detector, mesh = load_detector("yunet"), Mesh468()
    by_child: dict[int, list[Sitting]] = defaultdict(list)
    for sitting in everything:
        by_child[sitting.number].append(sitting)
    tiles = []
    for name, method in MAPS[:maps]:
        backbone = load_backbone(name)
        mass, hit, share, wide, moved = [], [], [], [], []
        for own in track(list(by_child.values()), f"{name} {method}"):
            image = taken(own[0])
            face = main_face(find_faces(image, detector)[0])
            if face is None:
                continue
            face = refined(image, face, mesh)[0]
            crops = [align(taken(each), face, backbone.crop) for each in own]
            bare = [align(clean(each), face, backbone.crop) for each in own]
            regions = [altered(bare[0], each) for each in bare[1:]]
            drawn = [maps_of(backbone, method, crop, crops[0]) for crop in crops[1:]]
            rows = unit_rows(backbone.embed(np.stack(crops)).astype(float))
            moved.append(1 - rows[1:] @ rows[0])
            mass.append([[mass_in(each, region) for region in regions] for each in drawn])
            hit.append([[float(hits(each, region)) for region in regions] for each in drawn])
            share.append([region.mean() for region in regions])
            wide.append([widened(region).mean() for region in regions])
            if sheet is not None and len(tiles) < 6:
                tiles.append((crops, regions, drawn))
        table, points = np.array(mass), np.array(hit)
        areas, wides, far = np.array(share), np.array(wide), np.array(moved)
        print(f"\n{name} {method}: {len(table)} of {children} children with a face\n")
        print(
            "| traits | cosine lost | mass in region | its area | mass / area | hits | expected "
            "| mass less that of other groups' maps | p | hits less theirs | p |"
        )
        print("|---" * 11 + "|")
        for label in (*dict.fromkeys(groups), *names, "all"):
            which = [
                k for k, (trait, group) in enumerate(of.items())
                if label in (trait, group, "all")
            ]  # fmt: skip
            mine = table[:, which, which].mean(axis=1)
            ratio = (table[:, which, which] / areas[:, which]).mean(axis=1)
            cells = [
                label.replace("_", " "),
                f"{far[:, which].mean():.3f}",
                interval(mine),
                f"{areas[:, which].mean():.3f}",
                interval(ratio),
                interval(points[:, which, which].mean(axis=1)),
                f"{wides[:, which].mean():.3f}",
            ]
            if label == "all" or label in groups:
                only = None if label == "all" else label
                for each in (table, points):
                    found = own_against_others(each, groups, only=only)
                    cells += [
                        f"{found.value:+.3f} [{found.low:+.3f}, {found.high:+.3f}]",
                        f"{found.p:.4f}",
                    ]
            else:
                cells += ["", "", "", ""]
            print("| " + " | ".join(cells) + " |", flush=True)
        if sheet is not None:
            draw_sheet(tiles, sheet.with_stem(f"{sheet.stem}-{name}-{method}"))
            tiles = []


def draw_sheet(tiles: list, path: Path) -> None:
    """Crops with the altered region outlined and the map laid over, a row a child."""
    import cv2

    from rdface.files import write_bytes
    from rdface.imaging import encode_jpeg

    rows = []
    for crops, regions, maps in tiles:
        cells = [cv2.resize(crops[0], (SIZE, SIZE))]
        for crop, region, values in zip(crops[1:], regions, maps, strict=True):
            heat = np.clip(values / max(float(values.max()), 1e-9), 0, 1)[..., None]
            seen = crop * (1 - 0.6 * heat) + 0.6 * heat * np.array([255, 120, 0])
            cell = seen.astype(np.uint8).copy()
            outline = cv2.findContours(
                region.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE
            )[0]
            cv2.drawContours(cell, outline, -1, (0, 60, 255), 1)
            cells.append(cv2.resize(cell, (SIZE, SIZE)))
        rows.append(np.hstack(cells))
    write_bytes(path, encode_jpeg(marked(np.vstack(rows).astype(np.uint8)), 85))


def marked(sheet: np.ndarray) -> np.ndarray:
    """The sheet over a strip that says what is on it."""
    import cv2

    strip = np.full((24, sheet.shape[1], 3), 255, np.uint8)
    font = cv2.FONT_HERSHEY_SIMPLEX
    cv2.putText(strip, "simulated children", (6, 17), font, 0.5, (0, 0, 0), 1, cv2.LINE_AA)
    return np.vstack([sheet, strip])


def main() -> None:
    """One of the two."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--maps", type=int, default=len(MAPS), help="So many of the maps.")
    parts = parser.add_subparsers(dest="part", required=True)
    first = parts.add_parser("deletion")
    first.add_argument("--patients", type=int, default=30)
    second = parts.add_parser("pairs")
    second.add_argument("--children", type=int, default=24)
    second.add_argument("--sheet", type=Path, help="JPEG of some pairs with their maps.")
    given = parser.parse_args()
    if given.part == "deletion":
        deletion(given.patients, given.maps)
    else:
        pairs(given.children, given.maps, given.sheet)


if __name__ == "__main__":
    main()
