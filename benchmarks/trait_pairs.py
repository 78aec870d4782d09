"""Pictures of the same simulated child, in the same view, with one trait each and without any.

For benchmarks/explanation.py. The children are unaffected but for the trait, of a seed that no
cohort of rdface uses; pose, expression, light, glasses and film are as in a cohort, and the same in
all pictures of a child. What is kept is the picture before it is put on film, so that the region
which a trait alters is known to the pixel. Run again, only what is missing is rendered.

    python benchmarks/trait_pairs.py --children 24
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections import Counter
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pilots import _version, unaffected

from rdface.engines import Here, Local, Needs
from rdface.files import cache_dir, write_bytes
from rdface.simulate.conditions import all_conditions
from rdface.simulate.make import ATTEMPTS
from rdface.simulate.people.child import Child
from rdface.simulate.photo.view import View
from rdface.simulate.traits.catalogue import effects_of, traits
from rdface.simulate.traits.eyes import EYES
from rdface.simulate.traits.head import JAW
from rdface.simulate.traits.nose_mouth import MOUTH, NOSE

SIZE, SAMPLES = 160, 6
SEED = 90_005
GROUPS = {"eyes": EYES, "nose": NOSE, "mouth": MOUTH, "jaw": JAW}
EACH = 2
"""Traits of a group."""


@dataclass(frozen=True)
class Sitting:
    """One picture: which child, which trait ("" for none), seen how."""

    number: int
    trait: str
    child: Child
    view: View

    def __str__(self) -> str:
        return f"child {self.number} {self.trait or 'plain'}"


def chosen_traits() -> dict[str, str]:
    """Trait -> group: of each group those whose terms most conditions list, no look at results."""
    counts = Counter(term.id for condition in all_conditions() for term in condition.terms)
    found = {}
    for group, table in GROUPS.items():
        lists = {name: sum(counts[term] for term in traits()[name].hpo) for name in table}
        for name in sorted(lists, key=lambda name: (-lists[name], name))[:EACH]:
            found[name] = group
    return found


def sittings(children: int) -> list[Sitting]:
    """All pictures, child by child, the one without a trait first."""
    found = []
    for number, shot in enumerate(unaffected(children, SEED)):
        for name in ("", *chosen_traits()):
            effects = effects_of({traits()[name].hpo[0]: 1.0}) if name else {}
            found.append(Sitting(number, name, replace(shot.child, effects=effects), shot.view))
    return found


def place(sitting: Sitting) -> Path:
    """Where the picture lies; its name follows from all that it is made of."""
    parts = [asdict(sitting.child), asdict(sitting.view), SIZE, SAMPLES, _version()]
    key = hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:12]
    return cache_dir("trait-pairs") / f"{sitting.number:03d}-{sitting.trait or 'plain'}-{key}.png"


def render_sitting(given: None, sitting: Sitting, here: Here) -> None:
    """Render one picture; runs in a worker."""
    import io

    from PIL import Image

    from rdface.simulate.head.mesh import load_head
    from rdface.simulate.render.develop import develop
    from rdface.simulate.render.scene import render
    from rdface.weights import where

    mesh, hide = load_head(where("mpfb2")), max(0, here.attempt - 1)
    seen = render(mesh, sitting.child, sitting.view, size=SIZE, samples=SAMPLES, hide=hide)[0]
    stream = io.BytesIO()
    Image.fromarray(develop(seen, sitting.child, sitting.view)).save(stream, "PNG")
    write_bytes(place(sitting), stream.getvalue())


def render_missing(wanted: list[Sitting]) -> None:
    """Render what the folder lacks, one picture after the other."""
    missing = [sitting for sitting in wanted if not place(sitting).is_file()]
    engine, needs = Local(1), Needs(attempts=ATTEMPTS, threads=1)
    for number, _ in enumerate(engine.run(render_sitting, missing, None, needs=needs), 1):
        print(f"\rrendered {number} of {len(missing)}", end="", file=sys.stderr)


def clean(sitting: Sitting) -> NDArray[np.uint8]:
    """The picture before film and file, uint8 [160, 160, 3]."""
    from rdface.imaging import read_image

    return read_image(place(sitting))


def taken(sitting: Sitting) -> NDArray[np.uint8]:
    """The picture as a cohort would hold it."""
    from rdface.imaging import decode_image, encode_jpeg
    from rdface.simulate.photo.film import expose

    return decode_image(
        encode_jpeg(expose(clean(sitting), sitting.view.film), sitting.view.quality)
    )


def main() -> None:
    """Render all pairs."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--children", type=int, default=24)
    given = parser.parse_args()
    print(chosen_traits())
    render_missing(sittings(given.children))


if __name__ == "__main__":
    main()
