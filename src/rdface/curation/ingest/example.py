"""A small, messy example to try a build with: simulated faces that are shipped with rdface.

The mess is of the kinds that spreadsheets of clinics have; every name in it is made up.
"""

from __future__ import annotations

import io
from pathlib import Path

from rdface.cohort.adapters.folder import new_folder
from rdface.cohort.read import shipped_folder
from rdface.errors import UsageError
from rdface.files import write_text

_HEADER = (
    "Photo",
    "Patient ID",
    "Surname",
    "Diagnosis",
    "OMIM",
    "Gene",
    "Sex",
    "Age at photo",
    "Country",
    "HPO terms",
    "Light",
)
_ROWS = (
    (
        "AAR_P0001_1.jpg",
        "K-001",
        "Muster",
        "Aarskog-Scott syndrome",
        305400.0,
        "fgd1",
        "boy",
        "11 years 7 months",
        "Turkey",
        "Hypertelorism; HP:0000343 (Long philtrum)",
        "room",
    ),
    (
        "AAR_P0002_1",
        "K-002",
        "Beispiel",
        "Aarskog",
        "#305400",
        "FGD1",
        "m",
        "2 3/4 years",
        "USA",
        "widely spaced eyes",
        "window",
    ),
    (
        "AAR_P0003_1.JPG",
        "K-003",
        "Ejemplo",
        "Aarskog Scott Syndrome",
        "MIM:305400",
        "",
        "M",
        "38 mo",
        "Italia",
        "HP:0000318",
        "room",
    ),
    (
        "APERT_P0022_1.jpg",
        "K-004",
        "Exemple",
        "Apert syndrome",
        101200.0,
        "FGFR2",
        "F",
        "18",
        "UK",
        "",
        "room",
    ),
    (
        "APERT_P0023_1.jpg",
        "K-005",
        "Esempio",
        "Apert",
        "",
        "",
        "girl",
        "4 Jahre",
        "Deutschland",
        "hypertelorisme",
        "flash",
    ),
    (
        "APERT_P0024_1.jpg",
        "K005",
        "Esempio",
        "Apert syndrome",
        305400.0,
        "",
        "f",
        "5 ans",
        "Allemagne",
        "",
        "flash",
    ),
    (
        "missing.jpg",
        "K-006",
        "Voorbeeld",
        "Apert syndrome",
        "",
        "",
        "w",
        "newborn",
        "Holland",
        "",
        "",
    ),
)
_SPEC = """\
version: 1
cohort:
  name: example
  version: "1"
  title: A messy example of simulated faces; no picture shows a person
  licence: CC0-1.0
  simulated: true
  sources: [rdface simulator]
pictures: photos
table: patients.xlsx
out: cohort
state: private
columns:
  picture: Photo
  patient: Patient ID
  condition: Diagnosis
defaults:
  consent: not applicable (simulated)
extra_columns: [Light]
"""


def write_example(folder: Path) -> int:
    """Write pictures with metadata, a spreadsheet and a spec; returns the number of pictures.

    Raises:
        UsageError: The folder is in use, or openpyxl is missing.
    """
    try:
        from openpyxl import Workbook  # type: ignore[import-untyped]
    except ImportError as error:
        raise UsageError("The example needs openpyxl.", hint="Install rdface[curate].") from error
    book = Workbook()
    sheet = book.active
    sheet.title = "Patients"
    sheet.append(_HEADER)
    for row in _ROWS:
        sheet.append(row)
    names = [str(row[0]).split(".")[0] for row in _ROWS if row[0] != "missing.jpg"]
    shipped = shipped_folder("sim103")
    with new_folder(folder) as part:
        (part / "photos").mkdir()
        for name in [*names, "AS_P0019_1"]:
            data = (shipped / "images" / f"{name}.jpg").read_bytes()
            (part / "photos" / f"{name}.jpg").write_bytes(_with_camera(data))
        stream = io.BytesIO()
        book.save(stream)
        (part / "patients.xlsx").write_bytes(stream.getvalue())
        write_text(part / "spec.yaml", _SPEC)
    return len(names) + 1


def _with_camera(jpeg: bytes) -> bytes:
    """The same picture with what a camera writes beside it: its name, a place and a remark."""
    from PIL import Image

    exif = Image.Exif()
    exif[0x010F], exif[0x0110] = "Example", "Camera of a clinic"
    exif.get_ifd(0x8825).update({1: "N", 2: (50.0, 56.0, 0.0), 3: "E", 4: (6.0, 57.0, 0.0)})
    tags = exif.tobytes()
    segment = b"\xff\xe1" + (len(tags) + 2).to_bytes(2, "big") + tags
    remark = b"photograph of M. Muster"
    comment = b"\xff\xfe" + (len(remark) + 2).to_bytes(2, "big") + remark
    return jpeg[:2] + segment + comment + jpeg[2:]
