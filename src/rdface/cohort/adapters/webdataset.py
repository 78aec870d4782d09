"""Export as WebDataset: tar files of pictures, each with a JSON file of its row.

Aizman, Maltby and Breuel, "High Performance I/O for Large Scale Deep Learning", IEEE Big Data
(2019); a sample is what shares a name up to the first dot.
"""

from __future__ import annotations

import io
import json
import tarfile
from pathlib import Path

from rdface.cohort.adapters.adapter import EXPORTERS, Exported
from rdface.cohort.adapters.exporting import pictures_of
from rdface.cohort.adapters.folder import new_folder
from rdface.cohort.adapters.picture_names import key_of
from rdface.cohort.adapters.tables import write_tables
from rdface.cohort.cohort import Cohort
from rdface.errors import UsageError
from rdface.files import sha256_file, write_json

SHARDS = "shards.json"
"""Name, SHA-256 and number of samples of every shard."""


@EXPORTERS.register("webdataset")
def export_webdataset(cohort: Cohort, out: Path, *, shard_images: int = 1000) -> Exported:
    """WebDataset: shard-000000.tar ... of <image id>.jpg and .json, in the cohort's order.

    The same cohort gives the same bytes: members have neither owner nor time, and stand as
    picture, row, picture, row. Dots in image ids are written ``%2E``, for WebDataset takes what
    follows the first one for the suffix.

    Args:
        cohort: It is only read.
        out: New folder; it appears whole or not at all.
        shard_images: Pictures in a shard; one shard is open at a time.

    Raises:
        UsageError: ``out`` is in use, or a shard would hold nothing.
    """
    if shard_images < 1:
        raise UsageError("A shard must hold at least one picture: --set shard_images=1000.")
    samples = pictures_of(cohort)
    listed = []
    with new_folder(out, outside=cohort.root) as part:
        for number in range(-(-len(cohort) // shard_images)):
            path = part / f"shard-{number:06d}.tar"
            count = min(shard_images, len(cohort) - number * shard_images)
            with tarfile.open(path, "w", format=tarfile.PAX_FORMAT) as tar:
                for _ in range(count):
                    picture = next(samples)
                    key = key_of(picture.row["image_id"])
                    _add(tar, f"{key}.{picture.suffix}", picture.data)
                    _add(tar, f"{key}.json", _json(picture.told))
            listed.append({"file": path.name, "sha256": sha256_file(path), "samples": count})
        next(samples, None)  # ends the progress bar
        write_json(part / SHARDS, listed)
        write_tables(cohort, part)
    return Exported(out, len(cohort))


def _json(row: dict[str, str]) -> bytes:
    return json.dumps(row, ensure_ascii=False).encode()


def _add(tar: tarfile.TarFile, name: str, data: bytes) -> None:
    member = tarfile.TarInfo(name)  # mtime, uid and gid 0, no names
    member.size = len(data)
    member.mode = 0o600
    tar.addfile(member, io.BytesIO(data))
