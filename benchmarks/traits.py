"""Every trait of the simulator as a pair of pictures, and by how much it moves what.

    python benchmarks/traits.py

writes docs/traits.md and its sheets docs/images/traits-*.jpg. A pair is the same child, light and
camera without and with the trait at severity 1. The table gives the mean shift of the trait's own
measure over the 20 children of tests/simulate/traits/test_calibration.py (no trait was calibrated
on them) in SD of unaffected children of the same age and sex, its range over them, and every
other measure that moves by 0.7 SD or more.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from rdface.files import write_bytes, write_text
from rdface.imaging import encode_jpeg
from rdface.progress import bar
from rdface.simulate.head.measures import LOOKS, MEASURES
from rdface.simulate.head.mesh import HeadMesh, load_head
from rdface.simulate.head.shape import shape_head, trait_shift
from rdface.simulate.people.child import Child, View, draw_child, draw_view
from rdface.simulate.people.plan import IDENTITY
from rdface.simulate.render.develop import develop
from rdface.simulate.render.scene import render
from rdface.simulate.traits.belonging import BELONGS, UNMEASURED
from rdface.simulate.traits.calibration import measured_points, pair_children
from rdface.simulate.traits.catalogue import effects_of, traits
from rdface.simulate.traits.eyes import EYES
from rdface.simulate.traits.head import HEAD, JAW
from rdface.simulate.traits.norms import CHILDREN, norms, pair_shifts
from rdface.simulate.traits.nose_mouth import MOUTH, NOSE
from rdface.weights import where

ROOT = Path(__file__).parents[1]
GROUPS = {"eyes": EYES, "nose": NOSE, "mouth": MOUTH, "jaw": JAW, "head": HEAD}
TURNED = frozenset(
    "bossing columella ears earlobes flat midface micrognathia microretrognathia nasal nose "
    "prognathism prominent retrognathia sloping".split()
)
"""Traits with one of these words in the name are shown from 30 degrees, others from the front."""
TESTED_ON = 77  # as in tests/simulate/traits/test_calibration.py
LARGEST = 0.7
SIZE, SAMPLES = 176, 6
ACROSS = 4  # pairs in a row


INTRODUCTION = """
# What the simulator shows

Every face here is simulated; none is a person's. Each trait belongs to one or more HPO terms and to
a measure of the head's own geometry (`rdface.simulate.head.measures`). At severity 1 it moves that
measure by 2.5 standard deviations of unaffected simulated children of the same age and sex. A
patient's severity is drawn around 0.8 ([how](simulator.md)).

Pictures and tables are made by

    python benchmarks/traits.py

Pairs show the same child, light and camera without (left) and with (right) the trait. The tables
give the mean shift over 20 children of all ages and ancestries on whom no trait was calibrated,
with the least and the largest; "moves as well" lists what belongs to the sign by definition and,
with the reason, every other measure that moves by 0.7 SD or more (held by tests/simulate).

## What it cannot show

* Nothing here was measured on patients. The shape of a sign is a sculptor's and a ruler's idea of
  its definition (Elements of Morphology, Am J Med Genet A 149A, 2009), not an average of patients,
  and the signs of one condition are drawn independently of each other by their frequencies.
* Terms without a trait: teeth, palate, tongue but for its size, uvula, hair's colour and texture,
  skin but for a haemangioma and dark lids, movement (but for a drooping corner of the mouth), and
  what is too small for 256 pixels (lacrimal puncta, iris detail, preauricular pits).
* A cleft lip is shown repaired, as a scar and an asymmetry. Asymmetric signs are on the left side.
* Depth (bridge, midface, chin) hardly shows from the front, as in photographs; hair hides ears.
* Some measures of unaffected simulated children vary less than real ones, above all those of depth
  (midface 0.6 mm), so that a shift of 2.5 SD is small in millimetres.
