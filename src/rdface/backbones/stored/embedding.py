"""Embed a cohort shard by shard: a part of Parquet a shard, and no more in memory than one."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from rdface import __version__
from rdface.backbones.backbone import Backbone, Embeddings, load_backbone
from rdface.backbones.embed import BATCH, checked
from rdface.backbones.stored.manifest import MANIFEST_FILE, EmbeddingsManifest, StoredPart
from rdface.backbones.stored.part import COLUMNS, key_of_part, write_part
from rdface.backbones.stored.table import EmbeddingTable
from rdface.cohort.adapters.tables import stated
from rdface.cohort.shards import Shard, open_shards
from rdface.cohort.terms import check_allowed
from rdface.errors import EmbeddingsError, UsageError
from rdface.faces import Detector, align
from rdface.faces.finder import FaceFinder
from rdface.files import sha256_bytes, sha256_file, write_json
from rdface.imaging import decode_image
from rdface.progress import Advance, bar

if TYPE_CHECKING:
    import pandas as pd

log = logging.getLogger(__name__)


def embed_shards(
    place: str | Path,
    out: Path,
    *,
    backbone: str | Backbone = "sface",
    detector: str | Detector = "yunet",
) -> EmbeddingTable:
    """Embed every picture of a cohort, or of its export as Parquet or WebDataset.

    The embeddings are those of :func:`rdface.backbones.embed_cohort`, to the bit; the cache of
    faces and embeddings, which is held in memory, is neither read nor written. What is finished
    is kept: the same call goes on at the shard where it was stopped.

    Args:
        place: A cohort's folder or name, or the folder of an export.
        out: Folder of the embeddings; closed to other users.
        backbone: Name, or a backbone.
        detector: Name, or a face detector.

    Raises:
        TermsError: An image was withdrawn, or its consent has ended.
        CohortError: Rows or pictures that are not sound.
        EmbeddingsError: ``out`` holds embeddings of other pictures or another backbone.
        UsageError: ``out`` is in use, or an unknown name.
        WeightsError: Weights are missing.
    """
    loaded = load_backbone(backbone) if isinstance(backbone, str) else backbone
    finder = FaceFinder(detector)
    sharded = open_shards(place)
    _make_folder(out, sharded.root)
    names = [f"part-{number:05d}.parquet" for number in range(sharded.n_shards)]
    _refuse_others(out, names)
    parts, statuses, info = [], Counter[str](), sharded.info
    with bar(f"Embedding ({loaded.name})", len(sharded)) as advance:
        for shard, name in zip(sharded.shards(), names, strict=True):
            check_allowed(shard.cohort, "use")
            path, key = out / name, _key(shard, loaded, finder)
            if path.is_file():
                _check_part(path, key)
                advance(len(shard.cohort))
            else:
                images, embeddings = embed_shard(shard, loaded, finder, advance)
                write_part(path, images, embeddings, key)
            statuses.update(_faces_in(path))
            parts.append(StoredPart(file=name, rows=len(shard.cohort), sha256=sha256_file(path)))
            info = stated(shard.cohort)
    manifest = EmbeddingsManifest(
        rdface=__version__,
        backbone=loaded.name,
        fingerprint=loaded.fingerprint,
        detector=finder.detector.name,
        faces=finder.fingerprint,
        dim=loaded.dim,
        cohort=info,
        cohort_sha256=sharded.sha256,
        conditions=tuple(sharded.conditions["condition"]),
        statuses={"one": statuses["one"], "several": statuses["several"], "none": statuses["none"]},
        parts=tuple(parts),
    )
    write_json(out / MANIFEST_FILE, manifest.model_dump(mode="json"))
    (out / MANIFEST_FILE).chmod(0o600)
    if statuses["none"]:
        log.warning("No face in %d pictures, which are embedded whole.", statuses["none"])
    return EmbeddingTable(out, manifest)


def embed_shard(
    shard: Shard, backbone: Backbone, finder: FaceFinder, advance: Advance
) -> tuple[pd.DataFrame, Embeddings]:
    """Embed the pictures of one shard, :data:`BATCH` of them in memory at a time.

    Returns:
        The columns of a part, and ``float32 [N, D]``.
    """
    embeddings = np.empty((len(shard.cohort), backbone.dim), np.float32)
    statuses: list[str] = []
    waiting = shard.pictures()
    while batch := list(islice(waiting, BATCH)):
        names = [name for name, _ in batch]
        pictures = [decode_image(data, name) for name, data in batch]
        faces = finder.table(names, [finder.row(picture) for picture in pictures])
        crops = [
            align(picture, faces.face(name), backbone.crop)
            for name, picture in zip(names, pictures, strict=True)
        ]
        end = len(statuses) + len(batch)
        embeddings[len(statuses) : end] = checked(backbone, backbone.embed(np.stack(crops)))
        statuses += faces.frame["status"].tolist()
        advance(len(batch))
    return shard.cohort.images.assign(face=statuses)[list(COLUMNS)], embeddings


def _key(shard: Shard, backbone: Backbone, finder: FaceFinder) -> str:
    rows = shard.cohort.images[list(COLUMNS[:-1])].to_csv(index=False, lineterminator="\n")
    return sha256_bytes("\n".join([backbone.fingerprint, finder.fingerprint, rows]).encode())


def _make_folder(out: Path, source: Path) -> None:
    if out.resolve().is_relative_to(source.resolve()):
        raise UsageError(f"--out {out} lies inside of {source}, which is read.")
    out.mkdir(mode=0o700, parents=True, exist_ok=True)


def _refuse_others(out: Path, names: list[str]) -> None:
    known = {*names, MANIFEST_FILE}
    others = sorted(
        path.name for path in out.iterdir() if path.name not in known and path.name[0] != "."
    )
    if others:
        raise UsageError(
            f"--out {out} holds what is no part of these embeddings: {others[0]}.",
            hint="Give a new folder.",
        )


def _check_part(path: Path, key: str) -> None:
    if key_of_part(path) != key:
        raise EmbeddingsError(
            f"{path} was made of other pictures or rows, with another backbone or detector, or is"
            " damaged.",
            hint="Give another --out, or remove the folder.",
        )


def _faces_in(path: Path) -> Iterator[str]:
    import pyarrow.parquet as pq

    return iter(pq.read_table(path, columns=["face"], partitioning=None).column(0).to_pylist())
