"""A small workspace around a cohort: all kinds of folders that rdface makes of one."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from rdface.cohort import Cohort, CohortInfo, write_cohort
from rdface.faces.finder import HEAD
from rdface.faces.row_cache import EMBEDDINGS, FACES, RowCache
from rdface.faces.table import NUMBERS
from rdface.files import cache_dir, sha256_bytes, write_json
from rdface.synthesis.pool.joining import join_pools
from rdface.synthesis.pool.plan import pictures_sha256

PATIENT = "C1_P0"


@dataclass(frozen=True)
class Workspace:
    """A cohort, what was made of it, and what gives the patient away."""

    cohort: Cohort
    root: Path
    also: Path
    ids: frozenset[str]
    pictures: frozenset[str]

    def names_patient(self) -> list[Path]:
        """Files below the workspace or the cache with an id or a hash of the patient's images.

        Its own search, by bytes and through everything that is compressed.
        """
        words = {PATIENT, *self.ids, *self.pictures}
        found = []
        for path in [*self.root.rglob("*"), *self.cache.rglob("*.npz")]:
            if path.is_file() and "weights" not in path.parts:
                text = _text(path)
                named = any(f'"{word}"' in text or f",{word}," in text for word in words)
                whole = any(word in text for word in words - {PATIENT})
                alike = sha256_bytes(path.read_bytes()) in self.pictures
                if named or whole or alike or any(word in path.name for word in self.ids):
                    found.append(path)
        return found

    @property
    def cache(self) -> Path:
        return cache_dir()


def _text(path: Path) -> str:
    if path.suffix == ".parquet":
        return pd.read_parquet(path).to_csv() + str(pd.read_parquet(path).to_dict("records"))
    if path.suffix == ".npz":
        with np.load(path) as content:
            return " ".join(str(content[name].tolist()) for name in content.files)
    if path.suffix == ".png":
        from PIL import Image

        with Image.open(path) as picture:
            return str(picture.info)
    return path.read_bytes().decode("utf-8", "replace")


@pytest.fixture
def workspace(make_cohort: Callable[..., Cohort], tmp_path: Path, own_cache: Path) -> Workspace:
    """Made in place; patient ``C1_P0`` has two images and two descendants."""
    cohort = make_cohort(conditions=3, patients=3, images=2, folder="cohort", size=16)
    also = tmp_path / "work"
    also.mkdir()
    own = cohort.images[cohort.images["patient_id"] == PATIENT]
    ids, pictures = frozenset(own["image_id"]), frozenset(own["sha256"])
    pool = _pool(cohort, also / "pool")
    join_pools(cohort, [pool], also / "joined")
    descend = pool.images[pool.images["synthetic_of"].str.contains(PATIENT)]
    assert len(descend) == 2
    _run(cohort, also / "runs" / "demo" / "sface__knn", "result.json")
    _run(cohort, also / "study", "study.json")
    (also / "runs" / "demo" / "report.html").write_text(f"<p>rdface {cohort.sha256}</p>")
    cohort.images[["image_id", "sex"]].to_parquet(also / "faces.parquet")
    cohort.images[["image_id", "patient_id"]].to_csv(also / "scores.csv", index=False)
    (also / "reports").mkdir()
    lines = [json.dumps({"report": {"image_id": one}}) for one in cohort.image_ids]
    (also / "reports" / "reports.jsonl").write_text("\n".join(lines) + "\n")
    write_json(also / "reports" / "about.json", {"cohort": {"sha256": cohort.sha256}})
    for one in cohort.image_ids:
        write_json(also / "packets" / f"{one}.json", {"subject": {"id": one}, "metaData": {}})
    np.savez(also / "features.npz", ids=np.array(cohort.image_ids), rows=np.eye(len(cohort)))
    (also / "pool.work" / "plan").mkdir(parents=True)
    (also / "pool.work" / "plan" / "weights.pt").write_bytes(b"learnt")
    copied = also / "export" / "data"
    copied.mkdir(parents=True)
    shutil.copyfile(cohort.path(sorted(ids)[0]), copied / "7.jpg")
    shutil.copyfile(cohort.path("C0_P0_0"), copied / "8.jpg")
    (also / "export" / "table.csv").write_text("image_name,condition\n7.jpg,C1\n8.jpg,C0\n")
    _fill_cache([*cohort.images["sha256"], *pool.images["sha256"]])
    return Workspace(
        cohort,
        tmp_path,
        also,
        ids | set(descend["image_id"]),
        pictures | set(descend["sha256"]),
    )


def _pool(cohort: Cohort, root: Path) -> Cohort:
    rng = np.random.default_rng(7)
    parents = ["C0_P0_0|C0_P1_0", "C1_P0_0|C1_P1_0", "C1_P2_0|C1_P0_1", "C2_P0_0"]
    rows = []
    (root / "images").mkdir(parents=True)
    for number, parent in enumerate(parents):
        from PIL import Image
        from PIL.PngImagePlugin import PngInfo

        said = PngInfo()
        said.add_text("rdface synthetic", json.dumps({"parents": parent.split("|")}), zip=True)
        name = f"morph-0000-{number:05d}"
        noise = rng.integers(0, 256, (8, 8, 3)).astype(np.uint8)
        Image.fromarray(noise).save(root / "images" / f"{name}.png", pnginfo=said)
        rows.append(
            {
                "image_id": name,
                "file": f"images/{name}.png",
                "patient_id": f"synthetic:{name}",
                "condition": parent[:2],
                "synthetic_of": parent,
            }
        )
    info = CohortInfo.model_validate(
        {
            "name": "tiny-morph",
            "version": "1",
            "licence": "CC0-1.0",
            "simulated": True,
            "sources": ["rdface morph"],
            "pool_of": {"name": cohort.info.name, "version": "1", "sha256": cohort.sha256},
            "generator": "morph",
            "training_sha256": pictures_sha256(cohort, cohort.image_ids),
            "training_images": list(cohort.image_ids),
        }
    )
    return write_cohort(root, info, pd.DataFrame(rows), cohort.conditions)


def _run(cohort: Cohort, folder: Path, marker: str) -> None:
    folder.mkdir(parents=True)
    (folder / "spec.yaml").write_text("version: 1\nname: demo\n")
    write_json(folder / "splits.json", {"test": list(cohort.image_ids)})
    cohort.images[["image_id", "patient_id"]].to_parquet(folder / "predictions.parquet")
    write_json(folder / marker, {"cohort": {"sha256": cohort.sha256}})


def _fill_cache(digests: list[str]) -> None:
    """Faces, embeddings by face, thumbnails by picture, pairs, and mirror images."""
    faces, wheres = [], {}
    for number, digest in enumerate(digests):
        row = np.arange(HEAD + len(NUMBERS), dtype=np.float32) + number
        faces.append(row if number % 5 else np.where(np.arange(len(row)) < HEAD, row, np.nan))
        box, points = row[HEAD + 1 : HEAD + 5], row[HEAD + 5 :]
        where = box.tobytes() + points.tobytes() if number % 5 else b"whole"
        wheres[digest] = sha256_bytes(digest.encode() + where)
    keys = [wheres[digest] for digest in digests]
    RowCache(cache_dir(FACES) / "yunet", np.float32).add(digests, np.stack(faces))
    ones = np.ones((len(keys), 4), np.float32)
    RowCache(cache_dir(EMBEDDINGS) / "sface-1", np.float32).add(keys, ones)
    RowCache(cache_dir(EMBEDDINGS) / "thumbnails-1", np.float32).add(digests, ones)
    pairs = [f"{one[:32]}{other[:32]}" for one in keys for other in keys[:4]]
    RowCache(cache_dir(EMBEDDINGS) / "perceptual-1", np.float64).add(
        pairs, np.ones((len(pairs), 1))
    )
    RowCache(cache_dir(EMBEDDINGS) / "sface-mirrored-1", np.float32).add(["ab", "cd"], ones[:2])
