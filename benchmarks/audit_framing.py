"""What framing does to an audit: a pool's kernel distance to held-out faces, framed and unframed.

Real pictures show more around the face than a pool's portraits do. Where they are not cut as
portraits are, a network tells the two by the frame, and the distance says little of the faces.

    python benchmarks/audit_framing.py pools/classic --real sim103
"""

from __future__ import annotations

import argparse

from rdface.backbones import embed_cohort
from rdface.cohort import load_cohort
from rdface.faces import locate_faces
from rdface.screening.audit import Sides, take_sides
from rdface.screening.audit.framing import frame, portraits_folder, size_of
from rdface.screening.audit.realism import judge_realism
from rdface.screening.audit.schema import Number

DETECTOR = "yunet"


def distance(sides: Sides, backbone: str, seed: int) -> str:
    """MMD to held-out faces with its interval, and the floor of real against real."""
    embedded = [
        {backbone: embed_cohort(side.cohort, backbone, locate_faces(side.cohort, DETECTOR))}
        for side in (sides.synthetic, sides.training, sides.held_out)
    ]
    found = judge_realism(sides, *embedded, seed=seed)
    line = next(x for x in found if x.reference == "held-out" and x.metric in ("mmd", "cmmd"))
    return f"{written(line.number)}; floor {written(line.floor)}; n = {line.n}"


def written(number: Number) -> str:
    """Three digits and the 95 % interval."""
    return f"{number.value:.3f} [{number.low:.3f}, {number.high:.3f}]"


def main() -> None:
    """Print both."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pool")
    parser.add_argument("--real", default="sim103")
    parser.add_argument("--backbone", default="efficientnet_lite0")
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    sides = take_sides(load_cohort(asked.pool), load_cohort(asked.real))
    print(f"unframed: {distance(sides, asked.backbone, asked.seed)}")
    with portraits_folder() as place:
        framed = frame(sides, size_of(sides.synthetic.cohort), DETECTOR, place)
        print(f"framed: {distance(framed, asked.backbone, asked.seed)}")


if __name__ == "__main__":
    main()
