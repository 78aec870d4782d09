"""A copy of a cohort whose pictures carry nothing beside their pixels."""

from __future__ import annotations

import dataclasses
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from rdface.cohort.adapters.folder import new_folder
from rdface.cohort.cohort import Cohort
from rdface.cohort.picture_metadata import find_metadata, strip_metadata
from rdface.cohort.write import write_cohort
from rdface.errors import ImageError
from rdface.progress import bar


@dataclass(frozen=True)
class StrippedCohort:
    """What came of it.

    Attributes:
        cohort: The copy.
        removed: Kind of metadata -> how many pictures carried it.
        turned: Ids of pictures whose pixels were turned upright.
    """

    cohort: Cohort
    removed: dict[str, int]
    turned: tuple[str, ...]


def carried_metadata(cohort: Cohort) -> dict[str, int]:
    """Kind of metadata -> how many photographs carry it, most first.

    Synthetic images are left out: rdface writes into them what they were made from.

    Raises:
        ImageError: A picture cannot be read.
    """
    counts: Counter[str] = Counter()
    for image_id, made_of in zip(cohort.image_ids, cohort.images["synthetic_of"], strict=True):
        if not made_of:
            try:
                counts.update(find_metadata(cohort.path(image_id).read_bytes()))
            except OSError as error:
                raise ImageError(f"{error.filename} cannot be read: {error.strerror}.") from error
    return dict(counts.most_common())


def strip_cohort(cohort: Cohort, out: Path) -> StrippedCohort:
    """Write a copy with the same tables, but for the hashes of pictures that were cleaned.

    Pictures before their restoration (column ``original``) are cleaned as well. Synthetic images
    are copied as they are.

    Args:
        cohort: It is only read.
        out: Folder of the copy; new or empty.

    Raises:
        ImageError: A picture is damaged, or cannot be cleaned with its pixels unaltered.
        UsageError: ``out`` is in use.
    """
    counts: Counter[str] = Counter()
    turned = []
    images = cohort.images.copy()
    with new_folder(out, outside=cohort.root) as part:
        with bar("Stripping pictures", len(images)) as advance:
            for row in images.to_dict("records"):
                for column in ("file", "original"):
                    if not row.get(column):
                        continue
                    data = (cohort.root / row[column]).read_bytes()
                    if not row["synthetic_of"]:
                        clean = strip_metadata(data, str(row["image_id"]))
                        data = clean.data
                        counts.update(clean.removed)
                        turned += [str(row["image_id"])] if clean.turned else []
                    (part / row[column]).parent.mkdir(parents=True, exist_ok=True)
                    (part / row[column]).write_bytes(data)
                advance(1)
        made = write_cohort(part, cohort.info, images, cohort.conditions, opened=True)
    return StrippedCohort(
        dataclasses.replace(made, root=out),
        dict(counts.most_common()),
        tuple(dict.fromkeys(turned)),
    )
