"""Phenopackets say what the report says, are valid, and give nothing else away."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from rdface.errors import RunError, UsageError
from rdface.phenotype import Finding, Report
from rdface.phenotype.phenopackets import (
    read_phenopacket,
    terms_of,
    to_json,
    to_phenopacket,
    write_phenopackets,
)
from tests.phenotype.similarity import world
from tests.phenotype.similarity.reports import HYPERTELORISM, LOW_EARS, PTOSIS, SHORT_NOSE

WHEN = datetime(2026, 11, 22, 12, tzinfo=UTC)
ABOUT = {
    "describer": "measured",
    "fingerprint": "abc123",
    "instruction": "v1",
    "hpo": {"release": "2025-11-24"},
}


def finding(term: str, state: str, section: str, **more: object) -> Finding:
    return Finding.model_validate(
        {"term": term, "label": f"label of {term}", "state": state, "section": section, **more}
    )


REPORT = Report(
    image_id="C0_P0",
    status="complete",
    sections={"nose": "Short."},
    text="The whole answer, with secrets.",
    findings=(
        finding(PTOSIS, "present", "left_eye", evidence="The left lid hangs.", probability=0.8),
        finding(PTOSIS, "excluded", "right_eye"),
        finding(SHORT_NOSE, "excluded", "nose", evidence="The nose is not short."),
        finding(HYPERTELORISM, "present", "left_eye"),
        finding(HYPERTELORISM, "present", "right_eye"),
        finding(LOW_EARS, "not assessable", "ears"),
    ),
)
PERSON = {"patient_id": "C0_P0", "sex": "female", "age": "P6Y4M"}


def test_a_packet_says_what_the_report_says(tmp_path: Path) -> None:
    packet = to_phenopacket(REPORT, PERSON, ABOUT, created=WHEN)
    path = tmp_path / "one.json"
    path.write_text(to_json(packet))
    back = read_phenopacket(path)
    assert back == packet
    assert terms_of(back) == REPORT.terms("present") == {PTOSIS, HYPERTELORISM}
    assert terms_of(back, excluded=True) == REPORT.terms("excluded") == {SHORT_NOSE}
    said = json.loads(path.read_text())
    assert said["subject"] == {
        "id": "C0_P0",
        "timeAtLastEncounter": {"age": {"iso8601duration": "P6Y4M"}},
        "sex": "FEMALE",
    }
    ptosis, apart, nose = said["phenotypicFeatures"]
    assert [one["label"] for one in ptosis["modifiers"]] == ["Left"]
    assert [one["label"] for one in apart["modifiers"]] == ["Bilateral"]
    assert nose["excluded"] is True and "modifiers" not in nose
    evidence = ptosis["evidence"][0]
    assert evidence["evidenceCode"]["id"] == "ECO:0000501"
    assert evidence["reference"] == {
        "id": "rdface:measured",
        "description": "left_eye: The left lid hangs. (probability 0.80)",
    }
    meta = said["metaData"]
    assert meta["resources"][0]["version"] == "2025-11-24"
    assert meta["created"] == "2026-11-22T12:00:00Z" and meta["phenopacketSchemaVersion"] == "2.0"
    assert "abc123" in meta["externalReferences"][0]["description"]


@pytest.mark.parametrize("sex", ["female", "male", ""])
@pytest.mark.parametrize("age", ["P6Y4M", ""])
def test_packets_are_valid(tmp_path: Path, sex: str, age: str) -> None:
    """By phenopacket-toolkit: neither an error nor a warning."""
    from phenopacket_toolkit.io.readers import read
    from phenopacket_toolkit.ops.validation import validate

    path = tmp_path / "one.json"
    person = {"patient_id": "P1", "sex": sex, "age": age}
    path.write_text(to_json(to_phenopacket(REPORT, person, ABOUT, created=WHEN)))
    found = validate(read(str(path)))
    assert found.ok and not found.errors and not found.warnings, found.to_dict()


def test_the_validator_would_have_noticed(tmp_path: Path) -> None:
    from phenopacket_toolkit.io.readers import read
    from phenopacket_toolkit.ops.validation import validate

    path = tmp_path / "one.json"
    person = {"patient_id": "P1", "sex": "", "age": "six years"}
    path.write_text(to_json(to_phenopacket(REPORT, person, ABOUT, created=WHEN)))
    assert not validate(read(str(path))).ok


def test_one_file_a_report_and_none_for_what_says_nothing(tmp_path: Path) -> None:
    real = world.cohort()
    said = world.reports(real, shown=0.8, seed=0)
    said["C1_P1"] = Report(image_id="C1_P1", status="refused", text="I am sorry.")
    written = write_phenopackets(said, real, ABOUT, tmp_path, created=WHEN)
    assert len(written.paths) == len(said) - 1 and written.skipped == ("C1_P1",)
    assert {path.name for path in tmp_path.iterdir()} == {path.name for path in written.paths}
    for path in written.paths:
        packet = read_phenopacket(path)
        assert terms_of(packet) == said[packet.id].terms("present")


def test_nothing_else_of_the_person_is_in_it(tmp_path: Path) -> None:
    real = world.cohort()
    images = real.images.assign(country="DE", source="secret source", ancestry="secret")
    from dataclasses import replace

    write_phenopackets(
        {"C0_P0": REPORT}, replace(real, images=images), ABOUT, tmp_path, created=WHEN
    )
    text = (tmp_path / "C0_P0.json").read_text()
    for word in ("secret", 'DE"', "images/", "Condition 0", "nowhere"):
        assert word not in text


def test_mistakes_are_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="which real has not"):
        write_phenopackets({"x": REPORT}, world.cohort(), ABOUT, tmp_path)
    (tmp_path / "no.json").write_text('{"identity": 1}')
    with pytest.raises(RunError, match="no phenopacket"):
        read_phenopacket(tmp_path / "no.json")