"""


def sitters() -> list[tuple[Child, View]]:
    """Six unaffected children before a wall, neutral, in soft light."""
    view = replace(
        draw_view(5, "traits"),
        pitch=0.0, roll=0.0, zoom=1.4, shift=(0.0, -0.06), distance=9.0, expression={},
        mood="neutral", light="room", light_azimuth=-35.0, light_elevation=35.0, lamp=1.2, key=6.5,
        ambient=0.4, warmth=0.0, exposure=1.0, backdrop="wall", seed=7,
    )  # fmt: skip
    people = []
    for number, (years, male) in enumerate(
        [(3, False), (8, True), (5, True), (12, False), (2, True), (9, False)]
    ):
        child = draw_child(
            8, f"sitter {number}", male=male, years=years, effects={}, identity_strength=IDENTITY
        )
        people.append((replace(child, glasses=None, headwear=None), view))
    return people


def portrait(mesh: HeadMesh, child: Child, view: View) -> NDArray[np.uint8]:
    """The picture before it is put on film."""
    return develop(render(mesh, child, view, size=SIZE, samples=SAMPLES)[0], child, view)


def sheet(mesh: HeadMesh, names: list[str]) -> NDArray[np.uint8]:
    """Pairs of pictures with captions, uint8 [H, W, 3]."""
    people = sitters()
    before: dict[tuple[int, float], NDArray[np.uint8]] = {}
    cells = []
    for number, name in enumerate(names):
        who = number % len(people)
        yaw = 30.0 if TURNED & set(name.split("_")) else 0.0
        child, view = people[who][0], replace(people[who][1], yaw=yaw, gaze=(-0.6 * yaw, 0.0))
        if (who, yaw) not in before:
            before[who, yaw] = portrait(mesh, child, view)
        effects = effects_of({traits()[name].hpo[0]: 1.0})
        after = portrait(mesh, replace(child, effects=effects), view)
        cell = np.full((SIZE + 24, 2 * SIZE + 8, 3), 255, np.uint8)
        cell[:SIZE, :SIZE], cell[:SIZE, SIZE : 2 * SIZE] = before[who, yaw], after
        text = f"{traits()[name].hpo[0]} {name.replace('_', ' ')}"
        place = (2, SIZE + 16)
        cv2.putText(cell, text, place, cv2.FONT_HERSHEY_SIMPLEX, 0.42, (0, 0, 0), 1, cv2.LINE_AA)
        cells.append(cell)
    cells += [np.full_like(cells[0], 255)] * (-len(cells) % ACROSS)
    rows = [np.hstack(cells[i : i + ACROSS]) for i in range(0, len(cells), ACROSS)]
    return np.asarray(np.vstack(rows))


def shifts(mesh: HeadMesh) -> dict[str, NDArray[np.float64]]:
    """Trait -> shift [20, n_measures] in SD."""
    shapes = [shape_head(mesh, child, {}) for child in pair_children(20, seed=TESTED_ON)]
    found = {}
    for name in BELONGS:
        effects = effects_of({traits()[name].hpo[0]: 1.0})
        looks = {look: effects.get(look, 0.0) for look in LOOKS}
        found[name] = pair_shifts(mesh, shapes, trait_shift(mesh, effects), looks)
    return found


def words(name: str) -> str:
    """A name for people."""
    return name.replace("_", " ").replace(":", ", ")


def reason(measure: str, trait: str) -> str:
    """Why a measure moves with a trait that it does not belong to."""
    mine = frozenset().union(*(measured_points()[own] for own in BELONGS[trait]))
    shared = sorted(measured_points()[measure] & mine)
    return "shares " + ", ".join(shared) if shared else "lies within it or beside it"


def rows(mesh: HeadMesh, group: str) -> list[str]:
    """The table of one group."""
    found = shifts(mesh)
    lines = [
        "| HPO | trait | own measure | target | measured, mean [least, most] | moves as well |",
        "|---|---|---|---|---|---|",
    ]
    for name in GROUPS[group]:
        ids = " ".join(traits()[name].hpo)
        if name in UNMEASURED:
            lines.append(f"| {ids} | {words(name)} | none | | {UNMEASURED[name]} | |")
            continue
        own, amount = next(iter(BELONGS[name].items()))
        place, values = MEASURES.index(own), found[name]
        mean = values.mean(0)
        others = [
            f"{words(other)} {mean[number]:+.1f} ({reason(other, name)})"
            for number, other in enumerate(MEASURES)
            if other not in BELONGS[name] and abs(mean[number]) >= LARGEST
        ]
        also = [f"{words(m)} {mean[MEASURES.index(m)]:+.1f}" for m in list(BELONGS[name])[1:]]
        low, high = sorted((values[:, place].min(), values[:, place].max()), key=abs)
        lines.append(
            f"| {ids} | {words(name)} | {words(own)} | {amount:+.1f} "
            f"| {mean[place]:+.2f} [{low:+.1f}, {high:+.1f}] | {'; '.join([*also, *others])} |"
        )
    return lines


def page(mesh: HeadMesh) -> str:
    """docs/traits.md."""
    parts = [INTRODUCTION.strip()]
    for group in GROUPS:
        parts += [
            f"## {group.capitalize()}",
            f"![Pairs without and with each trait of the {group}, simulated]"
            f"(images/traits-{group}.jpg)",
            "\n".join(rows(mesh, group)),
        ]
    sd = norms(mesh).sd
    lines = ["| measure | SD |", "|---|---|"]
    for name, value in zip(MEASURES, sd, strict=True):
        unit = "" if ":" in name else "°" if "slant" in name or "rotation" in name else " mm"
        lines.append(f"| {words(name)} | {value:.2f}{unit} |")
    parts += [
        "## What the measures vary by",
        f"Standard deviation of {CHILDREN} unaffected simulated children after sex and age are "
        "taken out (a cubic in the logarithm of the age). Names with a comma are amounts of what "
        "is painted or grown.",
        "\n".join(lines),
    ]
    return "\n\n".join(parts) + "\n"


def main() -> None:
    """Draw the sheets and write the page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tables-only", action="store_true", help="leave the pictures as they are")
    options = parser.parse_args()
    mesh = load_head(where("mpfb2"))
    write_text(ROOT / "docs" / "traits.md", page(mesh))
    if options.tables_only:
        return
    with bar("drawing pairs", len(GROUPS)) as advance:
        for group, table in GROUPS.items():
            write_bytes(
                ROOT / "docs" / "images" / f"traits-{group}.jpg",
                encode_jpeg(sheet(mesh, list(table)), 80),
            )
            advance(1)


if __name__ == "__main__":
    main()
