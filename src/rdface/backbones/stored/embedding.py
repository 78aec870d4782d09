"""Embed a cohort shard by shard: a part of Parquet a shard, and those under way in memory."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count, islice
from pathlib import Path

import numpy as np

from rdface import __version__
from rdface.backbones.backbone import Backbone, load_backbone
from rdface.backbones.embed import BATCH
from rdface.backbones.stored.manifest import MANIFEST_FILE, EmbeddingsManifest, StoredPart
from rdface.backbones.stored.part import COLUMNS, key_of_part, write_part
from rdface.backbones.stored.sent import Embedded, embed_batches
from rdface.backbones.stored.table import EmbeddingTable
from rdface.cohort import CohortInfo
from rdface.cohort.adapters.tables import stated
from rdface.cohort.shards import Shard, open_shards
from rdface.cohort.terms import check_allowed
from rdface.engines import Engine, check_private
from rdface.errors import EmbeddingsError, UsageError
from rdface.faces import Detector
from rdface.faces.finder import FaceFinder
from rdface.files import sha256_bytes, sha256_file, write_json
from rdface.progress import Advance, bar

log = logging.getLogger(__name__)


def embed_shards(
    place: str | Path,
    out: Path,
    *,
    backbone: str | Backbone = "sface",
    detector: str | Detector = "yunet",
    engine: Engine | None = None,
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
        engine: Sends pictures to other machines; on this one this process does it.

    Raises:
        TermsError: An image was withdrawn, or its consent has ended, or pictures of people would
            cross a network in the clear.
        CohortError: Rows or pictures that are not sound.
        EmbeddingsError: ``out`` holds embeddings of other pictures or another backbone.
        UsageError: ``out`` is in use, or an unknown name.
        WeightsError: Weights are missing.
    """
    loaded = load_backbone(backbone) if isinstance(backbone, str) else backbone
    finder = FaceFinder(detector)
    sharded = open_shards(place)
    check_private(engine, simulated=sharded.info.simulated)
    _make_folder(out, sharded.root)
    names = [f"part-{number:05d}.parquet" for number in range(sharded.n_shards)]
    _refuse_others(out, names)
    parts: list[_Part] = []
    with bar(f"Embedding ({loaded.name})", len(sharded)) as advance:

        def missing() -> Iterator[tuple[_Part, Shard]]:
            """Shard after shard; those that are finished are checked alone."""
            for shard, name in zip(sharded.shards(), names, strict=True):
                check_allowed(shard.cohort, "use")
                key = _key(shard, loaded, finder)
                part = _Part(out / name, key, len(shard.cohort), stated(shard.cohort))
                parts.append(part)
                if part.path.is_file():
                    _check_part(part.path, key)
                    advance(part.rows)
                else:
                    yield part, shard

        _embed_parts(missing(), loaded, detector, finder, engine, advance)
    statuses = Counter[str]()
    for part in parts:
        statuses.update(_faces_in(part.path))
    manifest = EmbeddingsManifest(
        rdface=__version__,
        backbone=loaded.name,
        fingerprint=loaded.fingerprint,
        detector=finder.detector.name,
        faces=finder.fingerprint,
        dim=loaded.dim,
        cohort=parts[-1].info if parts else sharded.info,
        cohort_sha256=sharded.sha256,
        conditions=tuple(sharded.conditions["condition"]),
        statuses={"one": statuses["one"], "several": statuses["several"], "none": statuses["none"]},
        parts=tuple(
            StoredPart(file=part.path.name, rows=part.rows, sha256=sha256_file(part.path))
            for part in parts
        ),
    )
    write_json(out / MANIFEST_FILE, manifest.model_dump(mode="json"))
    (out / MANIFEST_FILE).chmod(0o600)
    if statuses["none"]:
        log.warning("No face in %d pictures, which are embedded whole.", statuses["none"])
    return EmbeddingTable(out, manifest)


@dataclass(frozen=True)
class _Part:
    """What the manifest and the file say of a shard."""

    path: Path
    key: str
    rows: int
    info: CohortInfo


class _Open:
    """A part that is not written yet: its rows, and what came home for it so far."""

    def __init__(self, part: _Part, shard: Shard) -> None:
        self._part, self._images = part, shard.cohort.images
        self._come: dict[int, Embedded] = {}

    def take(self, start: int, found: Embedded) -> None:
        """Keep what was found from row ``start`` on; with the last of it the part is written."""
        self._come[start] = found
        if sum(len(statuses) for statuses, _ in self._come.values()) == self._part.rows:
            come = [self._come[start] for start in sorted(self._come)]
            statuses = [status for these, _ in come for status in these]
            images = self._images.assign(face=statuses)[list(COLUMNS)]
            embeddings = np.concatenate([vectors for _, vectors in come])
            write_part(self._part.path, images, embeddings, self._part.key)


def _embed_parts(
    missing: Iterator[tuple[_Part, Shard]],
    backbone: Backbone,
    detector: str | Detector,
    finder: FaceFinder,
    engine: Engine | None,
    advance: Advance,
) -> None:
    """Embed the pictures of parts, :data:`BATCH` a task; a part is written when all are home."""
    sent: dict[int, tuple[_Open, int]] = {}
    numbers = count()

    def batches() -> Iterator[list[tuple[str, bytes]]]:
        for part, shard in missing:
            opened, pictures, start = _Open(part, shard), shard.pictures(), 0
            while batch := list(islice(pictures, BATCH)):
                sent[next(numbers)] = opened, start
                start += len(batch)
                yield batch

    for number, found in embed_batches(batches(), backbone, detector, finder, engine):
        opened, start = sent.pop(number)  # so that a part that is written is let go
        opened.take(start, found)
        advance(len(found[0]))


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
