"""Folders of others that were made to do harm are refused with a word, not with a traceback."""

from __future__ import annotations

import json
import shutil
import tarfile
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml

from rdface.cohort import Cohort, CohortInfo, load_cohort, write_cohort
from rdface.cohort.adapters import export_cohort, import_cohort
from rdface.errors import CohortError
from tests.cohort.adapters.little_cohorts import picture
from tests.cohort.adapters.test_webdataset import shard

NAMES = {"info": {"features": {"label": {"names": ["Noonan"]}}}}
MakeCohort = Callable[..., Cohort]


def refused(layout: str, source: Path, words: str) -> None:
    out = source.with_name("out")
    with pytest.raises(CohortError, match=words):
        import_cohort(layout, source, out)
    assert not out.exists()


def test_json_that_is_nested_too_deeply(tmp_path: Path) -> None:
    shard(tmp_path / "in/a.tar", {"x.jpg": picture("jpeg", 0), "x.json": b"[" * 200_000})
    refused("webdataset", tmp_path / "in", "a row that cannot be read")


def test_a_list_of_shards_that_is_nested_too_deeply(tmp_path: Path) -> None:
    shard(tmp_path / "in/a.tar", {"x.jpg": picture("jpeg", 0), "x.cls": b"K"})
    (tmp_path / "in/shards.json").write_text("[" * 200_000)
    refused("webdataset", tmp_path / "in", "shards.json: is no list of shards")


def test_a_croissant_document_that_is_nested_too_deeply(tmp_path: Path) -> None:
    """Python's own reader takes 900 levels; what looks for a @context in them does not."""
    (tmp_path / "in").mkdir()
    deep = json.loads("[" * 900 + "]" * 900)
    document = {"conformsTo": "http://mlcommons.org/croissant/1.0", "x": deep}
    (tmp_path / "in/croissant.json").write_text(json.dumps(document))
    refused("croissant", tmp_path / "in", "croissant.json: is no Croissant document")


def test_labels_of_a_parquet_file_that_are_nested_too_deeply(tmp_path: Path) -> None:
    """The names of the labels cannot be read, so a label is the name of itself, even a ``²``."""
    (tmp_path / "in").mkdir()
    table = pa.table({"image": [picture("jpeg", 0)], "label": ["²"]})
    for name, told in (("deep", "[" * 200_000), ("square", json.dumps(NAMES))):
        labelled = table.replace_schema_metadata({"huggingface": told})
        pq.write_table(labelled, tmp_path / "in/x.parquet")
        made = import_cohort("parquet", tmp_path / "in", tmp_path / name)
        assert list(made.cohort.conditions["name"]) == ["²"]


def test_a_chain_of_long_names_in_a_tar_file(tmp_path: Path) -> None:
    link = tarfile.TarInfo("././@LongLink")
    link.type = b"L"
    path = shard(tmp_path / "in/a.tar", {"x.jpg": picture("jpeg", 0)})
    path.write_bytes(link.tobuf(tarfile.GNU_FORMAT) * 3000 + path.read_bytes())
    refused("webdataset", tmp_path / "in", "is no tar file")


def test_a_dataset_card_that_is_nested_too_deeply(tmp_path: Path) -> None:
    (tmp_path / "in/K").mkdir(parents=True)
    (tmp_path / "in/K/a.jpg").write_bytes(picture("jpeg", 0))
    (tmp_path / "in/README.md").write_text(f"---\na: {'[' * 20_000}\n---\n")
    assert len(import_cohort("imagefolder", tmp_path / "in", tmp_path / "out").cohort) == 1


def test_ids_that_no_file_can_have(tmp_path: Path) -> None:
    name = "x" * 300
    shard(tmp_path / "in/a.tar", {f"{name}.jpg": picture("jpeg", 0), f"{name}.cls": b"K"})
    refused("webdataset", tmp_path / "in", "cannot be written as 'images/xxx.*File name too long")


def test_a_picture_below_another_picture(make_cohort: MakeCohort, tmp_path: Path) -> None:
    cohort = make_cohort(conditions=2, patients=1, size=8)
    source = export_cohort("webdataset", cohort, tmp_path / "in").root
    table = source / "rdface/images.csv"
    first, second = cohort.images["file"]
    table.write_text(table.read_text().replace(second, f"{first}/b.jpg"))
    refused("webdataset", source, "cannot be written as")


def test_what_others_call_a_file_decides_no_path(tmp_path: Path) -> None:
    row = {"file": "a/../../../b", "label": "K", "image_id": "x"}
    members = {"x.jpg": picture("jpeg", 0), "x.json": json.dumps(row).encode()}
    shard(tmp_path / "in/a.tar", members)
    made = import_cohort("webdataset", tmp_path / "in", tmp_path / "out").cohort
    assert list(made.images["file"]) == ["images/x.jpg"]


