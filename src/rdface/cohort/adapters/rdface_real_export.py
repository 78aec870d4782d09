"""Export the real images of a cohort in the published layout, for the authors' own notebooks."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pandas as pd
import yaml

from rdface.cohort.adapters.adapter import EXPORTERS, Exported
from rdface.cohort.adapters.folder import new_folder
from rdface.cohort.adapters.rdface_layout import ABOUT, COLUMNS, PICTURES, TABLE
from rdface.cohort.adapters.tables import stated, write_terms
from rdface.cohort.cohort import Cohort
from rdface.cohort.write import csv_text
from rdface.errors import UsageError
from rdface.files import write_text
from rdface.imaging import encode_jpeg, read_image
from rdface.progress import bar

IDS = "image_ids.csv"
QUALITY = 95
"""Of pictures that are no JPEG files and are encoded as one, with full colour resolution."""

_SIMULATED = """The pictures below this folder are simulated. No child in them is real.

They were exported by rdface from the cohort {name} {version}. Results on them are no results
on patients, and nothing about them is comparable to the figures of the RDFace paper.
"""


@EXPORTERS.register("rdface-real")
def export_rdface_real(cohort: Cohort, out: Path) -> Exported:
    """RDFace, real images: data/rd_images/<abbr>/<abbr>.<n>.jpg, data/disease_images.csv.

    Rows keep the cohort's order and images are numbered within their condition. JPEG files are
    copied byte for byte, other pictures are encoded as JPEG. Synthetic images are left out. Beside
    ``data`` lie ``image_ids.csv`` (image_id, image_name, patient_id) and ``rdface.yaml`` (the
    cohort's metadata); both serve to import it again.

    Args:
        cohort: It is only read.
        out: New folder.

    Raises:
        UsageError: ``out`` is in use, or the cohort has no real image.
    """
    real = cohort.images[cohort.images["synthetic_of"] == ""]
    if real.empty:
        raise UsageError(f"The cohort {cohort.info.name} has no real image to export.")
    rows = _rows(cohort, real)
    encoded = 0
    with new_folder(out, outside=cohort.root) as part:
        with bar("copying pictures", len(rows)) as advance:
            for image_id, row in zip(real["image_id"], rows, strict=True):
                data, copied = _jpeg(cohort.path(image_id))
                encoded += not copied
                path = part / "data" / PICTURES / row["disease_abbr"] / row["image_name"]
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)
                advance(1)
        table = pd.DataFrame(rows, columns=list(COLUMNS), dtype=str)
        ids = real[["image_id", "patient_id"]].assign(image_name=list(table["image_name"]))
        write_text(part / "data" / TABLE, csv_text(table))
        write_text(part / IDS, csv_text(ids[["image_id", "image_name", "patient_id"]]))
        # The table has no columns of use: what is said of single images is said of all.
        info = stated(cohort)
        write_terms(info, part)
        about = info.model_dump(mode="json")
        write_text(part / ABOUT, yaml.safe_dump(about, sort_keys=False, allow_unicode=True))
        if cohort.info.simulated:
            notice = _SIMULATED.format(name=cohort.info.name, version=cohort.info.version)
            write_text(part / "data" / "SIMULATED.txt", notice)
    notes = []
    if encoded:
        notes.append(
            f"{encoded} picture(s) were no JPEG files and were encoded, quality {QUALITY}."
        )
    if len(real) < len(cohort):
        notes.append(f"{len(cohort) - len(real)} synthetic image(s) were left out.")
    return Exported(out, len(rows), tuple(notes))


def _rows(cohort: Cohort, real: pd.DataFrame) -> list[dict[str, str]]:
    """What the table says; columns that an import kept go before those of conditions.csv."""
    about = {str(row["condition"]): row for row in cohort.conditions.to_dict("records")}
    numbers: Counter[str] = Counter()
    rows = []
    for image in real.to_dict("records"):
        condition = str(image["condition"])
        if not condition.strip("."):
            raise UsageError(f"The condition {condition!r} cannot be the name of a folder.")
        numbers[condition] += 1
        known = about[condition]
        rows.append(
            {
                "image_name": f"{condition}.{numbers[condition]}.jpg",
                "disease_name": str(known["name"]),
                "disease_abbr": condition,
                "sub_category": str(image.get("sub_category", "")),
                "gene_name": str(image.get("gene_name", known["genes"])),
                "orphanet_code": str(
                    image.get("orphanet_code", known["orpha_code"].removeprefix("ORPHA:"))
                ),
            }
        )
    return rows


def _jpeg(path: Path) -> tuple[bytes, bool]:
    """JPEG bytes of a picture, and whether they are the file's own."""
    data = path.read_bytes()
    if data.startswith(b"\xff\xd8\xff"):
        return data, True
    return encode_jpeg(read_image(path), QUALITY), False
