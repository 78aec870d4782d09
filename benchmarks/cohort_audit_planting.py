"""Write a cohort with planted pictures for ``benchmarks/cohort_audit.py``."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import numpy as np
import pandas as pd
from cohort_audit_covers import Change
from PIL import Image

from rdface.cohort import Cohort, write_cohort
from rdface.faces import locate_faces
from rdface.files import write_bytes
from rdface.imaging import encode_jpeg, read_image


def plant(
    cohort: Cohort, root: Path, kinds: dict[str, Change], each: int, seed: int, start: str
) -> pd.DataFrame:
    """Write the changed pictures; returns their rows with ``kind`` and ``planted_from``."""
    faces = locate_faces(cohort)
    found = {name: faces.face(name) for name in cohort.image_ids}
    located = {name: face for name, face in found.items() if face is not None}
    ids = list(located)
    rows = cohort.images.set_index("image_id", drop=False)
    made = []
    for number, (kind, change) in enumerate(kinds.items()):
        rng = np.random.default_rng([seed, number])
        for name in rng.permutation(ids)[:each]:
            picture = read_image(cohort.path(str(name)))
            done = change(picture, located[str(name)], rng)
            image_id = f"{start}{number:02d}_{name}"
            file = f"images/{image_id}.jpg"
            data = encode_jpeg(np.ascontiguousarray(done), 92)
            if kind.startswith("same pixels"):
                file = f"images/{image_id}.png"
                data = _png(done)
            write_bytes(root / file, data)
            row = {**rows.loc[name].to_dict(), "image_id": image_id, "file": file}
            made.append({**row, "kind": kind, "planted_from": str(name)})
        print(f"planted: {kind}", file=sys.stderr)
    return pd.DataFrame(made)


def _png(picture: np.ndarray) -> bytes:
    stream = io.BytesIO()
    Image.fromarray(picture).save(stream, "PNG")
    return stream.getvalue()


def joined(cohort: Cohort, planted: pd.DataFrame, root: Path) -> Cohort:
    """The cohort's own pictures and the planted ones in one folder."""
    for name in cohort.image_ids:
        write_bytes(root / "images" / cohort.path(name).name, cohort.path(name).read_bytes())
    own = cohort.images.assign(
        file=[f"images/{cohort.path(name).name}" for name in cohort.image_ids],
        kind="",
        planted_from="",
    )
    table = pd.concat([own, planted], ignore_index=True)
    return write_cohort(root, cohort.info, table, cohort.conditions, opened=True)
