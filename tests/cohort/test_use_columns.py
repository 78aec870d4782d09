"""Terms, consent and withdrawal are checked where they stand, and no shipped cohort is renamed."""

from __future__ import annotations

import json
from collections.abc import Callable

import pandas as pd
import pytest
import yaml

from rdface.cohort import Cohort, CohortInfo, check_cohort, load_cohort
from rdface.cohort.check import read_info, read_table
from rdface.cohort.read import shipped_folder
from rdface.cohort.schema import CONDITION_COLUMNS, IMAGE_COLUMNS
from rdface.errors import CohortError


@pytest.fixture
def cohort(make_cohort: Callable[..., Cohort]) -> Cohort:
    return make_cohort(conditions=2, patients=2, images=1)


def with_column(cohort: Cohort, name: str, value: str) -> None:
    """Give the first image a value in a column that is empty for the others."""
    table = pd.read_csv(cohort.root / "images.csv", dtype=str, keep_default_na=False)
    table[name] = [value, *[""] * (len(table) - 1)]
    table.to_csv(cohort.root / "images.csv", index=False)


def with_key(cohort: Cohort, **keys: object) -> None:
    path = cohort.root / "cohort.yaml"
    path.write_text(yaml.safe_dump(yaml.safe_load(path.read_text()) | keys))


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("data_use", "DUO:42", "DUO codes"),
        ("data_use", "DUO:0000007, DUO:0000021", "DUO codes"),
        ("consent_expires", "31.12.2030", "ISO 8601 date"),
        ("consent_expires", "2030-02-30", "ISO 8601 date"),
        ("withdrawn", "2026-05-02", "was withdrawn on 2026-05-02"),
        ("restored", "pad||x", "steps"),
        ("original", "../elsewhere.jpg", "no file of the cohort"),
        ("original", "originals/none.jpg", "no file of the cohort"),
    ],
)
def test_a_bad_value_is_named_with_its_row(
    cohort: Cohort, column: str, value: str, reason: str
) -> None:
    with_column(cohort, column, value)
    problems = check_cohort(cohort.root)
    assert [(p.row, p.column) for p in problems] == [(2, column)]
    assert reason in problems[0].reason
    with pytest.raises(CohortError, match=column):
        load_cohort(cohort.root)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("data_use", "DUO:0000007|DUO:0000021"),
        ("consent_expires", "2031-12-31"),
        ("consent_expires", "2001-01-01"),  # refused when it is used, not when it is read
        ("ethics", "board of 2024"),
        ("permitted_use", "figures in print"),
        ("restored", "pad|realesrgan_x4plus"),
    ],
)
def test_a_good_value_is_kept(cohort: Cohort, column: str, value: str) -> None:
    with_column(cohort, column, value)
    assert load_cohort(cohort.root).images[column][0] == value


@pytest.mark.parametrize(
    ("key", "value", "reason"),
    [
        ("forbids", ["uploading"], "is none of upload"),
        ("forbids", "upload", "must be a list"),
        ("consent_expires", "next year", "ISO 8601 date"),
    ],
)
def test_a_bad_key_is_named(cohort: Cohort, key: str, value: object, reason: str) -> None:
    with_key(cohort, **{key: value})
    (problem,) = check_cohort(cohort.root)
    assert (problem.file, problem.column) == ("cohort.yaml", key)
    assert reason in problem.reason


def test_the_keys_are_properties_over_what_the_file_says(cohort: Cohort) -> None:
    with_key(cohort, forbids=["upload", "methods"], permitted_use="teaching")
    with (cohort.root / "cohort.yaml").open("a") as file:
        file.write("consent_expires: 2030-01-31\n")  # YAML makes a date of it
    info = load_cohort(cohort.root).info
    assert info.forbids == ("upload", "methods")
    assert (info.permitted_use, info.consent_expires) == ("teaching", "2030-01-31")
    silent = CohortInfo(name="a", version="1", licence="none")
    assert (silent.forbids, silent.permitted_use, silent.consent_expires) == ((), "", "")


@pytest.mark.parametrize(
    ("name", "sha256"),
    [
        ("sim103", "7aa114f16dc3086fac2859f186b2da84848e9e6563f5a824da71d0c46dc2568f"),
        ("sim103-controls", "bd8b06617100e06e9e01598fefec97f44d98308f8843334df349595fbf6abeda"),
        ("sim103-fresh", "f35e921993587eb2379c22cae3ebd4b4c12d4e7c154abca11da98505f20b43cc"),
    ],
)
def test_shipped_cohorts_keep_their_names(name: str, sha256: str) -> None:
    """No field was added to what is hashed: results that cite these hashes stay valid."""
    root = shipped_folder(name)
    info, _ = read_info(root)
    images, _ = read_table(root, "images.csv", IMAGE_COLUMNS)
    conditions, _ = read_table(root, "conditions.csv", CONDITION_COLUMNS)
    assert info is not None and images is not None and conditions is not None
    assert Cohort(root, info, images, conditions).sha256 == sha256
    assert "forbids" not in json.dumps(info.model_dump(mode="json"))