def test_packets_of_ours_whose_picture_is_a_link(make_cohort: MakeCohort, tmp_path: Path) -> None:
    """With an empty ``sha256`` in the table any picture of the user would be taken over."""
    cohort = make_cohort(conditions=2, patients=1, size=8)
    source = export_cohort("phenopackets", cohort, tmp_path / "in", {"pictures": True}).root
    own = sorted((source / "pictures").iterdir())[0]
    (tmp_path / "private.jpg").write_bytes(own.read_bytes())
    own.unlink()
    own.symlink_to(tmp_path / "private.jpg")
    refused("phenopackets", source, "is a link that leaves the folder")


@pytest.mark.parametrize("alias", ["type", "distribution"])
@pytest.mark.parametrize(
    ("url", "words"),
    [("../secret.csv", "leaves the folder"), ("http://127.0.0.1:9/x.csv", "lies on a network")],
)
def test_croissant_under_other_names(tmp_path: Path, alias: str, url: str, words: str) -> None:
    """A @context may call the keys otherwise, and mlcroissant follows it."""
    pytest.importorskip("mlcroissant")
    (tmp_path / "in").mkdir()
    (tmp_path / "in/a.jpg").write_bytes(picture("jpeg", 0))
    (tmp_path / "secret.csv").write_text("label,image\nsecret,a.jpg\n")
    names = ("recordSet", "field", "source", "extract", "column", "fileObject")
    context = {
        "@language": "en",
        "@vocab": "https://schema.org/",
        "sc": "https://schema.org/",
        "cr": "http://mlcommons.org/croissant/",
        "dct": "http://purl.org/dc/terms/",
        "conformsTo": "dct:conformsTo",
        "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
        **{name: f"cr:{name}" for name in names},
        "Parcel": "cr:FileObject",
        "parcels": "https://schema.org/distribution",
    }
    file = {
        "@type": "Parcel" if alias == "type" else "cr:FileObject",
        "@id": "f",
        "name": "f",
        "contentUrl": url,
        "encodingFormat": "text/csv",
        "sha256": "0",
    }
    fields = [
        {
            "@type": "cr:Field",
            "@id": f"r/{name}",
            "name": name,
            "dataType": "sc:Text",
            "source": {"fileObject": {"@id": "f"}, "extract": {"column": name}},
        }
        for name in ("label", "image")
    ]
    records = {"@type": "cr:RecordSet", "@id": "r", "name": "r", "field": fields}
    document = {
        "@context": context,
        "@type": "sc:Dataset",
        "name": "x",
        "url": "https://example.org",
        "version": "1.0.0",
        "license": "CC0-1.0",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "parcels" if alias == "distribution" else "distribution": [file],
        "recordSet": [records | {"description": "ImageObject"}],
    }
    (tmp_path / "in/croissant.json").write_text(json.dumps(document))
    refused("croissant", tmp_path / "in", words)


def test_terms_of_single_images_go_out_with_every_layout(
    make_cohort: MakeCohort, tmp_path: Path
) -> None:
    cohort = make_cohort(conditions=2, patients=2, size=8)
    table = pd.read_csv(cohort.root / "images.csv", dtype=str, keep_default_na=False)
    table["ethics"] = ["", "board 7"] * 2
    table["permitted_use"] = ["no advertising", *[""] * 3]
    table["consent_expires"] = ["", "2099-01-02", "", ""]
    table.to_csv(cohort.root / "images.csv", index=False)
    cohort = load_cohort(cohort.root)
    for layout in (
        "rdface-real",
        "webdataset",
        "parquet",
        "imagefolder",
        "croissant",
        "gestaltmatcher",
    ):
        out = export_cohort(layout, cohort, tmp_path / layout).root
        told = (out / "TERMS.txt").read_text()
        for words in ("board 7", "no advertising", "2099-01-02"):
            assert words in told, (layout, words)
    about = yaml.safe_load((tmp_path / "rdface-real/rdface.yaml").read_text())
    assert about["consent_expires"] == "2099-01-02"
    file = tmp_path / "parquet/data/train-00000-of-00001.parquet"
    assert b"2099-01-02" in pq.read_schema(file).metadata[b"rdface"]


def test_terms_of_several_lines_stay_whole_and_say_no_other_licence(
    make_cohort: MakeCohort, tmp_path: Path
) -> None:
    cohort = make_cohort(conditions=2, patients=1, size=8)
    words = "For research only.\nLicence: CC0-1.0"
    info = CohortInfo.model_validate(
        cohort.info.model_dump() | {"licence": "by agreement", "permitted_use": words}
    )
    cohort = write_cohort(cohort.root, info, cohort.images, cohort.conditions)
    out = export_cohort("webdataset", cohort, tmp_path / "in").root
    shutil.rmtree(out / "rdface")
    back = import_cohort("webdataset", out, tmp_path / "back").cohort.info
    assert back.licence == "by agreement"
    assert back.permitted_use == "For research only. Licence: CC0-1.0"
