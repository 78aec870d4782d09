"""Packets are valid, say what the cohort says and no more; those of others are read."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rdface.cohort import Cohort, load_cohort, write_cohort
from rdface.cohort.adapters import export_cohort, import_cohort
from rdface.errors import CohortError, UsageError
from rdface.files import sha256_bytes
from tests.cohort.adapters.little_cohorts import picture

MakeCohort = Callable[..., Cohort]
WHEN = "2026-11-22T12:00:00+00:00"


def check_valid(folder: Path) -> int:
    """By phenopacket-toolkit, as `phenotk validate` calls it: no error and no warning."""
    from phenopacket_toolkit.io.readers import read
    from phenopacket_toolkit.ops.validation import validate

    paths = sorted(folder.glob("*.json"))
    for path in paths:
        found = validate(read(str(path)))
        assert found.ok and not found.errors and not found.warnings, (path, found.to_dict())
    return len(paths)


def packet(patient: str, **more: object) -> dict[str, Any]:
    """A packet of somebody else."""
    return {
        "id": f"packet {patient}",
        "subject": {"id": patient},
        "diseases": [{"term": {"id": "OMIM:305400", "label": "Aarskog-Scott syndrome"}}],
        "files": [{"uri": f"{patient}.png"}],
        "metaData": {"created": "2026-11-22T12:00:00Z", "createdBy": "somebody"},
    } | more


def write_packets(root: Path, *packets: dict[str, Any]) -> Path:
    root.mkdir(exist_ok=True)
    for number, one in enumerate(packets):
        (root / f"{one['subject']['id']}.json").write_text(json.dumps(one))
        (root / f"{one['subject']['id']}.png").write_bytes(picture("PNG", number))
    return root


@pytest.mark.slow
def test_every_packet_of_sim103_is_valid(tmp_path: Path) -> None:
    """One a patient, by the library, and by the command for the first."""
    cohort = load_cohort("sim103")
    export_cohort("phenopackets", cohort, tmp_path / "out")
    assert check_valid(tmp_path / "out") == cohort.images["patient_id"].nunique() == 386
    script = Path(sys.executable).with_name("phenotk")
    done = subprocess.run(
        [str(script), "validate", str(tmp_path / "out" / "P0001.json")],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stdout.strip()) == (0, "OK - no problems found.")


def test_a_packet_says_what_the_cohort_says(make_cohort: MakeCohort, tmp_path: Path) -> None:
    """Age at each picture, features once, OMIM before Orphanet, terms of use; valid."""
    cohort = make_cohort(conditions=1, patients=2, images=2)
    images = cohort.images.assign(
        patient_id=["a/b", "a/b", "c", "c"], molecular_gene=["HGNC:3663~FGD1", "", "", ""]
    )
    conditions = cohort.conditions.assign(omim_id="OMIM:305400", orpha_code="ORPHA:915")
    content = cohort.info.model_dump() | {
        "data_use": ["DUO:0000007"], "forbids": ["upload"], "hpo_release": "2025-01-16",
        "ethics": ["board 7"], "permitted_use": "research", "consent_expires": "2099-01-02"
    }  # fmt: skip
    info = type(cohort.info).model_validate(content)
    cohort = write_cohort(cohort.root, info, images, conditions)
    made = export_cohort("phenopackets", cohort, tmp_path / "out", {"created": WHEN})
    assert check_valid(tmp_path / "out") == 2 and made.pictures == 0
    said = json.loads((tmp_path / "out" / "a-b.json").read_text())
    assert said["subject"]["id"] == "a/b" and said["subject"]["sex"] == "FEMALE"
    assert said["subject"]["timeAtLastEncounter"]["age"]["iso8601duration"] == "P1Y1M"
    assert [f["type"]["label"] for f in said["phenotypicFeatures"]] == ["Hypertelorism"]
    assert [d["term"] for d in said["diseases"]] == [{"id": "OMIM:305400", "label": "Condition 0"}]
    files = said["files"]
    assert [f["fileAttributes"]["age"] for f in files] == ["P1Y0M", "P1Y1M"]
    assert [f["fileAttributes"]["sha256"] for f in files] == list(cohort.images["sha256"][:2])
    assert files[0]["uri"] == "images/C0_P0_0.jpg"
    (interpretation,) = said["interpretations"]
    gene = interpretation["diagnosis"]["genomicInterpretations"][0]["gene"]
    assert gene == {"valueId": "HGNC:3663", "symbol": "FGD1"}
    assert "interpretations" not in json.loads((tmp_path / "out" / "c.json").read_text())
    resources = {r["namespacePrefix"]: r["version"] for r in said["metaData"]["resources"]}
    assert resources["HP"] == "2025-01-16" and resources["OMIM"] == "not stated by the cohort"
    references = {r["id"]: r["description"] for r in said["metaData"]["externalReferences"]}
    assert (
        references["DUO:0000007"] == "disease specific research"
        and references["forbidden"] == "upload"
    )
    told = [references[key] for key in ("ethics", "permitted use", "consent expires")]
    assert told == ["board 7", "research", "2099-01-02"]


def test_genes_of_a_disease_are_no_finding(make_cohort: MakeCohort, tmp_path: Path) -> None:
    cohort = make_cohort(conditions=1, patients=1)
    conditions = cohort.conditions.assign(genes="FGD1", omim_id="OMIM:305400")
    cohort = write_cohort(cohort.root, cohort.info, cohort.images, conditions)
    export_cohort("phenopackets", cohort, tmp_path / "out")
    assert "FGD1" not in (tmp_path / "out" / "C0_P0.json").read_text()


def test_what_packets_cannot_hold_is_told(make_cohort: MakeCohort, tmp_path: Path) -> None:
    """The labels of other terms come from the ontology."""
    cohort = make_cohort(conditions=2, patients=2)
    images = cohort.images.copy()
    images["hpo_terms"] = ["HP:9999999|HP:0000508", "", "HP:0000316", ""]
    images.loc[3, "synthetic_of"] = images.loc[0, "image_id"]
    cohort = write_cohort(cohort.root, cohort.info, images, cohort.conditions)
    made = export_cohort("phenopackets", cohort, tmp_path / "out")
    assert check_valid(tmp_path / "out") == 3
    assert made.notes == (
        "1 synthetic image(s) have no packet: they show nobody.",
        "HPO terms without a known label are in no packet: HP:9999999.",
        "No disease is written where the condition has no id: C0, C1.",
    )
    said = json.loads((tmp_path / "out" / "C0_P0.json").read_text())
    assert [f["type"]["label"] for f in said["phenotypicFeatures"]] == ["Ptosis"]


def test_the_same_bytes_at_the_same_time(make_cohort: MakeCohort, tmp_path: Path) -> None:
    cohort = make_cohort(conditions=1, patients=1)
    for name in ("one", "two"):
        export_cohort("phenopackets", cohort, tmp_path / name, {"created": WHEN})
    one, two = (tmp_path / name / "C0_P0.json" for name in ("one", "two"))
    assert one.read_bytes() == two.read_bytes()
    with pytest.raises(UsageError, match="a time with its zone"):
        export_cohort("phenopackets", cohort, tmp_path / "x", {"created": "2026-11-22"})


def test_packets_of_others(tmp_path: Path) -> None:
    """No abbreviation, two diseases, excluded features, ranges, OTHER_SEX: read, and listed."""
    features = [
        {"type": {"id": "HP:0000316", "label": "Hypertelorism"}, "severity": {"id": "HP:0012828"}},
        {"type": {"id": "HP:0000508", "label": "Ptosis"}, "excluded": True},
        {"type": {"id": "SNOMED:1", "label": "x"}},
    ]
    noonan = {"term": {"id": "ORPHA:648", "label": "Noonan syndrome"}}
    ages = {"start": {"iso8601duration": "P3Y"}, "end": {"iso8601duration": "P5Y"}}
    data = picture("PNG", 0)
    first = packet(
        "p1",
        subject={"id": "p1", "sex": "OTHER_SEX", "timeAtLastEncounter": {"ageRange": ages}},
        phenotypicFeatures=features,
        diseases=[noonan, packet("p")["diseases"][0], {**noonan, "excluded": True}],
        files=[
            {
                "uri": "p1.png",
                "fileAttributes": {"checksum": f"SHA256:{sha256_bytes(data)}", "age": "P4Y"},
            },
            {"uri": "genome.vcf.gz"},
            {"uri": "https://x.org/p1.jpg"},
        ],
    )
    weeks = {"gestationalAge": {"weeks": 30, "days": 2}}
    second = packet("p2", subject={"id": "p2", "sex": "MALE", "timeAtLastEncounter": weeks})
    third = packet("p3", files=[], measurements=[{"assay": {"id": "LOINC:1", "label": "x"}}])
    root = write_packets(tmp_path / "in", first, second, third)
    made = import_cohort("phenopackets", root, tmp_path / "out")
    images = made.cohort.images.set_index("patient_id")
    assert list(images["condition"]) == ["ORPHA-648", "OMIM-305400"]
    assert images.loc["p1", ["sex", "sex_recorded", "age"]].tolist() == ["", "OTHER_SEX", "P4Y"]
    assert list(images["age_last_encounter"]) == ["P3Y/P5Y", "gestational P30W2D"]
    assert images.loc["p1", "hpo_terms"] == "HP:0000316"
    assert images.loc["p1", "hpo_terms_excluded"] == "HP:0000508"
    assert images.loc["p1", "other_diseases"] == "OMIM:305400"
    conditions = made.cohort.conditions
    assert list(conditions["name"]) == ["Noonan syndrome", "Aarskog-Scott syndrome"]
    assert list(conditions["orpha_code"]) == ["ORPHA:648", ""]
    assert made.cohort.info.licence == "not stated"
    for words in (
        "1 packet(s) name no picture",
        "OTHER_SEX",
        "no single age",
        "no HPO terms",
        "onset, severity and modifiers",
        "excluded features",
        "further diseases",
        "no pictures",
        "none is fetched",
        "measurements",
    ):
        assert any(words in note for note in made.notes), words


def test_faults_are_named_at_once(tmp_path: Path) -> None:
    root = write_packets(
        tmp_path / "in",
        packet("gone", files=[{"uri": "no.png"}]),
        packet("out", files=[{"uri": "../../secret.png"}, {"uri": "file:///etc/x.png"}]),
        packet("open", files=[{"uri": "file://[oops/a.jpg"}]),
        packet("ill", diseases=[]),
        packet("old", files=[{"uri": "old.png", "fileAttributes": {"age": "six"}}]),
        packet("swap", files=[{"uri": "swap.png", "fileAttributes": {"sha256": "0" * 64}}]),
    )
    (root / "twice.json").write_text((root / "swap.json").read_text())
    (root / "v1.json").write_text('{"id": "x", "proband": {"subject": {"id": "y"}}}')
    with pytest.raises(CohortError) as refused:
        import_cohort("phenopackets", root, tmp_path / "out")
    for words in (
        "'no.png' is not there; --set pictures=FOLDER",
        "'../../secret.png' leaves the folder",
        "'file:///etc/x.png' leaves the folder",
        "open.json, column files[0]: 'file://[oops/a.jpg' cannot be read as an address",
        "ill.json, column diseases: names no disease",
        "has an age that cannot be read: 'six'",
        "twice.json, column subject.id: 'swap' has another packet, swap.json",
        "v1.json: is no phenopacket of version 2",
    ):
        assert words in refused.value.message, words
    for name in ("gone", "out", "open", "ill", "old", "twice", "v1"):
        (root / f"{name}.json").unlink()
    with pytest.raises(CohortError, match="altered or exchanged"):
        import_cohort("phenopackets", root, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_pictures_may_lie_elsewhere(make_cohort: MakeCohort, tmp_path: Path) -> None:
    """The packets alone and the cohort's own folder give it back; altered packets are refused."""
    cohort = make_cohort(conditions=1, patients=2)
    export_cohort("phenopackets", cohort, tmp_path / "in")
    options = {"pictures": cohort.root}
    made = import_cohort("phenopackets", tmp_path / "in", tmp_path / "out", options)
    assert made.cohort.sha256 == cohort.sha256
    with pytest.raises(CohortError, match="cannot be read"):
        import_cohort("phenopackets", tmp_path / "in", tmp_path / "two")
    path = tmp_path / "in" / "C0_P0.json"
    path.write_text(path.read_text().replace(cohort.images["sha256"][0], "0" * 64))
    (tmp_path / "in" / "C0_P1.json").unlink()
    with pytest.raises(CohortError) as refused:
        import_cohort("phenopackets", tmp_path / "in", tmp_path / "two", options)
    assert "C0_P0.json, column files: names other pictures" in refused.value.message
    assert "there is no packet of patient 'C0_P1'" in refused.value.message
