"""Little cohorts of every kind that the schema allows, for property-based tests."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pandas as pd
from hypothesis import strategies as st

from rdface.cohort import Cohort, CohortInfo, load_cohort, write_cohort
from rdface.imaging import encode_jpeg

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
"""Anything: quotes, commas, line ends, other scripts, empty."""
IDS = st.text("aZ0._-", min_size=1, max_size=6)
FILLED = st.from_regex(r"[A-Za-zé\"',|;日=/][A-Za-zé\"',|; 日=/]{0,6}[A-Za-zé]", fullmatch=True)
COLUMNS = (
    "mine",
    "with space",
    "日本",
    'a"b,c',
    "image",
    "label",
    "file_name",
    "picture_file",
    "é\n",
)
FORMATS = ("JPEG", "PNG", "WEBP", "TIFF", "BMP", "GIF")


def picture(kind: str, seed: int) -> bytes:
    """Four by four pixels of noise."""
    from PIL import Image

    noise = np.random.default_rng(seed).integers(0, 256, (4, 4, 3)).astype(np.uint8)
    if kind == "JPEG":
        return encode_jpeg(noise)
    stream = io.BytesIO()
    Image.fromarray(noise).save(stream, kind)
    return stream.getvalue()


@st.composite
def cohorts(draw: st.DrawFn, root: Path) -> Cohort:
    """A cohort in the new folder ``root``, read back from there."""
    names = draw(st.lists(IDS, min_size=1, max_size=3, unique=True))
    conditions = pd.DataFrame(
        [
            {
                "condition": name,
                "name": draw(FILLED),
                "omim_id": draw(st.sampled_from(["", "OMIM:305400", "OMIM:154400"])),
                "orpha_code": draw(st.sampled_from(["", "ORPHA:915"])),
                "genes": draw(TEXT),
                "facial_hpo": draw(st.sampled_from(["", 'HP:0000316~Hyper, "t"=9/14'])),
                "note": draw(TEXT),
            }
            for name in names
        ],
        dtype=str,
    )
    others = draw(st.lists(st.sampled_from(COLUMNS), max_size=3, unique=True))
    rows: list[dict[str, str]] = []
    ids = iter(draw(st.lists(IDS, min_size=8, max_size=8, unique_by=str.lower)))
    for patient in draw(st.lists(FILLED, min_size=1, max_size=3, unique=True)):
        condition, sex = draw(st.sampled_from(names)), draw(st.sampled_from(["", "male", "female"]))
        for _ in range(draw(st.integers(1, 2))):
            rows.append(
                {
                    "image_id": next(ids),
                    "patient_id": patient,
                    "condition": condition,
                    "sex": sex,
                    "age": draw(st.sampled_from(["", "P6Y4M", "P3W", "P0D", "P11M"])),
                    "ancestry": draw(TEXT),
                    "country": draw(st.sampled_from(["", "NA", "DE"])),
                    "source": draw(TEXT),
                    "consent": draw(TEXT),
                    "hpo_terms": draw(st.sampled_from(["", "HP:0000316", "HP:0000316|HP:0000343"])),
                    "synthetic_of": "",
                }
            )
    if draw(st.booleans()):
        child = dict(rows[0], image_id=next(ids), patient_id="synthetic:x")
        rows.append(child | {"synthetic_of": rows[0]["image_id"]})
    for number, row in enumerate(rows):
        folder = draw(st.sampled_from(["images", "images/deep er", "bïld"]))
        kind = draw(st.sampled_from(FORMATS))
        suffix = draw(st.sampled_from([kind.lower(), "jpg", "dat"]))
        row["file"] = f"{folder}/{number} é.{suffix}"
        (root / folder).mkdir(parents=True, exist_ok=True)
        (root / row["file"]).write_bytes(picture(kind, number))
        row |= {column: draw(TEXT) for column in others}
    if draw(st.booleans()):
        (root / "originals").mkdir()
        (root / "originals" / "0 é.png").write_bytes(picture("PNG", 99))
        for row in rows:
            row |= {"original": "", "restored": ""}
        rows[0] |= {"original": "originals/0 é.png", "restored": "pad|realesrgan_x4plus"}
    extra: dict[str, object] = draw(
        st.dictionaries(st.sampled_from(["note", "command"]), TEXT, max_size=2)
    )
    if draw(st.booleans()):
        extra |= {"forbids": ["upload"], "consent_expires": "2099-12-31"}
    info = CohortInfo(
        name="tiny",
        version=draw(st.sampled_from(["1", "2026-11", "v é"])),
        title=draw(TEXT),
        licence=draw(st.sampled_from(["CC0-1.0", "by agreement: only"])),
        simulated=draw(st.booleans()),
        data_use=tuple(draw(st.lists(st.just("DUO:0000021"), max_size=1))),
        ethics=tuple(draw(st.lists(TEXT, max_size=2))),
        **extra,  # type: ignore[arg-type]
    )
    order = draw(st.permutations(range(len(rows))))
    write_cohort(root, info, pd.DataFrame([rows[n] for n in order], dtype=str), conditions)
    return load_cohort(root)
